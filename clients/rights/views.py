"""A client's rights: their consents, the people they name, discreet emails."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn, require_form
from accounts.models import ConsentKind
from accounts.optimistic_lock import CONFLICT, Stale
from accounts.people.consents import CHANGED, NotReady, TextChanged
from clients.access import clients_own
from clients.models import Client
from clients.rights import consents as rights_consents
from clients.rights import discretion, nominations, queries
from clients.rights.forms import DiscretionForm, NominationForm
from clients.rights.labels import CONSENTS


@clients_own
@require_safe
def own_consents(request: SignedIn, client: Client) -> HttpResponse:
    """Each text with what the client agreed to, when, and what they are asked to agree to now."""
    shown = {"matters": queries.matters(client)}
    return render(request, "clients/rights/consents.html", shown)


@clients_own
@require_form
def consent(request: SignedIn, client: Client, kind: str) -> HttpResponse:
    """Gives consent to the present text of a kind, or withdraws it."""
    if kind not in ConsentKind:
        raise Http404
    about = ConsentKind(kind)
    if request.method == "POST" and "withdraw" in request.POST:
        if rights_consents.withdraw(client=client, kind=about, request=request):
            messages.success(request, str(CONSENTS[about].done))
    elif request.method == "POST" and about != ConsentKind.JOINT:
        try:
            seen = request.POST.get("shown", "")
            rights_consents.agree(client=client, kind=about, seen=seen, request=request)
        except (NotReady, TextChanged):
            messages.warning(request, CHANGED)
        else:
            messages.success(request, _("Thank you. Your answer is saved with its date."))
    return redirect("consents")


@clients_own
@require_form
def named_people(request: SignedIn, client: Client) -> HttpResponse:
    """Whom the client names for the case that they cannot act themselves."""
    current, status = queries.current_nomination(client), 200
    shown: dict[str, object] = {}
    if current and current.unreadable:
        shown["damaged"], current = True, queries.readable_copy(current)
    form = NominationForm(request.POST or None, instance=None if request.POST else current)
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            nominations.write(client=client, nomination=form.instance, seen=seen, request=request)
        except Stale as stale:
            shown["stale"], status = stale, CONFLICT
            form.show_again(seen=stale.current.version)
        else:
            messages.success(request, _("Saved. Your therapist can read it in your record."))
            return redirect("named-people")
    shown["form"] = form
    return render(
        request, "clients/rights/named_people.html", shown, status=422 if form.errors else status
    )


@clients_own
@require_form
def own_emails(request: SignedIn, client: Client) -> HttpResponse:
    start = {"discreet": "yes" if client.discreet_emails else "no"}
    form = DiscretionForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        discretion.choose(client=client, by=request.user, request=request, **form.cleaned_data)
        messages.success(request, _("Your choice is saved."))
        return redirect("own-emails")
    status = 422 if form.errors else 200
    shown = {"form": form, "asks_after_sessions": client.asks_after_sessions}
    return render(request, "clients/rights/emails.html", shown, status=status)
