"""A client's own session: asking to move or cancel it, and the file for their calendar."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn, require_form
from accounts.consent_texts import blanks
from accounts.people.queries import of_practice
from accounts.rate_limits import requests as rate_limits
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import DAY, Counts, RateLimit, rate_limited
from clients import dates
from clients.access import clients_own
from clients.calendar import files as calendar_files
from clients.models import ChangeRequest, Client, Session
from clients.sessions import change_requests, queries
from clients.sessions.forms import AskForm


# One request about a session waits at a time; one that is withdrawn and sent again writes emails
# each time.
@rate_limited(
    RateLimit(Counts.SUCCESSFUL, per_account_and_address=Rate(10, DAY), shown_by_view=True)
)
@clients_own
@require_form
def own(request: SignedIn, client: Client, session_id: UUID) -> HttpResponse:
    """One session of the client: where it is, and what they asked about it."""
    sessions = client.sessions.select_related("therapist")
    session, now = get_object_or_404(sessions, pk=session_id), timezone.now()
    form = AskForm(request.POST or None)
    if request.method == "POST" and rate_limits.refused(request):
        form.add_error(None, rate_limits.message(request))
    elif request.method == "POST" and "withdraw" in request.POST:
        change_requests.withdraw(session=session, by=request.user, request=request)
        messages.success(request, _("You have taken your request back. The session is as planned."))
        return redirect("own-session", session.pk)
    elif request.method == "POST" and form.is_valid():
        wish, times = ChangeRequest.Wish(form.cleaned_data["wish"]), form.cleaned_data["times"]
        try:
            change_requests.ask(
                session=session, by=request.user, wish=wish, times=times, request=request
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("own-session", session.pk)
    asked = queries.last_request(session)
    rule = of_practice().get(blanks.Blank.CANCELLATION, "")
    shown = {
        "session": session,
        "may_change": session.may_change(now),
        "is_soon": dates.days_between(timezone.localdate(now), session.at) <= 1,
        "asked": asked,
        "waits": asked is not None and asked.waits(now),
        "rule": rule if blanks.is_filled(rule) else "",
        "form": form,
    }
    return render(
        request, "clients/sessions/own_session.html", shown, status=422 if form.errors else 200
    )


@clients_own
@require_safe
def calendar(request: SignedIn, client: Client, session_id: UUID) -> HttpResponse:
    """A coming session as a calendar file. It is shown "inline": phones then open their calendar
    instead of a list of downloads."""
    now = timezone.now()
    session = get_object_or_404(queries.own_coming(client, now), pk=session_id)
    return _calendar(client, [session], now)


@clients_own
@require_safe
def whole_calendar(request: SignedIn, client: Client) -> HttpResponse:
    """All of the coming sessions as one calendar file, with one entry each. Three queries."""
    now = timezone.now()
    return _calendar(client, queries.own_coming(client, now), now)


def _calendar(client: Client, sessions: Iterable[Session], now: datetime) -> HttpResponse:
    """The file, shown "inline"."""
    file = calendar_files.own(sessions, now, discreet=bool(client.discreet_emails))
    headers = {"Content-Disposition": 'inline; filename="session.ics"'}
    return HttpResponse(file, content_type=calendar_files.TYPE, headers=headers)
