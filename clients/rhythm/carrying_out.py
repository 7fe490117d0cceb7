"""Asks clients for the questionnaires and ratings that are due, reminds them once, and ends what
nobody answered. Run by `manage.py remind`, as the owner of the tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.audit import recording as audit
from assessments.models import InstrumentVersion
from clients import emails
from clients.audit_verbs import CareVerb
from clients.models import Asking, Client, Rhythm, Task
from clients.rhythm import occasions, queries
from clients.rhythm.labels import rate_goals, task_title, title_of, told
from clients.rhythm.occasions import Due
from clients.tasks import actions as tasks

# The key of the advisory lock that one run at a time holds.
LOCK = 0x7268_7974_686D


@contextmanager
def alone() -> Iterator[bool]:
    """Whether this is the only run now. The lock is released at the end, or with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        taken = cursor.fetchone()[0]
    try:
        yield taken
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def clients_with_rhythms() -> list[UUID]:
    return list(
        Rhythm.objects.going_on().order_by("client").values_list("client", flat=True).distinct()
    )


@transaction.atomic
def carry_out(client_id: UUID, now: datetime, *, dry_run: bool = False) -> list[Due]:
    """Does what is due for one client, whose row is locked as by every action on the record. A
    second call finds nothing left to do. About a dozen queries."""
    client = Client.objects.select_for_update(of=("self",)).filter(pk=client_id).first()
    if client is None:
        return []
    found = []
    for rhythm in client.rhythms.going_on().select_related("instrument", "set_by"):
        # Read again for each, because what the one before has asked for counts.
        record = queries.record_of(client, [rhythm], now)
        facts = queries.facts_of(rhythm, record)
        due = occasions.due(queries.rule_of(rhythm), facts, now)
        if due != Due():
            found.append(due)
            if not dry_run:
                _do(rhythm, due, record, now)
    return found


def _do(rhythm: Rhythm, due: Due, record: queries.Record, now: datetime) -> None:
    rhythm.client = record.client
    mine = (one for one in record.askings if one.rhythm_id == rhythm.pk)
    was = next((one for one in mine if queries.state_of(one) in occasions.OPEN), None)
    if was and due.move:
        was.occasion, was.day = due.move.key, due.move.day
        was.save(update_fields=["occasion", "day"])
    if was and due.remind:
        was.reminded_at = now
        was.save(update_fields=["reminded_at"])
        emails.notify_client(record.client, emails.TASK_WAITS, once=f"waits {was.pk}")
    if was and due.end:
        _end(was, now)
    if due.rest or due.wake:
        rhythm.rests_since = now if due.rest else None
        rhythm.save(update_fields=["rests_since"])
    if due.rest:
        verb = CareVerb.RHYTHM_RESTS
        audit.record(verb, by=None, client=rhythm.client_id, target=rhythm)
    if due.ask:
        _ask(rhythm, due.ask, now)


def _end(asking: Asking, now: datetime) -> None:
    asking.expired_at = asking.task.withdrawn_at = now
    asking.task.save(update_fields=["withdrawn_at"])
    asking.save(update_fields=["expired_at"])
    verb = CareVerb.TASK_WITHDRAWN
    audit.record(verb, by=None, client=asking.client_id, target=asking.task)


def _ask(rhythm: Rhythm, occasion: occasions.Occasion, now: datetime) -> None:
    titles = InstrumentVersion.objects.titles(settings.LANGUAGE_CODE)
    goals, today = rhythm.instrument is None, timezone.localdate(now)
    title = rate_goals() if goals else task_title(title_of(rhythm, titles))
    text = f"{told(rhythm.kind, rhythm.every, rhythm.set_by.name)}\n\n{rhythm.reason}"
    task = Task(
        client=rhythm.client, step_id=rhythm.client.journey.step, given_by=rhythm.set_by,
        title=title, text=text, instrument=rhythm.instrument, rates_goals=goals,
        due_on=occasion.day if rhythm.kind == Rhythm.Kind.SESSIONS else None, created_at=now,
    )  # fmt: skip
    tasks.add_task(task, by=None)
    Asking.objects.create(
        client=rhythm.client, rhythm=rhythm, task=task, occasion=occasion.key, day=occasion.day,
        asked_on=today,
    )  # fmt: skip
