"""Thousands of invented clients with full records, for measuring."""

from datetime import datetime, timedelta
from itertools import cycle, islice

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from accounts.access import Role
from accounts.models import AuditEvent, Consent, ConsentKind, ConsentText, User
from assessments.models import Attempt, InstrumentVersion, Result
from clients.audit_verbs import CareVerb
from clients.models import CareLink, Client, Note, Session, SharedResult, StepEvent, Task

QUESTIONNAIRE = "assessments/questionnaires/psywellpath-closeness-2.json"

# Forward to 7 and back to 3, again and again: each move is allowed.
FIRST_STEPS = [1, 2, 3, 4, 5, 6, 7]
REPEATED_STEPS = [3, 4, 5, 6, 7]


def staff() -> tuple[User, User]:
    """A therapist and a manager."""
    return therapist(Role.THERAPIST.value), _person(Role.MANAGER.value, Role.MANAGER)


def therapist(name: str) -> User:
    return _person(name, Role.THERAPIST)


def _person(name: str, role: Role) -> User:
    user = User.objects.create_user(f"{name}@example.org", None, name=name.title())
    user.groups.add(Group.objects.get(name=role.value))
    return user


def clients(
    number: int, events: int, therapist: User, start: int = 0, unread_every: int = 50
) -> list[Client]:
    """`number` clients in one therapist's care, each with `events` moves and a few sessions, and
    nine of ten with a session ahead. One in `unread_every` has a result that nobody has read yet,
    and so needs attention."""
    now = timezone.now()
    users = [
        User(email=f"c{n}@example.org", name=f"Client {n:05}", password="!")
        for n in range(start, start + number)
    ]
    User.objects.bulk_create(users, batch_size=2000)
    created = [Client(user=user, created_at=now - timedelta(days=400)) for user in users]
    Client.objects.bulk_create(created, batch_size=2000)
    CareLink.objects.bulk_create(
        [CareLink(client=c, therapist=therapist, starts_at=c.created_at) for c in created],
        batch_size=2000,
    )
    version = _version()
    for chunk in (created[i : i + 500] for i in range(0, number, 500)):
        StepEvent.objects.bulk_create(
            [event for c in chunk for event in _way(c, events, therapist, now)], batch_size=5000
        )
        Session.objects.bulk_create(
            [s for n, c in enumerate(chunk) for s in _sessions(c, therapist, now, ahead=n % 10 > 0)]
        )
        Note.objects.bulk_create(
            [
                Note(client=c, author=therapist, audience="private", text="A note.", signed_at=now)
                for c in chunk
            ]
        )
        Task.objects.bulk_create([t for c in chunk for t in _tasks(c, therapist, now)])
        _results(chunk, version, therapist, now, unread_every)
        _consents(chunk)
    return created


def _consents(clients: list[Client]) -> None:
    """Everyone agrees to all three texts, and one in fifty has withdrawn one of them since."""
    withdrawn, texts = timezone.now(), ConsentText.all_current()
    Consent.objects.bulk_create(
        Consent(
            user_id=client.user_id, text=text,
            withdrawn_at=None if number % 50 or text.kind != ConsentKind.THERAPY else withdrawn,
        )
        for number, client in enumerate(clients) for text in texts
    )  # fmt: skip


def _way(client: Client, events: int, by: User, now: datetime) -> list[StepEvent]:
    steps = [*FIRST_STEPS, *islice(cycle(REPEATED_STEPS), max(0, events - len(FIRST_STEPS)))][
        :events
    ]
    return [
        StepEvent(
            client=client, sequence=n, step_id=step, by=by, reason="again" if step == 3 else "",
            at=now - timedelta(days=400 - 9 * n),
        )
        for n, step in enumerate(steps, 1)
    ]  # fmt: skip


def _sessions(client: Client, by: User, now: datetime, ahead: bool) -> list[Session]:
    """Three that were past, and the next one, if one is planned."""
    past = [
        Session(
            client=client, therapist=by, at=now - timedelta(days=7 * n), state="held",
            recorded_at=now,
        )
        for n in range(1, 4)
    ]  # fmt: skip
    return past + [Session(client=client, therapist=by, at=now + timedelta(days=7))] * ahead


def day_of(clients: list[Client], therapist: User) -> None:
    """A session today for each of these clients."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    Session.objects.bulk_create(
        Session(client=client, therapist=therapist, at=midnight + timedelta(hours=20, minutes=n))
        for n, client in enumerate(clients)
    )


def _tasks(client: Client, by: User, now: datetime) -> list[Task]:
    due = timezone.localdate(now) + timedelta(days=3)
    return [
        Task(client=client, step_id=3, title="A task", given_by=by, due_on=due),
        Task(client=client, step_id=3, title="Another", given_by=by, done_at=now),
    ]


def _version() -> InstrumentVersion:
    version = InstrumentVersion.objects.first()
    if version is None:
        call_command("load_instrument", QUESTIONNAIRE, publish=True, verbosity=0)
        version = InstrumentVersion.objects.get()
    return version


def _results(
    clients: list[Client], version: InstrumentVersion, by: User, now: datetime, unread_every: int
) -> None:
    """Two shared results for each client; the therapist has read all but some clients' last one."""
    scales = [(s.id, len(s.keyed)) for s in version.questionnaire.scales]
    target = version.questionnaire.targets[0]
    attempts, shared, results, reads = [], [], [], []
    for number, client in enumerate(clients):
        for days in (200, 20):
            at = now - timedelta(days=days)
            attempt = Attempt(version=version, user=client.user, target=target, adult=True,
                              consented_at=at, started_at=at, submitted_at=at)  # fmt: skip
            attempts.append(attempt)
            shared.append(SharedResult(client=client, attempt=attempt, shared_at=at))
            scores = [
                {"scale": scale, "total": 4 * n, "answered": n, "items": n, "max_missing": 0}
                for scale, n in scales
            ]
            results.append(Result(attempt=attempt, engine_version="1", scores=scores))
            if days == 200 or number % unread_every:
                reads.append(AuditEvent(verb=CareVerb.RESULT_OPENED.value, actor=by.pk, at=at,
                                        client=client.pk))  # fmt: skip
    Attempt.objects.bulk_create(attempts)
    SharedResult.objects.bulk_create(shared)
    Result.objects.bulk_create(results)
    AuditEvent.objects.bulk_create(reads)
