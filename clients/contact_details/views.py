"""The page of a client's phone number and emergency contact: the client's own, and the record's."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from accounts.optimistic_lock import CONFLICT, Stale
from clients.access import ALWAYS, client_record, clients_own
from clients.contact_details import actions, queries
from clients.contact_details.forms import ContactDetailsForm
from clients.models import Client


@clients_own
@require_form
def own(request: SignedIn, client: Client) -> HttpResponse:
    shown, status = _carry_out(request, client)
    if not shown:
        messages.success(request, _("Saved. Your therapist can read it in your record."))
        return redirect("own-contact")
    return render(request, "clients/contact_details/own.html", shown, status=status)


@require_form
@client_record(writes=ALWAYS)
def of_client(request: SignedIn, client: Client) -> HttpResponse:
    shown, status = _carry_out(request, client)
    if not shown:
        done = _("Saved. The client can read and change it, too.")
        return notices.back_to(request, client, "contact", done)
    template = "clients/contact_details/of_client.html"
    return render(request, template, shown | {"client": client}, status=status)


def _carry_out(request: SignedIn, client: Client) -> tuple[dict[str, object], int]:
    """What the page shows and its status; nothing to show once the form is saved."""
    current, status = queries.current(client), 200
    shown: dict[str, object] = {}
    if current and current.unreadable:
        shown["damaged"], current = True, queries.readable_copy(current)
    form = ContactDetailsForm(request.POST or None, current=current)
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            actions.write(
                client=client, by=request.user, details=form.instance, seen=seen, request=request
            )
        except Stale as stale:
            shown["stale"], status = stale, CONFLICT
            form.show_again(seen=stale.current.version)
        else:
            return {}, 302
    shown["form"] = form
    return shown, 422 if form.errors else status
