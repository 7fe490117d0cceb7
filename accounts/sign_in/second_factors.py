"""Second factors: of whom one is asked, and whether this very session has shown one.

What counts is the session, not the account: allauth writes into it how its person proved who they
are. A session that began with a password alone stays outside, whatever was set up elsewhere since.
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

TYPES = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def required_of(user: User) -> bool:
    """True for staff roles and superusers. One query if the roles are not loaded."""
    return user.is_staff


def enrolled(user: User) -> bool:
    """Whether there is a factor to ask for; recovery codes alone are none. One query."""
    return Authenticator.objects.filter(user=user, type__in=TYPES).exists()


def shown(request: HttpRequest) -> bool:
    """Whether this session proved itself with a factor, for this person. No query."""
    records = get_authentication_records(request, cast(User, request.user))
    return any(record.get("method") == "mfa" for record in records)


def satisfied(request: HttpRequest) -> bool:
    """The one question before any staff page. Two queries the first time in a request."""
    user = cast(User, request.user)
    if not user.is_authenticated:
        return False
    found = getattr(request, "_factor", None)
    if found is None or found[0] != user.pk:
        found = (user.pk, not required_of(user) or (shown(request) and enrolled(user)))
        request._factor = found  # type: ignore[attr-defined]
    return found[1]


def way_in(request: HttpRequest) -> str:
    """Where somebody without one goes: to show the one they have, or to set one up."""
    from allauth.account.adapter import get_adapter  # it knows this room, too

    if not enrolled(cast(User, request.user)):
        return reverse("mfa_index")
    asked = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
    is_read = request.method in ("GET", "HEAD")
    back = request.get_full_path() if is_read else resolve_url(settings.LOGIN_REDIRECT_URL)
    return f"{asked}?{urlencode({'next': back})}"


@transaction.atomic
def added(request: HttpRequest, factor: Authenticator) -> None:
    """A factor was set up here: this session has shown it, and every other one ends."""
    record_authentication(request, request.user, "mfa", id=factor.pk, type=factor.type)
    _changed(request, AccountVerb.FACTOR_ADDED, factor)


def removed(request: HttpRequest, factor: Authenticator) -> None:
    _changed(request, AccountVerb.FACTOR_REMOVED, factor)


def _changed(request: HttpRequest, verb: AccountVerb, factor: Authenticator) -> None:
    user = cast(User, request.user)
    devices.end_others(request)
    audit.record(verb, by=user, target=f"factor {factor.type}", request=request)


def enrol_app(user: User, secret: str | None = None) -> Authenticator:
    """An authenticator app for somebody, without their being asked: for the demonstration."""
    secret = secret or generate_totp_secret()
    kind = Authenticator.Type.TOTP
    data = {"secret": factor_secrets.encrypt_for(user.pk, kind, secret)}
    factor, _new = Authenticator.objects.update_or_create(
        user=user, type=kind, defaults={"data": data}
    )
    return factor


def code_of(user: User) -> str | None:
    """What their authenticator app shows now: for the demonstration and for tests."""
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if factor is None:
        return None
    now = list(yield_hotp_counters_from_time())
    secret = factor_secrets.opened(factor)
    return format_hotp_value(hotp_value(secret, now[len(now) // 2]))


def reencrypt(progress: Callable[[Iterable[Any]], Iterable[Any]] = iter) -> int:
    """Wraps every secret that an older key wrapped under the newest; how many rows changed.

    `progress` goes round the list of rows, such as tqdm. Raises Unreadable and stops where one
    does not open. A parked form is wrapped again too: it lasts for a day only.
    """
    found = [(Authenticator, pk) for pk in _keys(_with_secrets())]
    found += [(ParkedForm, pk) for pk in _keys(ParkedForm.objects.all())]
    return sum(_reencrypt_one(model, pk) for model, pk in progress(found))


def behind() -> int:
    """How many secrets and parked forms an older key wrapped."""
    factors_behind = sum(map(factor_secrets.hang_on_older_keys, _with_secrets()))
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
        row.ciphertext = cipher.wrap(cipher.unwrap(bytes(row.ciphertext), place(row)), place(row))
        row.save(update_fields=["ciphertext"])
        return True
    if not factor_secrets.hang_on_older_keys(row):
        return False
    factor_secrets.reencrypt(row)
    row.save(update_fields=["data"])
    return True


def place(row: ParkedForm) -> str:
    """What a parked form is bound to: itself and its person."""
    return f"parked form {row.pk} {row.user_id}"
