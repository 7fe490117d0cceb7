"""The safety plan, for the client and for their therapist."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn, require_form
from accounts.optimistic_lock import CONFLICT, Stale
from clients import after_writing
from clients.access import ALWAYS, client_record, clients_own
from clients.models import Client
from clients.safety_plan import actions, queries
from clients.safety_plan.forms import SafetyForm


@clients_own
@require_safe
def own(request: SignedIn, client: Client) -> HttpResponse:
    shown = {"client": client, "plan": queries.current(client)}
    return render(request, "clients/safety_plan/safety.html", shown)


@clients_own
@require_form
def own_edit(request: SignedIn, client: Client) -> HttpResponse:
    return _edit(request, client, "safety")


@require_form
@client_record(writes=ALWAYS)
def edit(request: SignedIn, client: Client) -> HttpResponse:
    return _edit(request, client, "client-safety", client.pk)


@require_form
@client_record(writes=ALWAYS, verb=None)
def followed_up(request: SignedIn, client: Client) -> HttpResponse:
    if request.method == "POST":  # Otherwise, for example, after reauthentication.
        actions.note_follow_up(client=client, by=request.user, request=request)
        messages.success(request, _("The follow-up is noted."))
    return redirect("client-safety", client.pk)


def _edit(request: SignedIn, client: Client, back: str, *args: UUID) -> HttpResponse:
    current = queries.current(client)
    shown: dict[str, object] = {"client": client, "own": not args}
    if current and current.unreadable:
        shown["damaged"], current = True, queries.readable_copy(current)
    start = None if request.POST else current or queries.first_draft(client)
    form = SafetyForm(request.POST or None, instance=start, by_client=not args)
    status = 200
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            actions.write(
                client=client, by=request.user, plan=form.instance, seen=cleaned["seen"],
                confirmed=cleaned["confirmed"], follow_up=cleaned.get("follow_up", False),
                request=request,
            )  # fmt: skip
        except Stale as stale:
            shown["stale"], status = stale, CONFLICT
            form.show_again(seen=stale.current.version)
        except actions.NumbersUnconfirmed as unsure:
            shown["to_confirm"] = unsure.calls
            # The writer confirms them by submitting the form again as it is shown now.
            buttons = [call.button for call in form.instance.buttons]
            form.show_again(confirmed="\n".join(buttons))
        else:
            messages.success(request, _("The plan is saved.") if args else after_writing.saved())
            return redirect(back, *args)
    shown["form"] = form
    return render(
        request,
        "clients/safety_plan/safety_edit.html",
        shown,
        status=422 if form.errors else status,
    )
