"""The rows of the caseload: who, where, since when, and why to look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q
from django.utils.formats import date_format

from clients import flags
from clients.caseload.labels import FLAGS
from clients.labels import Text
from clients.models import CaseloadIndex, Client, Step
from clients.models.caseload_index import CLOSED, GOING, WAITS_SINCE, WALKING, CaseloadIndexQuerySet
from clients.path.context import Stone, stones
from clients.results import reliable_changes
from clients.results.context import Scores, in_lines


@dataclass(frozen=True)
class CaseloadRow:
    """`usual`: the middle of the practice's stays on this step, None where it is not known."""

    client: Client
    stones: list[Stone]
    days: int
    usual: int | None
    invited: bool
    latest: Scores | None
    last_contact: datetime | None
    next_session: datetime | None
    next_task: date | None
    reasons: list[Text]

    @property
    def here(self) -> Stone:
        return next(stone for stone in self.stones if stone.state == "here")


def _signs(client: Any) -> flags.Signs:
    """From what `with_signs` brings along."""
    return flags.Signs(
        since=client.created_at,
        last_contact=client.caseload_index.last_contact,
        overdue_since=client.overdue_since,
        unrecorded_sessions=client.unrecorded_sessions,
        unread_results=client.unread_results,
        higher=bool(_higher(client)),
        new_plan=client.caseload_index.has_new_plan,
        new_reflection=client.caseload_index.has_new_reflection,
        on_step_since=client.journey.since,
        long_days=client.caseload_index.step.long_days,
        walking=client.journey.status == "walking",
    )


def _higher(client: Client) -> list[str]:
    return [change.title for change in client.changes.all() if reliable_changes.is_higher(change)]


def _reasons(client: Client, now: datetime) -> list[Text]:
    """Each flag with its numbers."""
    signs = _signs(client)
    said = {
        "titles": ", ".join(_higher(client)),
        "unseen": (now - (signs.last_contact or signs.since)).days,
        "overdue": date_format(signs.overdue_since, "j M") if signs.overdue_since else "",
        "usual": client.caseload_index.step.usual_days,
    }
    return [str(FLAGS[flag]) % said for flag in flags.flags(signs, now)]


def why_look(client: Client, now: datetime) -> list[Text]:
    """The reasons on one client's own page. Three queries."""
    return _reasons(Client.objects.with_path().with_signs(now).get(pk=client.pk), now)


def caseload_rows(clients: list[Any], steps: list[Step], now: datetime) -> list[CaseloadRow]:
    """No query: the clients come `with_path`, `with_results` and `with_signs`."""
    return [
        CaseloadRow(
            client=client,
            stones=stones(steps, client.journey),
            days=client.journey.time_on_step(now).days,
            usual=client.caseload_index.step.usual_days,
            invited=client.user.is_waiting,
            reasons=_reasons(client, now),
            last_contact=client.caseload_index.last_contact,
            next_session=client.next_session,
            next_task=client.next_task,
            latest=next(iter(in_lines(client.shared_results.all())), None),
        )
        for client in clients
    ]


def count(index: CaseloadIndexQuerySet, now: datetime) -> dict[str, Any]:
    """How many there are, how many paths go on, how many need somebody, and since when the one
    waits who waits longest. Two queries."""
    return index.with_needs(now).aggregate(
        total=Count("pk"),
        going=Count("pk", filter=GOING),
        needing=Count("pk", filter=Q(needy=True) & GOING),
        waits_since=Min(WAITS_SINCE, filter=WALKING),
    )


def narrow(
    index: CaseloadIndexQuerySet, wanted: dict[str, Any], now: datetime
) -> CaseloadIndexQuerySet:
    """Those whom the address asks for."""
    found = index.filter(CLOSED if wanted.get("closed") else GOING)
    if wanted.get("needs"):
        found = found.needing(now)
    if wanted.get("q"):
        found = found.filter(client__user__name__icontains=wanted["q"])
    if wanted.get("step"):
        found = found.filter(step=wanted["step"])
    return found


# Moments hardly ever tie, and a name for the few that do would be looked up for every client.
ORDERS: dict[str, tuple] = {
    "name": ("client__user__name", "pk"),
    "step": ("step", "client__user__name", "pk"),
    "since": ("since", "pk"),
    "contact": (WAITS_SINCE.asc(), "pk"),
}


def ordered(index: CaseloadIndexQuerySet, sort: str, now: datetime) -> CaseloadIndexQuerySet:
    """As the address asks; else those who need somebody first, longest unseen before the others."""
    if sort in ORDERS:
        return index.order_by(*ORDERS[sort])
    return index.with_needs(now).order_by(F("needy").desc(), *ORDERS["contact"])


def counted(wanted: dict[str, Any], counts: dict[str, Any]) -> int | None:
    """How many `narrow` leaves, where `count` has found it already."""
    if any(wanted.get(name) for name in ("closed", "q", "step")):
        return None
    return counts["needing" if wanted.get("needs") else "going"]


def in_order(keys: Iterable[UUID], now: datetime) -> list[Client]:
    """The clients of one page, in its order, with all that a row shows. About ten queries."""
    there = Client.objects.with_path().with_results().with_signs(now).in_bulk(list(keys))
    return [there[key] for key in keys]


def who_waits_since(index: CaseloadIndexQuerySet, since: datetime | None) -> CaseloadIndex | None:
    """The one of whom `count` told, among paths that go on."""
    if since is None:
        return None
    waits = Q(last_contact=since) | Q(last_contact=None, care_began=since)
    found = index.filter(waits, WALKING).select_related("client__user")
    return found.annotate(waits_since=WAITS_SINCE).order_by("pk").first()
