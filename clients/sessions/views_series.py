"""Planning several sessions at once: the dates are shown first, and can be skipped one by one."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from clients.access import ALWAYS, client_record
from clients.models import Client, Session
from clients.sessions import actions_series
from clients.sessions.clashes import Clashing
from clients.sessions.forms import SeriesForm
from clients.sessions.proposed import Proposed, proposed
from clients.sessions.recurrence import occurrences

PAGE = "clients/sessions/series.html"


@require_form
@client_record(writes=ALWAYS)
def series(request: SignedIn, client: Client) -> HttpResponse:
    """Shows the form, then the dates, and plans those that are chosen."""
    if request.method != "POST":
        form = SeriesForm(initial=_like_the_last(client))
        return render(request, PAGE, {"client": client, "form": form})
    form, notice = SeriesForm(request.POST), ""
    dates: list[Proposed] = []
    if form.is_valid():
        plans = request.POST.get("what") == "plan"
        chosen = request.POST.getlist("chosen") if plans else None
        notice = _plan(request, client, form, chosen or []) if plans else ""
        if plans and not notice:
            message = _("The sessions are planned, and the client has one email.")
            return notices.back_to(request, client, "sessions", message)
        dates = proposed(form.slots, client=client, by=request.user, chosen=chosen)
    shown: dict[str, object] = {"client": client, "form": form, "dates": dates, "notice": notice}
    status = 422 if form.errors or notice else 200
    return render(request, PAGE, shown, status=status)


def _plan(request: SignedIn, client: Client, form: SeriesForm, chosen: list[str]) -> str:
    """Plans the chosen dates. Returns why not, or ""."""
    slots = {slot.at.isoformat(): slot for slot in form.slots}
    if not slots.keys() >= set(chosen):
        return _("The dates have changed. Please look at them once more.")
    try:
        actions_series.plan_series(
            client=client, by=request.user, times=[slots[key].at for key in chosen],
            warned=form.warned, request=request, **form.in_common,
        )  # fmt: skip
    except Clashing:
        return _("There is a new overlap. Please look at the dates once more.")
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _like_the_last(client: Client) -> dict[str, object]:
    """A week after the last session, and as long and where that one was. One query."""
    planned = client.sessions.exclude(state=Session.State.MOVED)
    if not (last := planned.order_by("-at").first()):
        return {}
    zone = timezone.get_default_timezone()
    at = occurrences(last.at, weeks=1, many=2, zone=zone)[1]
    initial: dict[str, object] = {"minutes": last.minutes, "place": last.place}
    return initial | ({"at": at} if at > timezone.now() else {})
