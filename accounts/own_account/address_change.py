"""Changing one's sign-in address: requested here, confirmed from the new mailbox."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import emails
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.labels import Notice
from accounts.models import EmailChange, User

TAKEN = "accounts/address_taken"


@transaction.atomic
def ask(*, to: str, by: User, request: HttpRequest | None = None) -> EmailChange:
    """Sends an email to both mailboxes; nothing changes until the new address is confirmed.

    If the new address has an account already, only the email to it says so, and not the page.
    """
    User.objects.select_for_update().get(pk=by.pk)
    by.email_changes.filter(done_at=None).delete()
    change = EmailChange.objects.create(user=by, was=by.email, to=User.clean_email(to))
    taken = User.objects.by_email(change.to) is not None
    kind = TAKEN if taken else emails.ADDRESS_CONFIRM
    emails.post(kind, to=change.to, at_most=emails.FOR_ONE_READER, change=str(change.pk))
    emails.post(emails.NOTICE, user=by, what=Notice.ADDRESS_ASKED)
    audit.record(AccountVerb.ADDRESS_ASKED, by=by, target=change, request=request)
    return change


@transaction.atomic
def confirm(*, change: EmailChange, by: User, request: HttpRequest | None = None) -> None:
    """Changes the address. Raises ValidationError if the request has expired or is impossible."""
    user = User.objects.select_for_update().get(pk=by.pk)
    change = EmailChange.objects.select_for_update().get(pk=change.pk)
    if change.user_id != user.pk or change.is_over(timezone.now()):
        raise ValidationError(_("This link no longer works."))
    if User.objects.by_email(change.to) not in (None, user):
        raise ValidationError(_("This link no longer works."))
    user.email = change.to
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    change.done_at = timezone.now()
    change.save(update_fields=["done_at"])
    emails.post(emails.NOTICE, to=change.was, what=Notice.ADDRESS_CHANGED)
    audit.record(AccountVerb.ADDRESS_CHANGED, by=user, target=change, request=request)
