"""A new version of a consent text: which clients it concerns, and the email to them."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Consent, ConsentKind, ConsentText
from accounts.models.consent import ASKED, COVERED_BY
from clients import emails
from clients.models import CaseloadIndex, Client
from clients.models.caseload_index import GOING

# A text that was published longer ago is no news any more.
NEWS = timedelta(days=30)


def concerned(text: ConsentText) -> QuerySet[Client]:
    """Clients on an open path who agree to an earlier version, and have not decided about this
    one."""
    mine = Consent.objects.filter(user=OuterRef("user"))
    earlier = mine.standing().filter(text__kind__in=COVERED_BY[ConsentKind(text.kind)])
    return Client.objects.filter(
        Exists(earlier.exclude(text=text.pk)),
        ~Exists(mine.filter(text=text.pk)),
        user__is_active=True,
        pk__in=CaseloadIndex.objects.filter(GOING).values("client"),
    )


def tell() -> int:
    """Emails each client once about each text that was published lately. Returns how many emails
    are new."""
    told = 0
    for text in ConsentText.all_current(ASKED):
        if text.published_at < timezone.now() - NEWS:
            continue
        for client in concerned(text).select_related("user"):
            with transaction.atomic():
                once = f"text {text.pk} {client.pk}"
                told += emails.notify_client(client, emails.TEXT_RENEWED, once=once)
    return told
