"""A client's yes to the practice's terms, given and taken back, and the mails about it."""

from django.db import transaction
from django.http import HttpRequest

from accounts import consents
from accounts.models import Consent, ConsentText
from clients import emails
from clients.models import Client


@transaction.atomic
def agree(*, client: Client, text: ConsentText, request: HttpRequest) -> Consent:
    """Saying it twice is saying it once, and one mail."""
    given = consents.give(text=text, by=client.user, request=request)
    emails.tell(client, emails.ANSWER_KEPT, once=f"yes {given.pk}")
    return given


@transaction.atomic
def take_back(*, client: Client, text: ConsentText, request: HttpRequest) -> None:
    """From now on; the managers hear that somebody should speak with them."""
    for given in client.user.consents.standing().filter(text=text):
        consents.withdraw(consent=given, by=client.user, request=request)
        emails.tell(client, emails.ANSWER_KEPT, once=f"no {given.pk}")
        emails.tell_managers(emails.PRACTICE_WAITS, once=f"no {given.pk}")
