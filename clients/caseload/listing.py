"""The rows of the caseload: each client, their step, since when, and why they need attention."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format

from accounts.database.together import (
    Loader,
    aggregated,
    alone,
    attach,
    first,
    rows,
    side_by_side,
)
from accounts.models import User
from assessments.results import charts
from clients import flags
from clients.access import load_keys
from clients.caseload.labels import FLAGS, TO_READ
from clients.labels import Text
from clients.models import (
    CareLink,
    CaseloadIndex,
    Client,
    ReliableChange,
    Session,
    SharedResult,
    Step,
    StepEvent,
)
from clients.models.caseload_index import (
    GOING,
    WAITS_SINCE,
    WALKING,
    CaseloadIndexQuerySet,
    load_signs,
    nothing_planned,
)
from clients.path.context import PathStep, path_steps
from clients.results import reliable_changes
from clients.results.context import Scores, in_lines, latest_chart
from clients.results.queries import load_shared


@dataclass(frozen=True)
class Reason:
    """Why a client needs attention. `kind` is how urgent it is: "warn", or "info" for something
    to read."""

    text: Text
    kind: str


@dataclass(frozen=True)
class CaseloadRow:
    """`covers_for` names the therapist whom the reader covers for this client, "" if nobody.
    `usual` is the median stay on this step in days, None if it is not known. `over_time` is None
    with fewer than two results."""

    client: Client
    path_steps: list[PathStep]
    days: int
    usual: int | None
    invited: bool
    covers_for: str
    latest: Scores | None
    over_time: charts.Chart | None
    last_contact: datetime | None
    next_session: Session | None
    next_task: date | None
    reasons: list[Reason]

    @property
    def here(self) -> PathStep:
        return next(path_step for path_step in self.path_steps if path_step.state == "here")


def signs(client: Client, now: datetime) -> Loader[None]:
    """Loads what `reasons` needs of one client, whose path is loaded."""
    index, changes = yield from side_by_side(load_signs(client, now), alone(client.changes.all()))
    attach([client], "changes", changes)
    index.client = client


def _higher(client: Client) -> list[str]:
    return [change.title for change in client.changes.all() if reliable_changes.is_higher(change)]


def reasons(client: Client, now: datetime) -> list[Reason]:
    """The label of each flag, with its numbers. No query: load the client with its path and
    `signs`."""
    signs = client.caseload_index.signs
    numbers = {
        "titles": ", ".join(_higher(client)),
        "unchanged": ", ".join(one.title for one in client.changes.all() if one.unchanged),
        "unseen": (now - (signs.last_contact or signs.since)).days,
        "overdue": _shown(signs.overdue_since, "j M"),
        "plan": _shown(signs.new_plan_at, "j M"),
        "called": _shown(signs.call_asked_at, "j M, H:i"),
        "change": _shown(signs.change_asked_at, "j M, H:i"),
        "follow_up": _shown(signs.follow_up_by, "D j M, H:i"),
        "review": _shown(signs.review_since, "j M"),
        "usual": client.caseload_index.step.usual_days,
        "days": client.journey.time_on_step(now).days,
    }
    return [
        Reason(str(FLAGS[flag]) % numbers, "info" if flag in TO_READ else "warn")
        for flag in flags.flags(signs, now)
    ]


def _shown(at: date | datetime | None, how: str) -> str:
    if at is None:
        return ""
    return date_format(timezone.localtime(at) if isinstance(at, datetime) else at, how)


def caseload_rows(clients: list[Any], steps: list[Step], now: datetime) -> list[CaseloadRow]:
    """No query: the clients must be loaded as `in_order` does."""
    return [
        CaseloadRow(
            client=client,
            path_steps=path_steps(steps, client.journey),
            days=client.journey.time_on_step(now).days,
            usual=client.caseload_index.step.usual_days,
            invited=client.user.is_waiting,
            covers_for=client.covers_for or "",
            reasons=reasons(client, now),
            last_contact=client.caseload_index.last_contact,
            next_session=next(iter(client.next_sessions), None),
            next_task=client.next_task,
            latest=next(iter(in_lines(client.shared_results.all())), None),
            over_time=latest_chart(list(client.shared_results.all())),
        )
        for client in clients
    ]


def count(index: CaseloadIndexQuerySet, now: datetime) -> Loader[dict[str, Any]]:
    """Counts of all clients, of open paths and of clients who need attention, and the start of the
    longest wait of those without a planned session, of an index `with_needs`."""
    counts = aggregated(
        index,
        total=Count("pk"),
        going=Count("pk", filter=GOING),
        needing=Count("pk", filter=Q(needy=True) & GOING),
        waits_since=Min(WAITS_SINCE, filter=WALKING & nothing_planned(now)),
    )
    yield (counts,)
    return first(counts) or {"total": 0, "going": 0, "needing": 0, "waits_since": None}


def in_order(keys: list[UUID], now: datetime, user: User) -> Loader[list[Client]]:
    """The clients of one page, in order, with everything a row shows. Two queries."""
    covers = CareLink.objects.current(now).covers_of(user).filter(client=OuterRef("pk"))
    of_these = {"client__in": keys}
    clients: Any = (
        Client.objects.filter(pk__in=keys)
        .select_related("user")
        .with_next_task(now)
        .with_may_write(user)
        .annotate(covers_for=Subquery(covers.values("covers__therapist__name")[:1]))
        .order_by()
    )
    index = CaseloadIndex.objects.with_signs(now).filter(pk__in=keys)
    events = StepEvent.objects.filter(**of_these).order_by("sequence")
    changes = ReliableChange.objects.filter(**of_these)
    coming = Session.objects.next_of_each(now).filter(**of_these)
    shared, *_read = yield from side_by_side(
        load_shared(SharedResult.objects.filter(**of_these)),
        rows(clients, index, events, changes, coming),
        load_keys(keys),
    )
    attach(clients, "step_events", events)
    attach(clients, "changes", changes)
    attach(clients, "shared_results", shared)
    attach(clients, "sessions", coming, to_attr="next_sessions")
    loaded = {client.pk: client for client in clients}
    for row in index:
        row.client = loaded[row.pk]
    return [loaded[key] for key in keys]


def longest_waiting(
    index: CaseloadIndexQuerySet, since: datetime | None, now: datetime
) -> Loader[CaseloadIndex | None]:
    """The client with the longest wait that `count` returned, among active paths without a planned
    session."""
    if since is None:
        return None
    waits = Q(last_contact=since) | Q(last_contact=None, care_began=since)
    waiting = index.filter(waits, WALKING, nothing_planned(now)).select_related("client__user")
    waiting = waiting.annotate(waits_since=WAITS_SINCE).order_by("pk")[:1]
    return first((yield from alone(waiting)))
