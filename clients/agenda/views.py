"""A therapist's agenda: a day, a week, and what is still to be written."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, requires
from accounts.audit import recording as audit
from accounts.database.together import load, side_by_side
from clients.access import load_own_record
from clients.agenda import context, days
from clients.audit_verbs import CareVerb


@requires(Permission.SEE_CASELOAD)
@require_safe
def agenda(request: SignedIn) -> HttpResponse:
    """`?day=` or `?week=` names a date; `?recorded=` the session that was just recorded."""
    now = timezone.now()
    span = days.from_query(request.GET, timezone.localdate(now))
    sessions = context.week if span.is_week else context.day
    shown, _own = load(
        side_by_side(sessions(request.user, span, request.GET, now), load_own_record(request.user))
    )
    shown = context.with_clients(shown)
    seen = shown["clients"]
    audit.record_list(CareVerb.AGENDA_OPENED, by=request.user, clients=seen, request=request)
    page = "week" if span.is_week else "day"
    return render(request, f"clients/agenda/{page}.html", shown)


@requires(Permission.SEE_CASELOAD)
@require_safe
def unwritten(request: SignedIn) -> HttpResponse:
    shown = context.unwritten(request.user, request.GET)
    about = {one.client_id: None for page in shown.values() for one in page}
    audit.record_list(CareVerb.AGENDA_OPENED, by=request.user, clients=about, request=request)
    return render(request, "clients/agenda/unwritten.html", shown)
