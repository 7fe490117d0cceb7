"""A client's sessions: the list of all, and recording the outcome of one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from clients.access import ALWAYS, client_record
from clients.models import Client, Session
from clients.sessions import actions, queries

PAGE = 25


def all_sessions(request: SignedIn, client: Client, frame: dict) -> HttpResponse:
    """The list of all sessions; `frame` is the context of what surrounds it."""
    now = timezone.now()
    page = Paginator(client.sessions.in_order(now), PAGE).get_page(request.GET.get("page"))
    rows = queries.in_parts(page.object_list, now)
    shown = frame | {"client": client, "page": page, "rows": rows, "now": now}
    return render(request, "clients/sessions/sessions.html", shown)


@require_form
@client_record(writes=ALWAYS)
def record(request: SignedIn, client: Client, session_id: UUID) -> HttpResponse:
    """Records or corrects the outcome of a session."""
    session = get_object_or_404(client.sessions.select_related("client"), pk=session_id)
    if request.method != "POST":
        return redirect(client)
    message, level = _("The session is recorded."), messages.SUCCESS
    state = request.POST.get("state", "")
    if state not in Session.State.values:
        message, level = _("Please say whether the session took place."), messages.ERROR
    else:
        try:
            actions.record_session(
                session=session, by=request.user, state=Session.State(state), request=request
            )
        except ValidationError as error:
            message, level = " ".join(error.messages), messages.ERROR
    return notices.back_to(request, _came_from(request, client), "sessions", message, level=level)


def _came_from(request: SignedIn, client: Client) -> str:
    """The URL of the page whose button was used: the list of sessions, or the client's page."""
    number = request.POST.get("page", "")
    if not number.isdecimal():
        return client.get_absolute_url()
    return f"{reverse('session-plan', args=[client.pk])}?page={number[:6]}"
