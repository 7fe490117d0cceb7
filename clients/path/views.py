"""Moving a client on the path, and pausing, closing or resuming it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from accounts.optimistic_lock import CONFLICT, Stale, VersionField
from clients import journey
from clients.access import ALWAYS, client_record
from clients.endings import loose_ends
from clients.endings.forms import OutcomesForm
from clients.endings.outcomes import Affected, Ending
from clients.models import Client
from clients.path import actions, context
from clients.path.forms import ChangeForm
from clients.path.labels import PATH_CHANGES, REASONS
from clients.sessions import queries as sessions


@require_form
@client_record(writes=ALWAYS)
def move(request: SignedIn, record: Client) -> HttpResponse:
    return move_page(request, record, "clients/path/move.html", record.get_absolute_url())


def move_page(
    request: SignedIn, record: Client, template: str, back_to: str, frame: dict | None = None
) -> HttpResponse:
    """Confirms a move, showing blockers and warnings, and makes it. The admin passes its own
    context as `frame`."""
    data = request.POST if request.method == "POST" else None
    to = context.requested_step(data or request.GET, record.journey)
    form, status = context.move_form(data, record, to), 200
    shown: dict[str, object] = {"back_to": back_to}
    if data is not None and form.is_valid():
        try:
            actions.move(client=record, by=request.user, request=request, **form.cleaned_data)
        except Stale as stale:
            record, status = stale.current, CONFLICT
            shown["since"] = context.show_again(form, record)
            form = context.move_form(form.data, record, to)
        except actions.MoveRefused:
            status = CONFLICT
        else:
            return _moved(request, record, back_to)
    shown |= (frame or {}) | context.move(record, to, form)
    return render(request, template, shown, status=status)


def _moved(request: SignedIn, record: Client, back_to: str) -> HttpResponse:
    messages.success(request, _("The step has changed. The client sees it on their path."))
    if not sessions.of_today(record).held().exists():
        messages.info(request, _("Today’s session isn’t recorded yet."))
    return redirect(back_to)


@require_form
@client_record(writes=ALWAYS)
def undo(request: SignedIn, record: Client) -> HttpResponse:
    """Undoes the last move. The button is on every page of the record while that is possible."""
    tab = reverse("path-and-care", args=[record.pk])
    if request.method != "POST":  # For example after reauthentication.
        return redirect(tab)
    seen = VersionField().clean(request.POST.get("seen"))
    try:
        actions.undo(client=record, by=request.user, seen=seen, request=request)
    except actions.MoveRefused as refused:
        reason = REASONS[refused.verdict.blockers[0]]
        return notices.back_to(request, tab, "moves", reason, level=messages.ERROR)
    done = _("The move is undone. The client sees nothing of it on their path.")
    return notices.back_to(request, tab, "moves", done)


@require_form
@client_record(writes=ALWAYS)
def change(request: SignedIn, record: Client, kind: str) -> HttpResponse:
    if kind not in {k.value for k in journey.CHANGES}:
        raise Http404
    change_kind, status = journey.Kind(kind), 200
    shown: dict[str, object] = {}
    start = {"seen": record.journey.version}
    form = ChangeForm(request.POST or None, initial=start, kind=change_kind)
    outcomes = _outcomes(request, record, change_kind)
    if request.method == "POST" and form.is_valid() and outcomes.is_valid():
        arguments = form.cleaned_data | {"decided": outcomes.cleaned_data["decided"]}
        try:
            actions.change_path(
                client=record, kind=change_kind, by=request.user, request=request, **arguments
            )
        except Stale as stale:
            record, status = stale.current, CONFLICT
            shown["since"] = context.show_again(form, record)
        except actions.MoveRefused:
            status = CONFLICT
        except loose_ends.Undecided as refused:
            status = CONFLICT
            form.add_error(None, refused)
        else:
            messages.success(request, str(PATH_CHANGES[change_kind].done))
            return redirect(record)
    shown |= context.change(record, change_kind, form) | {"outcomes": outcomes}
    return render(request, "clients/path/change.html", shown, status=status)


def _outcomes(request: SignedIn, record: Client, kind: journey.Kind) -> OutcomesForm:
    """The form for affected sessions and tasks; it is empty if there are none."""
    ending = actions.ENDINGS.get(kind)
    affected = loose_ends.on_path(record, ending) if ending else Affected(Ending.PAUSE)
    return OutcomesForm(request.POST or None, affected=affected)
