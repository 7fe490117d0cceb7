"""A person's consents: given and withdrawn, each with its date."""

from collections.abc import Collection

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.consent_texts import blanks
from accounts.models import Consent, ConsentKind, FilledText, User

# For somebody who agreed to other words than those that hold by now.
CHANGED = gettext_lazy(
    "The practice has changed this text since you opened the page. Please read it once more."
)


class NotReady(Exception):
    """The text still has blanks, so nobody may be asked to agree to it."""

    def __init__(self, missing: Collection[str]):
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


class TextChanged(Exception):
    """The words are no longer those that the page showed."""


@transaction.atomic
def give(
    *, filled: FilledText, by: User, seen: str | None = None, request: HttpRequest | None = None
) -> Consent:
    """Records consent to the words as they are filled in; repeating it changes nothing.

    `seen` is the fingerprint of what the page showed, None where no page is concerned. Raises
    NotReady and TextChanged.
    """
    if filled.missing:
        raise NotReady(filled.missing)
    if seen is not None and seen != filled.fingerprint:
        raise TextChanged
    User.objects.select_for_update().get(pk=by.pk)
    consent, new = Consent.objects.get_or_create(
        user=by,
        text=filled.text,
        withdrawn_at=None,
        defaults={"values": blanks.used(filled.text.text, filled.values)},
    )
    if new:
        audit.record(AccountVerb.CONSENTED, by=by, target=filled.text, request=request)
    return consent


@transaction.atomic
def withdraw(*, kind: ConsentKind, by: User, request: HttpRequest | None = None) -> list[Consent]:
    """Withdraws a person's own consents of a kind from now on, with those that cover it. The rows
    still show that they were given. Returns those that ended now."""
    given = list(
        by.consents.standing().about(kind).select_for_update(of=("self",)).select_related("text")
    )
    for consent in given:
        consent.withdrawn_at = timezone.now()
        consent.save(update_fields=["withdrawn_at"])
        audit.record(AccountVerb.CONSENT_WITHDRAWN, by=by, target=consent.text, request=request)
    return given
