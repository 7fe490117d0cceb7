"""What is new for a client since they last looked, for the marks on their own pages.

Nobody else reads this: not their therapist, not the practice. A page writes only when it has shown
something new.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.audit import recording as audit
from accounts.database.together import Loader, first
from accounts.models import AuditEvent
from clients.models import Client, ReadMark, Session, Task

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class News:
    """The ids of what the client has not seen, and whether their next session is new or changed."""

    notes: frozenset[UUID]
    tasks: frozenset[UUID]
    session: bool


def news(client: Client, tasks: QuerySet[Task], coming: QuerySet[Session]) -> Loader[News]:
    """`coming`: the coming sessions, the next one first."""
    marks = _marks(client)
    yield marks, tasks, coming
    mark, session = first(marks) or ReadMark(client=client), first(coming)
    events = _events(session, client, mark) if session else AuditEvent.objects.none()
    notes = _unread_notes(client, mark)
    yield notes, events
    seen = mark.tasks_at or NEVER
    return News(
        notes=frozenset(notes),
        tasks=frozenset(task.pk for task in tasks if task.created_at > seen),
        session=bool(events),
    )


def unread_notes(client: Client) -> frozenset[UUID]:
    """The shared notes that were signed, or added to, after the client last opened their notes. Two
    queries."""
    return frozenset(_unread_notes(client, _mark(client)))


def saw_notes(client: Client) -> None:
    _saw(client, notes_at=timezone.now())


def saw_session(client: Client) -> None:
    _saw(client, session_at=timezone.now())


def saw_task(client: Client, task: Task) -> None:
    """One query, and a second one if the task was given after the client last opened one."""
    if task.created_at > (_mark(client).tasks_at or NEVER):
        _saw(client, tasks_at=timezone.now())


def _mark(client: Client) -> ReadMark:
    return first(_marks(client)) or ReadMark(client=client)


def _marks(client: Client) -> QuerySet[ReadMark]:
    """At most one."""
    return ReadMark.objects.filter(client=client)


def _unread_notes(client: Client, mark: ReadMark) -> QuerySet:
    since = mark.notes_at or NEVER
    later = Q(signed_at__gt=since) | Q(amendments__signed_at__gt=since)
    return client.notes.shared().filter(later).values_list("pk", flat=True)


def _events(session: Session, client: Client, mark: ReadMark) -> QuerySet:
    """Of those by which somebody else has planned or changed this session since the client saw it,
    at most one."""
    events = audit.of_client(client.pk).filter(target=f"clients.session {session.pk}")
    later = events.filter(at__gt=mark.session_at or NEVER).exclude(actor=client.user_id)
    return later.order_by().values("pk")[:1]


def _saw(client: Client, **at: datetime) -> None:
    ReadMark.objects.update_or_create(client=client, defaults=at)
