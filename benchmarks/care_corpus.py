"""Clients by the thousand, with paths, sessions and notes, for measuring. Invented, every one."""

from datetime import datetime, timedelta
from itertools import cycle, islice

from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.access import Role
from accounts.models import User
from clients.models import CareLink, Client, Note, Session, StepEvent

# Forward to 7 and back to 3, again and again: each move keeps to the rules.
WAY = [1, 2, 3, 4, 5, 6, 7]
AGAIN = [3, 4, 5, 6, 7]


def staff() -> tuple[User, User]:
    """A therapist and a manager."""
    made = []
    for role in (Role.THERAPIST, Role.MANAGER):
        user = User.objects.create_user(f"{role.value}@example.org", None, name=role.value.title())
        user.groups.add(Group.objects.get(name=role.value))
        made.append(user)
    return made[0], made[1]


def clients(number: int, events: int, therapist: User, start: int = 0) -> list[Client]:
    """`number` clients in one therapist's care, each with `events` moves and a few sessions."""
    now = timezone.now()
    users = [
        User(email=f"c{n}@example.org", name=f"Client {n:05}", password="!")
        for n in range(start, start + number)
    ]
    User.objects.bulk_create(users, batch_size=2000)
    made = [Client(user=user, created_at=now - timedelta(days=400)) for user in users]
    Client.objects.bulk_create(made, batch_size=2000)
    CareLink.objects.bulk_create(
        [CareLink(client=c, therapist=therapist, starts_at=c.created_at) for c in made],
        batch_size=2000,
    )
    for chunk in (made[i : i + 500] for i in range(0, number, 500)):
        StepEvent.objects.bulk_create(
            [event for c in chunk for event in _way(c, events, therapist, now)], batch_size=5000
        )
        Session.objects.bulk_create([s for c in chunk for s in _sessions(c, therapist, now)])
        Note.objects.bulk_create(
            [
                Note(client=c, author=therapist, audience="private", text="A note.", signed_at=now)
                for c in chunk
            ]
        )
    return made


def _way(client: Client, events: int, by: User, now: datetime) -> list[StepEvent]:
    steps = [*WAY, *islice(cycle(AGAIN), max(0, events - len(WAY)))][:events]
    return [
        StepEvent(
            client=client, sequence=n, step_id=step, by=by, reason="again" if step == 3 else "",
            at=now - timedelta(days=400 - 9 * n),
        )
        for n, step in enumerate(steps, 1)
    ]  # fmt: skip


def _sessions(client: Client, by: User, now: datetime) -> list[Session]:
    return [
        Session(
            client=client, therapist=by, at=now - timedelta(days=7 * n), state="held",
            recorded_at=now,
        )
        for n in range(1, 4)
    ]  # fmt: skip
