"""A therapist's caseload."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, require_form, requires
from accounts.audit import recording as audit
from accounts.database.pages import AskedPage
from accounts.database.together import Counted, Loader, alone, load, read, side_by_side
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import HOUR, Counts, RateLimit, rate_limited
from clients.access import load_own_record
from clients.agenda import context as agenda
from clients.audit_verbs import CareVerb
from clients.callbacks import queries as callbacks
from clients.caseload import list_file
from clients.caseload.filters import Asking, closed_matches, known_count, narrow, ordered
from clients.caseload.forms import CaseloadFilter
from clients.caseload.listing import caseload_rows, count, in_order, longest_waiting
from clients.models import CaseloadIndex, Enquiry, Step

PAGE = 20
# So many clients in one file at most; more are read in parts of so many.
IN_ONE_FILE, AT_ONCE = 1000, 200


@requires(Permission.SEE_CASELOAD)
@require_safe
def caseload(request: SignedIn) -> HttpResponse:
    now, user = timezone.now(), request.user
    listed, calls, today, to_look_at, _own = load(
        side_by_side(
            _list(request, now),
            callbacks.listed(callbacks.in_care_of(user), user),
            _today(request, now),
            alone(Enquiry.objects.with_clinician(user).filter(looked_at=None)),
            load_own_record(user),
        )
    )
    shown = {**listed, **calls, "today": today, "to_look_at": to_look_at}
    _record(request, shown, [call.client_id for some in calls.values() for call in some])
    return render(request, "clients/caseload/caseload.html", shown)


@requires(Permission.SEE_CASELOAD)
@rate_limited(RateLimit(Counts.ALL, per_account=Rate(20, HOUR)))
@reauthentication_required(allow_get=True)
@require_form
def export(request: SignedIn) -> HttpResponse:
    """The filtered list as a CSV file, in its order; its cells have passed through `safe_cell`."""
    if request.method != "POST":  # For example after reauthentication.
        return redirect("caseload")
    steps, now = list(Step.objects.all()), timezone.now()
    form = CaseloadFilter(request.POST, steps=steps)
    filters = form.used()
    mine = CaseloadIndex.objects.visible_to(request.user).with_needs(now, steps)
    selected = narrow(mine, filters, Asking(request.user, now))
    selected = ordered(selected, filters.get("sort", ""), now)
    keys = list(selected.values_list("pk", flat=True)[: IN_ONE_FILE + 1])
    if len(keys) > IN_ONE_FILE:
        messages.error(
            request,
            _("A file can have %(n)s clients at most. Please filter the list first.")
            % {"n": IN_ONE_FILE},
        )
        return redirect("caseload")
    audit.record_list(CareVerb.CASELOAD_EXPORTED, by=request.user, clients=keys, request=request)
    rows = (
        row
        for first in range(0, len(keys), AT_ONCE)
        for row in caseload_rows(
            load(in_order(keys[first : first + AT_ONCE], now, request.user)), steps, now
        )
    )
    name = f"list-{timezone.localdate(now):%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(
        list_file.as_csv(rows), content_type="text/csv; charset=utf-8", headers=headers
    )


def _list(request: SignedIn, now: datetime) -> Loader[dict[str, Any]]:
    """One page of the list, by the filters and in the order of the address. Four queries."""
    steps = list((yield from alone(Step.objects.all())))
    form = CaseloadFilter(request.GET or None, steps=steps)
    filters, asking = form.used(), Asking(request.user, now)
    mine = CaseloadIndex.objects.visible_to(request.user).with_needs(now, steps)
    selected = narrow(mine, filters, asking)
    in_turn = ordered(selected, filters.get("sort", ""), now).values_list("pk", flat=True)
    asked = AskedPage(in_turn, PAGE, request.GET.get("page"))
    known, total = known_count(filters), Counted(selected)
    counts, _read = yield from side_by_side(
        count(mine, now), read(asked.rows, *([] if known else [total]))
    )
    page = yield from asked.page(counts[known] if known else total.n)
    clients, waiting, closed = yield from side_by_side(
        in_order(list(page), now, request.user),
        longest_waiting(mine, counts["waits_since"], now),
        read() if page else closed_matches(mine, filters, asking),
    )
    return {
        "page": page,
        "rows": caseload_rows(clients, steps, now),
        "filter": form,
        "used": form.in_address(),
        "closed_matches": closed,
        "waiting": waiting,
        "waits_days": max((now - (counts["waits_since"] or now)).days, 0),
        **counts,
    }


def _today(request: SignedIn, now: datetime) -> Loader[dict[str, Any] | None]:
    """The sessions of today, above the whole list only; None above a filtered or a later page."""
    if set(request.GET) - {"recorded"}:
        return None
    return (yield from agenda.today(request.user, request.GET, now))


def _record(request: SignedIn, shown: dict[str, Any], called: Iterable[UUID]) -> None:
    """One event for each client on the page: that of the agenda, which shows more, or that of the
    list."""
    today = shown["today"]["clients"] if shown["today"] else {}
    if today:
        audit.record_list(CareVerb.AGENDA_OPENED, by=request.user, clients=today, request=request)
    keys = dict.fromkeys([*(row.client.pk for row in shown["rows"]), *called])
    others = [key for key in keys if key not in today]
    if others or not today:
        audit.record_list(
            CareVerb.CASELOAD_OPENED, by=request.user, clients=others, request=request
        )
