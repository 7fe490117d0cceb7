"""Giving and withdrawing consent to the practice's terms, and the emails about it."""

from django.db import transaction
from django.http import HttpRequest

from accounts.models import Consent, ConsentText
from accounts.people import consents
from clients import emails
from clients.models import Client


@transaction.atomic
def agree(*, client: Client, text: ConsentText, request: HttpRequest) -> Consent:
    """Gives consent. A second call changes nothing and sends no second email."""
    given = consents.give(text=text, by=client.user, request=request)
    emails.notify_client(client, emails.ANSWER_KEPT, once=f"yes {given.pk}")
    return given


@transaction.atomic
def withdraw(*, client: Client, text: ConsentText, request: HttpRequest) -> None:
    """Withdraws consent from now on, and tells the managers that somebody should talk to the
    client."""
    for given in client.user.consents.standing().filter(text=text):
        consents.withdraw(consent=given, by=client.user, request=request)
        emails.notify_client(client, emails.ANSWER_KEPT, once=f"no {given.pk}")
        emails.notify_managers(emails.PRACTICE_WAITS, once=f"no {given.pk}")
