"""Tasks, for the therapist and for the client."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from clients.access import ALWAYS, client_record, clients_own
from clients.labels import SAVED_OWN
from clients.models import Client
from clients.results import queries as results
from clients.tasks import actions, context
from clients.tasks.forms import TaskDoneForm, TaskForm


@require_form
@client_record(writes=ALWAYS)
def give(request: SignedIn, client: Client) -> HttpResponse:
    """The task form beside the library of the client's step; choosing a task there fills the
    form."""
    ideas = context.ideas(client)
    last = results.last_measurement(client, timezone.now())
    form = TaskForm(request.POST or None, initial=context.initial_values(request.GET, ideas, last))
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_task(client=client, by=request.user, request=request, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            message = _("The task is given. The client can see it on their path.")
            return notices.back_to(request, client, "tasks", message)
    shown = {"client": client, "form": form, "ideas": ideas, "last_measurement": last}
    return render(
        request, "clients/tasks/task_give.html", shown, status=422 if form.errors else 200
    )


@require_form
@client_record(writes=ALWAYS)
def withdraw(request: SignedIn, client: Client, task_id: UUID) -> HttpResponse:
    task = get_object_or_404(client.tasks.select_related("client"), pk=task_id)
    if request.method != "POST":  # For example after reauthentication.
        return redirect(client)
    actions.withdraw_task(task=task, by=request.user, request=request)
    return notices.back_to(request, client, "tasks", _("The task is withdrawn."))


@clients_own
@require_form
def done(request: SignedIn, client: Client, task_id: UUID) -> HttpResponse:
    """The client's page of one task: what to do, and the reflection on it."""
    mine = client.tasks.filter(withdrawn_at=None).select_related("article", "instrument")
    task = get_object_or_404(mine, pk=task_id)
    # Shown as far as it can be decrypted, but not overwritten.
    if request.method != "POST" and task.unreadable:
        return render(request, "clients/tasks/task.html", {"task": task})
    form = TaskDoneForm(request.POST or None, initial={"reflection": task.reflection})
    if request.method == "POST" and form.is_valid():
        actions.finish_task(task=task, by=request.user, **form.cleaned_data)
        return notices.back_to(request, "path", "tasks", SAVED_OWN)
    return render(request, "clients/tasks/task.html", {"task": task, "form": form})
