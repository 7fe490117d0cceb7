"""The sessions of a therapist's day or week, what is known about their clients, and what is still
to be written."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncDate

from accounts.access import Permission, allows
from accounts.database.together import Loader, alone, side_by_side
from accounts.models import User
from clients.access import load_keys
from clients.agenda.since import Fact, Kind
from clients.dates import Span
from clients.models import (
    CareLink,
    ChangeRequest,
    CheckIn,
    Client,
    Note,
    ReliableChange,
    SafetyPlan,
    Session,
    SharedResult,
    TalkingPoint,
    Task,
)
from clients.models.note import NoteQuerySet
from clients.models.session import SessionQuerySet

# Of sessions that are overdue, and of a list's count, so many at most.
OVERDUE, COUNTED = 20, 100


def sessions_of(user: User) -> Loader[SessionQuerySet]:
    """A therapist's own sessions, and those of the therapists for whom they cover, of clients whose
    record they may read now. Annotates `is_cover`. Reads first for whom they cover."""
    if not allows(user, Permission.SEE_CASELOAD):
        return Session.objects.none()
    mine = CareLink.objects.current().covers_of(user)
    covered = mine.order_by().values_list("covers__therapist", flat=True).distinct()
    yield (covered,)
    links = CareLink.objects.current(OuterRef("at")).filter(
        client=OuterRef("client"), therapist=user, covers__therapist=OuterRef("therapist")
    )
    readable = Client.objects.visible_to(user).filter(pk=OuterRef("client"))
    sessions = Session.objects.filter(Exists(readable), therapist__in=[user.pk, *covered])
    return sessions.annotate(is_cover=Exists(links)).filter(Q(therapist=user) | Q(is_cover=True))


def for_rows(sessions: SessionQuerySet, user: User, now: datetime) -> SessionQuerySet:
    """Loads what a row of the agenda shows, with subqueries, so in the same query."""
    of_client, of_session = {"client": OuterRef("client")}, {"session": OuterRef("pk")}
    before = Session.objects.held().filter(**of_client, at__lt=OuterRef("at"))
    asked = ChangeRequest.objects.waiting(now).filter(**of_session)
    points = TalkingPoint.objects.filter(**of_client, talked_on=None).order_by()
    cared_for = Client.objects.writable_by(user).filter(pk=OuterRef("client"))
    return sessions.annotate(
        last_held=Subquery(before.values("at")[:1]),
        asked=Subquery(asked.values("wish")[:1]),
        points=Subquery(points.values("client").annotate(n=Count("pk")).values("n")),
        draft=Subquery(Note.objects.drafts_of(user).filter(**of_session).values("pk")[:1]),
        note=Subquery(Note.objects.signed().filter(**of_session).values("pk")[:1]),
        may_write=Exists(cared_for),
    ).select_related("therapist", "client__user", "client__caseload_index__step")


def in_span(sessions: SessionQuerySet, span: Span) -> SessionQuerySet:
    """The sessions of these days that were not rescheduled or cancelled, in order."""
    inside = sessions.filter(at__gte=span.starts_at, at__lt=span.ends_at)
    return inside.exclude(state=Session.State.MOVED).order_by("at", "pk")


def overdue(sessions: SessionQuerySet, before: datetime) -> SessionQuerySet:
    """Those that nobody has recorded yet, the latest first."""
    return sessions.to_record(before).order_by("-at", "pk")[:OVERDUE]


def next_after(sessions: SessionQuerySet, at: datetime) -> SessionQuerySet:
    """At most one."""
    coming = sessions.filter(state=Session.State.PLANNED, at__gte=at)
    return coming.select_related("client__user").order_by("at", "pk")[:1]


def facts(clients: Iterable[UUID], begins: datetime) -> Loader[list[Fact]]:
    """What these clients did after `begins`. Nothing is decrypted."""
    text = {"output_field": CharField()}
    none = Value("", **text)
    of_clients = {"client__in": list(clients)}
    with_words = When(reflection__isnull=False, then=Value(Kind.REFLECTION.value))
    parts: list[Any] = [
        SharedResult.objects.filter(**of_clients, shared_at__gt=begins).annotate(
            kind=Value(Kind.RESULT.value, **text),
            happened_at=F("shared_at"),
            key=Cast("attempt_id", CharField()),
            named=KeyTextTransform("title", "attempt__version__definition"),
        ),
        Task.objects.done()
        .filter(**of_clients, done_at__gt=begins)
        .annotate(
            kind=Case(with_words, default=Value(Kind.TASK.value), **text),
            happened_at=F("done_at"),
            key=none,
            named=none,
        ),
        SafetyPlan.objects.filter(
            **of_clients, written_at__gt=begins, written_by=F("client__user")
        ).annotate(
            kind=Value(Kind.PLAN.value, **text), happened_at=F("written_at"), key=none, named=none
        ),
        CheckIn.objects.filter(**of_clients, answered_at__gt=begins).annotate(
            kind=Value(Kind.CHECK_IN.value, **text),
            happened_at=F("answered_at"),
            key=none,
            named=none,
        ),
    ]
    columns = ("client_id", "kind", "happened_at", "key", "named")
    first, *rest = [part.order_by().values_list(*columns) for part in parts]
    happened = first.union(*rest, all=True)
    yield (happened,)
    return [Fact(client, Kind(kind), at, key, title) for client, kind, at, key, title in happened]


def changes(clients: Iterable[UUID], begins: datetime) -> Loader[dict[str, list[ReliableChange]]]:
    """How the latest attempt of each questionnaire compares with the first, by the attempt's id, if
    these clients shared it after `begins`."""
    same = Q(
        client__shared_results__attempt__version__instrument=F("instrument"),
        client__shared_results__attempt__target=F("target"),
        client__shared_results__attempt__submitted_at=F("at"),
        client__shared_results__shared_at__gt=begins,
    )
    compared: dict[str, list[ReliableChange]] = defaultdict(list)
    rows = ReliableChange.objects.filter(same, client__in=list(clients)).order_by("scale")
    rows = rows.annotate(attempt=F("client__shared_results__attempt"))
    yield (rows,)
    for change in rows:
        compared[str(change.attempt)].append(change)
    return compared


def last_notes(clients: Collection[UUID]) -> Loader[dict[UUID, Note]]:
    """The latest signed note about each client, with `added_at`, when something was added to it;
    and the keys by which they are read."""
    added = Note.objects.filter(amends=OuterRef("pk")).order_by("-created_at")
    latest = Note.objects.signed().filter(client__in=list(clients))
    latest = latest.order_by("client_id", "-signed_at", "pk").distinct("client_id")
    rows = latest.annotate(added_at=Subquery(added.values("created_at")[:1]))
    yield from side_by_side(alone(rows), load_keys(clients))
    return {note.client_id: note for note in rows}


def talking_points(clients: Collection[UUID]) -> Loader[dict[UUID, list[TalkingPoint]]]:
    """What each of these clients brings to the next session, the oldest first."""
    brought: dict[UUID, list[TalkingPoint]] = defaultdict(list)
    points = TalkingPoint.objects.open().filter(client__in=list(clients))
    yield (points,)
    for point in points:
        brought[point.client_id].append(point)
    return brought


def without_note(sessions: SessionQuerySet) -> SessionQuerySet:
    """Held sessions that have no note, and no signed note is about their day; the latest first.
    Another therapist's draft does not count, since nobody else can see it."""
    attached = Note.objects.filter(session=OuterRef("pk"))
    of_day = Note.objects.signed().filter(client=OuterRef("client"), about=OuterRef("day"))
    held = sessions.filter(state=Session.State.HELD).annotate(day=TruncDate("at"))
    return held.filter(~Exists(attached), ~Exists(of_day)).order_by("-at", "pk")


def drafts_of(user: User) -> NoteQuerySet:
    """Their drafts about clients whose record they may read now, the latest first."""
    readable = Client.objects.visible_to(user).filter(pk=OuterRef("client"))
    drafts = Note.objects.drafts_of(user).filter(Exists(readable))
    return drafts.order_by("-created_at", "pk")


def unwritten(sessions: SessionQuerySet, user: User) -> Loader[dict[str, int]]:
    """How many held sessions have no note, and how many drafts there are, each up to COUNTED. In no
    order: PostgreSQL stops at the limit, instead of sorting all of them first."""
    kinds = {"without_note": without_note(sessions), "drafts": drafts_of(user)}
    first, *rest = [
        rows.order_by().values_list(Value(kind, output_field=CharField()))[:COUNTED]
        for kind, rows in kinds.items()
    ]
    counted = first.union(*rest, all=True)
    yield (counted,)
    counts = Counter(kind for (kind,) in counted)
    return {kind: counts[kind] for kind in kinds}
