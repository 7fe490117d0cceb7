"""What a person agrees to: given, and taken back, each with its date."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.models import Consent, ConsentText, User


@transaction.atomic
def give(*, text: ConsentText, by: User, request: HttpRequest | None = None) -> Consent:
    """A yes to one version; saying it twice is saying it once."""
    User.objects.select_for_update().get(pk=by.pk)
    consent, new = Consent.objects.get_or_create(user=by, text=text, withdrawn_at=None)
    if new:
        audit.record(AccountVerb.CONSENTED, by=by, target=text, request=request)
    return consent


@transaction.atomic
def withdraw(*, consent: Consent, by: User, request: HttpRequest | None = None) -> None:
    """Takes back one's own yes, from now on; the row keeps that it once stood."""
    held = Consent.objects.select_for_update().standing().filter(pk=consent.pk, user=by).first()
    if held:
        held.withdrawn_at = timezone.now()
        held.save(update_fields=["withdrawn_at"])
        audit.record(AccountVerb.CONSENT_WITHDRAWN, by=by, target=held.text, request=request)
