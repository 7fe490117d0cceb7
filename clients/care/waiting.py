"""What waits for a manager, as the practice's page counts it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from accounts.database.together import Counted, Loader, Selected, aggregated, first
from accounts.models import ConsentKind, ConsentText, Invitation, User
from clients.access import keep_own_record, own_records
from clients.callbacks import queries as callbacks
from clients.models import Enquiry, ErasureRequest


def load_waiting(user: User) -> Loader[dict[str, Any]]:
    """Calls, first requests, requests for erasure, invitations. Loads the reader's own record,
    too."""
    own = own_records(user)
    invitations = Counted(Invitation.objects.open())
    erasures = Counted(ErasureRequest.objects.visible_to(user).open())
    calls = aggregated(
        callbacks.of_the_practice(user).waiting(), n=Count("pk"), since=Min("asked_at")
    )
    enquiries = aggregated(
        Enquiry.objects.visible_to(user).waiting().with_next_call(),
        n=Count("pk"),
        since=Min("created_at"),
        to_call=Count("pk", filter=Q(next_call__lte=timezone.localdate())),
        not_looked_at=Count("pk", filter=Q(looked_at=None)),
    )
    yield own, invitations, erasures, calls, enquiries
    keep_own_record(user, own)
    return {
        "waiting": invitations.n,
        "erasures": erasures.n,
        "calls": first(calls),
        "enquiries": first(enquiries),
    }


def load_unsettled(texts: Iterable[ConsentText], now: datetime) -> Loader[dict[str, int]]:
    """How many clients have no therapist, and how many with an account have not agreed to each of
    the needed `texts`: the present versions.

    The database counts by the caseload index, which no manager can read, and looks at those few
    alone, however many clients there are.
    """
    present = {text.kind: text.version for text in texts}
    versions = [present[ConsentKind.THERAPY], present[ConsentKind.DATA]]
    counted = Selected(
        "SELECT * FROM app_count_unsettled(%s, %s, %s)", [now, *versions], ["bigint", "bigint"]
    )
    yield (counted,)
    ((without_therapist, not_agreed),) = counted.rows or [(0, 0)]
    return {"without_therapist": without_therapist, "not_agreed": not_agreed}
