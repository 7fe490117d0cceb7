"""Giving and withdrawing consent, and the emails about it."""

from django.db import transaction
from django.http import HttpRequest

from accounts.models import Consent, ConsentKind
from accounts.models.consent import COVERED_BY, NEEDED
from accounts.people import consents
from accounts.people.queries import filled
from clients import emails
from clients.models import Client
from clients.rights import erasure
from clients.rights.queries import values_for


@transaction.atomic
def agree(
    *, client: Client, kind: ConsentKind, seen: str, request: HttpRequest | None = None
) -> Consent:
    """Gives consent to the words that the page showed (`seen`). A second call changes nothing and
    sends no second email. Raises NotReady and TextChanged."""
    text = filled(kind, values_for(client))
    given = consents.give(filled=text, by=client.user, seen=seen, request=request)
    emails.notify_client(client, emails.ANSWER_KEPT, once=f"yes {given.pk}")
    return given


@transaction.atomic
def withdraw(*, client: Client, kind: ConsentKind, request: HttpRequest | None = None) -> bool:
    """Withdraws consent from now on, and does what `CONSENTS[kind].effects` says. Returns whether
    there was anything to withdraw.

    That the path stays where it is follows from `lacking`; that nobody is counted any more, from
    the statistics, which ask for a standing consent.
    """
    ended = consents.withdraw(kind=kind, by=client.user, request=request)
    if not ended:
        return False
    ends = {matter for matter in NEEDED if any(c.text.kind in COVERED_BY[matter] for c in ended)}
    if ConsentKind.DATA in ends:
        consents.withdraw(kind=ConsentKind.STATISTICS, by=client.user, request=request)
        erasure.ask(client=client, by=client.user)  # It tells the managers.
    elif ends:
        emails.notify_managers(emails.PRACTICE_WAITS, once=f"no {ended[0].pk}")
    if ends:
        emails.notify_of_writing(client)
    emails.notify_client(client, emails.ANSWER_KEPT, once=f"no {ended[0].pk}")
    return True
