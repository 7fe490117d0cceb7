"""A person's consents: given and withdrawn, each with its date."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.models import Consent, ConsentText, User


@transaction.atomic
def give(*, text: ConsentText, by: User, request: HttpRequest | None = None) -> Consent:
    """Records consent to one version of the text; repeating it changes nothing."""
    User.objects.select_for_update().get(pk=by.pk)
    consent, new = Consent.objects.get_or_create(user=by, text=text, withdrawn_at=None)
    if new:
        audit.record(AccountVerb.CONSENTED, by=by, target=text, request=request)
    return consent


@transaction.atomic
def withdraw(*, consent: Consent, by: User, request: HttpRequest | None = None) -> None:
    """Withdraws a person's own consent from now on; the row still shows that it was given."""
    given = Consent.objects.select_for_update().standing().filter(pk=consent.pk, user=by).first()
    if given:
        given.withdrawn_at = timezone.now()
        given.save(update_fields=["withdrawn_at"])
        audit.record(AccountVerb.CONSENT_WITHDRAWN, by=by, target=given.text, request=request)
