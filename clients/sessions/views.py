"""A client's sessions, for the therapist: the list of all, recording the outcome of one, changing
one."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from accounts.models import User
from clients.access import ALWAYS, ON_POST, client_record
from clients.models import Client, Note, Session
from clients.sessions import actions, actions_series, change_requests, queries
from clients.sessions.forms import ChangeForm, KeepForm

PAGE = 25


def all_sessions(request: SignedIn, client: Client, frame: dict) -> HttpResponse:
    """The list of all sessions; `frame` is the context of what surrounds it."""
    now = timezone.now()
    rows = queries.with_requests(client.sessions.in_order(now), now)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    parts = queries.in_parts(page.object_list, now)
    shown = frame | {"client": client, "page": page, "rows": parts, "now": now}
    return render(request, "clients/sessions/sessions.html", shown)


@require_form
@client_record(writes=ALWAYS)
def record(request: SignedIn, client: Client, session_id: UUID) -> HttpResponse:
    """Records or corrects the outcome of a session."""
    session = get_object_or_404(client.sessions.select_related("client"), pk=session_id)
    if request.method != "POST":
        return redirect(client)
    message, level = _("The session is recorded."), messages.SUCCESS
    state = Session.State.HELD if "note" in request.POST else request.POST.get("state", "")
    if state not in Session.State.values:
        message, level = _("Please say whether the session took place."), messages.ERROR
    else:
        try:
            session = actions.record_session(
                session=session,
                by=request.user,
                state=Session.State(state),
                seen=request.POST.get("seen", ""),
                request=request,
            )
        except ValidationError as error:
            message, level = " ".join(error.messages), messages.ERROR
    is_held = level == messages.SUCCESS and session.state == Session.State.HELD
    day = _day_of(request)
    if is_held and ("note" in request.POST or not day) and lacks_note(session, request.user):
        return to_its_note(request, client, session, message)
    if day:
        if is_held:
            return redirect(f"{day}recorded={session.pk}")  # It offers to write the note.
        about = f"{client.user.name}, {session.when()}: {message}"
        messages.add_message(request, level, about)
        return redirect(day.rstrip("?&"))
    return notices.back_to(request, _came_from(request, client), "sessions", message, level=level)


def lacks_note(session: Session, by: User) -> bool:
    """Whether no note is about the session that this therapist can read. One query."""
    readable = Note.objects.filter(Q(signed_at__isnull=False) | Q(author=by))
    return not readable.filter(session=session).exists()


def to_its_note(request: SignedIn, client: Client, session: Session, message: str) -> HttpResponse:
    """To the empty note of a session that was just recorded."""
    page = f"{client.get_absolute_url()}?{urlencode({'session': session.pk})}"
    return notices.back_to(request, page, "notes", message)


def _day_of(request: SignedIn) -> str:
    """The URL of the agenda or the caseload, to which a parameter can be added; "" if the button
    was not there."""
    if (back := request.POST.get("back")) == "agenda":
        return f"{reverse('agenda')}?{urlencode({'day': request.POST.get('day', '')})}&"
    return f"{reverse('caseload')}?" if back == "caseload" else ""


@require_form
@client_record(writes=ON_POST)
def change(request: SignedIn, client: Client, session_id: UUID) -> HttpResponse:
    """Moves a planned session, cancels it, or keeps it although the client asked for a change."""
    session = get_object_or_404(client.sessions.select_related("therapist"), pk=session_id)
    session.client = client
    entered = {name: getattr(session, name) for name in Session.ENTERED}
    what = request.POST.get("what", "")
    moves = what in ("move", "move-following")
    form = ChangeForm(request.POST if moves else None, initial=entered)
    keep_form = KeepForm(request.POST if what == "keep" else None)
    if message := _changed(request, session, what, form, keep_form):
        return notices.back_to(request, client.get_absolute_url(), "sessions", message)
    asked, now = queries.last_request(session), timezone.now()
    following = client.sessions.following(session, now).exclude(pk=session.pk)
    shown = {
        "client": client,
        "session": session,
        "change": asked,
        "waits": asked is not None and asked.waits(now),
        "may_change": session.may_change(now),
        "following": following.count(),
        "form": form,
        "keep_form": keep_form,
    }
    status = 422 if form.errors or form.clashes or keep_form.errors else 200
    return render(request, "clients/sessions/change.html", shown, status=status)


def _changed(
    request: SignedIn, session: Session, what: str, form: ChangeForm, keep_form: KeepForm
) -> str:
    """Does what the person chose, and says so; "" if nothing was chosen or something is wrong."""
    by: Any = {"session": session, "by": request.user, "request": request}
    try:
        if what == "move" and form.is_valid():
            actions.move_session(**by, warned=form.warned, **form.cleaned_data)
            return _("The session is moved, and the client has an email.")
        if what == "move-following" and form.is_valid():
            actions_series.move_following(**by, warned=form.warned, **form.cleaned_data)
            return _("The sessions are moved, and the client has one email.")
        if what == "keep" and keep_form.is_valid():
            change_requests.keep(**by, **keep_form.cleaned_data)
            return _("The session stays as planned, and the client has an email.")
        if what == "cancel":
            actions.record_session(**by, state=Session.State.MOVED)
            return _("The session is cancelled, and the client has an email.")
        if what == "cancel-following":
            actions_series.cancel_following(**by)
            return _("The sessions are cancelled, and the client has one email.")
    except ValidationError as error:
        if form.is_bound and session.may_change(timezone.now()):
            form.refuse(error)
        else:
            messages.error(request, " ".join(error.messages))
    return ""


def _came_from(request: SignedIn, client: Client) -> str:
    """The URL of the page whose button was used: the list of sessions, or the client's page."""
    number = request.POST.get("page", "")
    if not number.isdecimal():
        return client.get_absolute_url()
    return f"{reverse('session-plan', args=[client.pk])}?page={number[:6]}"
