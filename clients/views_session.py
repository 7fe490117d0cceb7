"""Planning the next session, and saying what became of one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Permission, SignedIn, require_form, requires
from clients import pages, sessions
from clients.forms import SessionForm
from clients.loaders import load_client
from clients.models import Session


@requires(Permission.SEE_CASELOAD)
@require_form
def plan(request: SignedIn, client_id: UUID) -> HttpResponse:
    client = load_client(request, client_id)
    if request.method != "POST":  # Back from signing in again, say.
        return redirect(client)
    if "today" in request.POST:
        sessions.held_today(client=client, by=request.user, request=request)
        messages.success(request, _("Today's session is recorded."))
        return redirect(f"{client.get_absolute_url()}#sessions")
    form = SessionForm(request.POST)
    if form.is_valid():
        try:
            at = form.cleaned_data["at"]
            sessions.plan_session(client=client, by=request.user, at=at, request=request)
        except ValidationError:
            form.add_error("at", _("There is a session at that time already."))
        else:
            messages.success(request, _("The session is planned."))
            return redirect(f"{client.get_absolute_url()}#sessions")
    audit.record(audit.Verb.RECORD_OPENED, by=request.user, client=client.pk, request=request)
    shown = pages.record(client, request.user, session_form=form)
    return render(request, "clients/client.html", shown, status=422)


@requires(Permission.SEE_CASELOAD)
@require_form
def record(request: SignedIn, client_id: UUID, session_id: UUID) -> HttpResponse:
    client = load_client(request, client_id)
    session = get_object_or_404(client.sessions.select_related("client"), pk=session_id)
    if request.method != "POST":
        return redirect(client)
    state = request.POST.get("state", "")
    if state not in {"held", "missed", "moved"}:
        messages.error(request, _("Please say what became of the session."))
    else:
        try:
            sessions.record_session(
                session=session, by=request.user, state=Session.State(state), request=request
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The session is recorded."))
    return redirect(f"{client.get_absolute_url()}#sessions")
