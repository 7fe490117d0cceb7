"""Second factors: who needs one, and whether the present session has shown one.

The session counts, not the account: allauth stores in it how its person authenticated. A session
that began with a password alone stays closed, whatever was set up elsewhere since.
"""

from collections.abc import Callable, Iterable
from typing import Any, cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from accounts.allauth_internals import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    record_authentication,
    yield_hotp_counters_from_time,
)
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.encryption import cipher
from accounts.models import ParkedForm, User
from accounts.sign_in import devices, factor_secrets
from accounts.sign_in.backends import factors_of


def required_of(user: User) -> bool:
    """True for staff roles and superusers. One query if the roles are not loaded."""
    return user.is_staff


def enrolled(user: User) -> bool:
    """Whether there is a factor to ask for; recovery codes alone don't count. One query."""
    return factors_of(user.pk).exists()


def shown(request: HttpRequest) -> bool:
    """Whether this person has shown a factor in this session. No query."""
    records = get_authentication_records(request, cast(User, request.user))
    return any(record.get("method") == "mfa" for record in records)


def satisfied(request: HttpRequest) -> bool:
    """What is asked before any staff page. No query, but while somebody signs in."""
    user = cast(User, request.user)
    if not user.is_authenticated:
        return False
    cached = getattr(request, "_factor", None)
    if cached is None or cached[0] != user.pk:
        cached = (user.pk, not required_of(user) or (shown(request) and _has_factor(user)))
        request._factor = cached  # type: ignore[attr-defined]
    return cached[1]


def _has_factor(user: User) -> bool:
    """As `load_person` found it, or one query."""
    loaded = getattr(user, "_has_factor", None)
    return enrolled(user) if loaded is None else loaded


def way_in(request: HttpRequest) -> str:
    """The page on which a person shows the factor that they have, or sets one up."""
    from allauth.account.adapter import get_adapter  # it imports this module

    if not enrolled(cast(User, request.user)):
        return reverse("mfa_index")
    url = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
    is_read = request.method in ("GET", "HEAD")
    back = request.get_full_path() if is_read else resolve_url(settings.LOGIN_REDIRECT_URL)
    return f"{url}?{urlencode({'next': back})}"


@transaction.atomic
def added(request: HttpRequest, factor: Authenticator) -> None:
    """Records a new factor: the present session has shown it, and every other session ends."""
    record_authentication(request, request.user, "mfa", id=factor.pk, type=factor.type)
    _changed(request, AccountVerb.FACTOR_ADDED, factor)


def removed(request: HttpRequest, factor: Authenticator) -> None:
    _changed(request, AccountVerb.FACTOR_REMOVED, factor)


def _changed(request: HttpRequest, verb: AccountVerb, factor: Authenticator) -> None:
    user = cast(User, request.user)
    devices.end_others(request)
    audit.record(verb, by=user, target=f"factor {factor.type}", request=request)


def enrol_app(user: User, secret: str | None = None) -> Authenticator:
    """Sets up an authenticator app without asking the person, for the demonstration."""
    secret = secret or generate_totp_secret()
    kind = Authenticator.Type.TOTP
    data = {"secret": factor_secrets.encrypt_for(user.pk, kind, secret)}
    factor, _new = Authenticator.objects.update_or_create(
        user=user, type=kind, defaults={"data": data}
    )
    return factor


def code_of(user: User) -> str | None:
    """What a person's authenticator app shows now, for the demonstration and for tests."""
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if factor is None:
        return None
    now = list(yield_hotp_counters_from_time())
    secret = factor_secrets.opened(factor)
    return format_hotp_value(hotp_value(secret, now[len(now) // 2]))


def reencrypt(progress: Callable[[Iterable[Any]], Iterable[Any]] = iter) -> int:
    """Wraps every secret of an older key again under the newest; returns how many rows changed.

    `progress` wraps the list of rows, as tqdm does. Raises Unreadable, and stops, at the first one
    that can't be decrypted. Parked forms are wrapped again, too, although they last only a day.
    """
    rows = [(Authenticator, pk) for pk in _keys(_with_secrets())]
    rows += [(ParkedForm, pk) for pk in _keys(ParkedForm.objects.all())]
    return sum(_reencrypt_one(model, pk) for model, pk in progress(rows))


def behind() -> int:
    """How many secrets and parked forms are still under an older key."""
    factors_behind = sum(map(factor_secrets.is_under_older_key, _with_secrets()))
    forms = ParkedForm.objects.values_list("ciphertext", flat=True)
    return factors_behind + sum(not cipher.is_wrapped_by_newest(bytes(one)) for one in forms)


def _with_secrets():
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    return Authenticator.objects.filter(type__in=kinds)


def _keys(rows) -> list:
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _reencrypt_one(model, pk) -> bool:
    row = model.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    if isinstance(row, ParkedForm):
        if cipher.is_wrapped_by_newest(bytes(row.ciphertext)):
            return False
        context = form_context(row)
        row.ciphertext = cipher.wrap(cipher.unwrap(bytes(row.ciphertext), context), context)
        row.save(update_fields=["ciphertext"])
        return True
    if not factor_secrets.is_under_older_key(row):
        return False
    factor_secrets.reencrypt(row)
    row.save(update_fields=["data"])
    return True


def form_context(row: ParkedForm) -> str:
    """What a parked form is bound to: itself and its person."""
    return f"parked form {row.pk} {row.user_id}"
