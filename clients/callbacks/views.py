"""Asking for a call, the manager's list of those who asked, and the answers of the practice."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, allows, require_form, requires
from accounts.audit import recording as audit
from accounts.database.together import load, side_by_side
from accounts.rate_limits import requests as rate_limits
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import DAY, Counts, RateLimit, rate_limited
from clients.access import clients_own, load_own_record
from clients.audit_verbs import CareVerb
from clients.callbacks import actions, queries
from clients.callbacks.forms import CallbackForm
from clients.models import Client

ANSWERS = {
    "take": (
        actions.take,
        gettext_lazy("The call is yours. Please mark it as made when you have spoken."),
    ),
    "done": (actions.finish, gettext_lazy("The call is marked as made.")),
    "back": (actions.put_back, gettext_lazy("The call is back on the list.")),
}


# One call waits at a time; a request that is withdrawn and sent again writes emails each time.
@rate_limited(
    RateLimit(Counts.SUCCESSFUL, per_account_and_address=Rate(10, DAY), shown_by_view=True)
)
@clients_own
@require_form
def own(request: SignedIn, client: Client) -> HttpResponse:
    """The client asks for a call, or sees that they did, and who will call."""
    form = CallbackForm(request.POST or None, initial={"number": queries.last_number(client)})
    if request.method == "POST" and rate_limits.refused(request):
        form.add_error(None, rate_limits.message(request))
    elif request.method == "POST" and "withdraw" in request.POST:
        actions.withdraw(client=client, by=request.user, request=request)
        messages.success(request, _("We will not call you now. You can ask again at any time."))
        return redirect("call-me")
    elif request.method == "POST" and form.is_valid():
        actions.ask(client=client, by=request.user, request=request, **form.cleaned_data)
        return redirect("call-me")
    shown = {"form": form, "callback": queries.own(client)}
    status = 422 if form.errors else 200
    return render(request, "clients/callbacks/call_me.html", shown, status=status)


@requires(Permission.MANAGE_PRACTICE)
@require_safe
def waiting(request: SignedIn) -> HttpResponse:
    """Everyone who waits for a call, for the manager."""
    calls = queries.listed(queries.of_the_practice(request.user), request.user)
    shown, _own = load(side_by_side(calls, load_own_record(request.user)))
    clients = {call.client_id for calls in shown.values() for call in calls}
    audit.record_list(CareVerb.CALLS_LISTED, by=request.user, clients=clients, request=request)
    return render(request, "clients/callbacks/callbacks.html", shown)


@requires(Permission.SEE_CASELOAD, Permission.MANAGE_PRACTICE)
@require_form
def answer(request: SignedIn, callback_id: UUID) -> HttpResponse:
    """Takes a call on, marks it as made, or puts it back on the list."""
    callback = queries.load(request.user, callback_id)
    action, message = ANSWERS.get(request.POST.get("answer", ""), (None, ""))
    if action:  # Without one, the person comes from reauthentication.
        try:
            action(callback=callback, by=request.user, request=request)
        except ValidationError as error:
            messages.info(request, " ".join(error.messages))
        else:
            messages.success(request, message)
    manages = allows(request.user, Permission.MANAGE_PRACTICE)
    from_practice = manages and "practice" in request.POST
    only_manages = manages and not allows(request.user, Permission.SEE_CASELOAD)
    return redirect("callbacks" if from_practice or only_manages else "caseload")
