"""The client's page about one session that was held, and the switch for these pages."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from accounts.optimistic_lock import CONFLICT, Stale
from clients import after_writing
from clients.access import ALWAYS, client_record, clients_own
from clients.check_ins import actions, queries
from clients.check_ins.forms import CheckInForm
from clients.check_ins.window import closes_at
from clients.models import CheckIn, Client, Session


@clients_own
@require_form
def own(request: SignedIn, client: Client, session_id: UUID) -> HttpResponse:
    """Answering about a session, as long as that is possible; then reading what was answered."""
    held = client.sessions.filter(state=Session.State.HELD).select_related("therapist", "client")
    session, now = get_object_or_404(held, pk=session_id), timezone.now()
    existing = CheckIn.objects.filter(session=session).first()
    may_answer = queries.may_answer(session, now)
    if not may_answer and existing is None and request.method != "POST":
        raise Http404
    shown: dict[str, object] = {
        "session": session,
        "check_in": existing,
        "closes_at": closes_at(session.at),
    }
    if request.method != "POST" and (not may_answer or (existing and existing.unreadable)):
        return render(request, "clients/check_ins/own_check_in.html", shown)
    form, status = CheckInForm.of(existing, request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            actions.answer(
                session=session, by=request.user, seen=values.pop("seen"), values=values,
                request=request,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        except Stale as stale:
            form.show_again(seen=stale.current.version)
            shown["stale"], status = stale, CONFLICT
        else:
            return notices.back_to(request, "path", "tasks", after_writing.saved())
    shown["form"] = form
    status = 422 if status == 200 and form.errors else status
    return render(request, "clients/check_ins/own_check_in.html", shown, status=status)


@clients_own
@require_form
def switch_own(request: SignedIn, client: Client) -> HttpResponse:
    """Switches the question off or on, for the client."""
    if request.method == "POST":
        on = "on" in request.POST
        actions.switch(client=client, by=request.user, on=on, request=request)
        messages.success(request, _("We ask you again.") if on else _("We no longer ask you."))
    return redirect("own-emails")


@require_form
@client_record(writes=ALWAYS, verb=None)
def switch(request: SignedIn, client: Client) -> HttpResponse:
    """Switches the question off or on, for a therapist."""
    tab = reverse("client-results", args=[client.pk])
    if request.method != "POST":
        return redirect(tab)
    on = "on" in request.POST
    actions.switch(client=client, by=request.user, on=on, request=request)
    done = _("The client is asked again.") if on else _("The client is no longer asked.")
    return notices.back_to(request, tab, "check-ins", done)
