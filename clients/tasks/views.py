"""Tasks, for the therapist and for the client."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from accounts.models import User
from assessments.models import Attempt
from clients import after_writing, read_marks
from clients.access import ALWAYS, client_record, clients_own
from clients.models import Client, Task
from clients.tasks import actions
from clients.tasks.forms import TaskDoneForm


@require_form
@client_record(writes=ALWAYS)
def withdraw(request: SignedIn, client: Client, task_id: UUID) -> HttpResponse:
    task = get_object_or_404(client.tasks.select_related("client"), pk=task_id)
    if request.method != "POST":  # For example after reauthentication.
        return redirect("client-tasks", client.pk)
    actions.withdraw_task(task=task, by=request.user, request=request)
    tab = reverse("client-tasks", args=[client.pk])
    return notices.back_to(request, tab, "tasks", _("The task is withdrawn."))


@clients_own
@require_form
def done(request: SignedIn, client: Client, task_id: UUID) -> HttpResponse:
    """The client's page of one task: what to do, and the reflection on it. "Not now" asks before it
    leaves words behind that were typed."""
    mine = client.tasks.filter(withdrawn_at=None).select_related("article", "instrument")
    task = get_object_or_404(mine, pk=task_id)
    read_marks.saw_task(client, task)
    # Shown as far as it can be decrypted, but not overwritten.
    if request.method != "POST" and task.unreadable:
        return render(request, "clients/tasks/task.html", {"task": task, "begun": None})
    form = TaskDoneForm(request.POST or None, initial={"reflection": task.reflection})
    leaving = "later" in request.POST
    if leaving and request.POST.get("reflection", "").strip() in ("", task.reflection):
        return redirect("path")
    if request.method == "POST" and not leaving and form.is_valid():
        actions.finish_task(task=task, by=request.user, **form.cleaned_data)
        return notices.back_to(request, "path", "tasks", after_writing.saved())
    shown = {"task": task, "form": form, "leaving": leaving, "begun": _begun(task, request.user)}
    return render(request, "clients/tasks/task.html", shown)


def _begun(task: Task, user: User) -> Attempt | None:
    """The unfinished attempt that the task takes up, instead of beginning another. At most one
    query."""
    if task.instrument is None or task.done_at:
        return None
    return Attempt.objects.unfinished(user, task.instrument.slug).first()
