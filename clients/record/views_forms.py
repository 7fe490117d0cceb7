"""Handles the forms on the tabs of a client's record: a note, a session, a task, safety marks.

An invalid form is shown again on its tab.
"""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from accounts.database.together import load
from clients.access import ALWAYS, ON_POST, client_record
from clients.models import Client
from clients.notes.forms import NoteForm
from clients.notes.views import keep
from clients.path import actions as path
from clients.path.forms import SafetyMarksForm
from clients.record import context
from clients.record.head import head
from clients.sessions import actions as sessions
from clients.sessions.forms import SessionForm, TodayForm
from clients.sessions.views import all_sessions, lacks_note, to_its_note
from clients.tasks import actions as tasks


@require_form
@client_record(writes=ON_POST)
def notes(request: SignedIn, record: Client) -> HttpResponse:
    """Signs a note, or saves it as a draft. A GET request lists the client's notes."""
    if request.method != "POST":
        shown = context.notes(record, request.user, request.GET.get("page"))
        return render(request, "clients/record/notes.html", shown)
    form = NoteForm(request.POST, client=record)
    if form.is_valid():
        return keep(request, record, form)
    shown = context.session(record, request.user, form) | {"refused_section": "notes"}
    return render(request, "clients/record/session.html", shown, status=422)


@require_form
@client_record(writes=ON_POST)
def plan_session(request: SignedIn, client: Client) -> HttpResponse:
    """Plans a session, or records today's or a past one. A GET request lists all of the client's
    sessions."""
    if request.method != "POST":
        return all_sessions(request, client, load(head(client, "client")))
    form: TodayForm | SessionForm
    form = TodayForm(request.POST) if "today" in request.POST else SessionForm(request.POST)
    if form.is_valid():
        try:
            return _plan_or_record(request, client, form)
        except ValidationError as error:
            form.refuse(error)
    refused = {form.name: form, "refused_section": "sessions"}
    shown = context.session(client, request.user) | refused
    return render(request, "clients/record/session.html", shown, status=422)


def _plan_or_record(
    request: SignedIn, client: Client, form: TodayForm | SessionForm
) -> HttpResponse:
    """Carries out the form. A session that was held leads to its note. Raises ValidationError."""
    who: dict[str, Any] = {"client": client, "by": request.user, "request": request}
    if isinstance(form, TodayForm):
        session = sessions.held_today(**who, **form.cleaned_data)
        message = _("Today’s session is recorded: %(time)s.") % {"time": session.when("clock")}
    elif "past" in request.POST:
        session = sessions.held_before(**who, **form.cleaned_data)
        message = _("Recorded as held: %(when)s.") % {"when": session.when()}
    else:
        sessions.plan_session(**who, warned=form.warned, **form.cleaned_data)
        return notices.back_to(request, client, "sessions", _("The session is planned."))
    if lacks_note(session, request.user):
        return to_its_note(request, client, session, message)
    return notices.back_to(request, client, "sessions", message)


@require_form
@client_record(writes=ON_POST)
def give_task(request: SignedIn, client: Client) -> HttpResponse:
    """Gives a task. A GET request lists the client's tasks beside the form; choosing a task of the
    library there fills the form."""
    shown = context.tasks(client, request.POST or None, request.GET)
    form = shown["form"]
    if request.method == "POST" and form.is_valid():
        try:
            tasks.give_task(
                client=client, by=request.user, warned=form.warned, request=request,
                **form.cleaned_data,
            )  # fmt: skip
        except ValidationError as error:
            form.refuse(error)
        else:
            message = _("The task is given. The client can see it on their path.")
            return notices.back_to(request, request.path, "tasks", message)
    status = 422 if form.errors or form.repeated else 200
    return render(request, "clients/record/tasks.html", shown, status=status)


@require_form
@client_record(writes=ALWAYS)
def safety_marks(request: SignedIn, client: Client) -> HttpResponse:
    """Adds safety marks, or removes one of one's own. The forms are on the tab of the path."""
    if request.method != "POST":
        return redirect("path-and-care", client.pk)
    who: dict[str, Any] = {"client": client, "by": request.user, "request": request}
    tab = reverse("path-and-care", args=[client.pk])
    if "remove" in request.POST:
        with suppress(ValueError):  # A damaged id removes nothing.
            path.unmark_safety(**who, mark=UUID(request.POST["remove"]))
        return notices.back_to(request, tab, "safety", _("Removed."))
    form = SafetyMarksForm(request.POST)
    if form.is_valid():
        path.mark_safety(**who, **form.cleaned_data)
        return notices.back_to(request, tab, "safety", _("Noted. Only therapists read it."))
    shown = context.path_and_care(client, form) | {"refused_section": "safety"}
    return render(request, "clients/record/path_and_care.html", shown, status=422)
