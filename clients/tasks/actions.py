"""Giving a task, withdrawing it, and completing it."""

from collections.abc import Collection
from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import recording as audit
from accounts.models import User
from articles.models import Article
from assessments.catalogue import actions as catalogue
from assessments.models import Instrument
from clients import emails
from clients.access import lock_record
from clients.audit_verbs import CareVerb
from clients.models import Client, Task
from clients.tasks import repeated


@transaction.atomic
def give_task(
    *,
    client: Client,
    by: User,
    title: str,
    text: str = "",
    due_on: date | None = None,
    article: Article | None = None,
    instrument: Instrument | None = None,
    key: UUID | None = None,
    warned: Collection[str] = (),
    request: HttpRequest | None = None,
) -> Task:
    """Gives a task on the client's current step. A second call with the same `key` changes
    nothing. Raises GivenAlready for an open task that says the same and is not among those of
    which the person was `warned`."""
    client, key = lock_record(client, by), key or uuid4()
    if given := client.tasks.filter(given_by=by, idempotency_key=key).first():
        return given
    repeated.demand_warned(repeated.find(client, title, instrument), warned)
    task = Task(
        client=client, step_id=client.journey.step, title=title.strip(), text=text.strip(),
        due_on=due_on, article=article, instrument=instrument, given_by=by,
        idempotency_key=key,
    )  # fmt: skip
    add_task(task, by=by, request=request)
    return task


def add_task(task: Task, *, by: User | None, request: HttpRequest | None = None) -> None:
    """Stores a new task of a client whose row is locked, and tells them. `by` is None if a command
    gives it."""
    task.full_clean()
    task.save(force_insert=True)
    if task.instrument:
        catalogue.assign(instrument=task.instrument, to=task.client.user)
    audit.record(CareVerb.TASK_GIVEN, by=by, client=task.client_id, target=task, request=request)
    emails.notify_client(task.client, emails.TASK_GIVEN)


@transaction.atomic
def withdraw_task(*, task: Task, by: User, request: HttpRequest | None = None) -> None:
    """Withdraws a task that is not done yet. A second call changes nothing."""
    client = lock_record(task.client, by)
    task = Task.objects.select_for_update().get(pk=task.pk)
    if task.is_open:
        task.withdrawn_at = timezone.now()
        task.save(update_fields=["withdrawn_at"])
        verb = CareVerb.TASK_WITHDRAWN
        audit.record(verb, by=by, client=client.pk, target=task, request=request)


@transaction.atomic
def finish_task(*, task: Task, by: User, reflection: str) -> Task:
    """Marks a task as done, with an optional reflection. A second call replaces the reflection."""
    task = Task.objects.select_for_update().select_related("client").get(pk=task.pk)
    if task.client.user_id != by.pk or task.withdrawn_at:
        raise PermissionDenied
    task.done_at = task.done_at or timezone.now()
    before, task.reflection = task.reflection, reflection.strip()
    task.full_clean()
    task.save(update_fields=["done_at", "reflection"])
    audit.record(CareVerb.TASK_DONE, by=by, client=task.client_id, target=task)
    if task.reflection and task.reflection != before:
        emails.notify_of_writing(task.client)
    return task
