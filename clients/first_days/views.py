"""The practice's texts about the first days, and the client who folds them away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import Permission, SignedIn, require_form, requires
from accounts.optimistic_lock import CONFLICT, Stale
from accounts.people import practice_details
from accounts.people.queries import fingerprint, of_practice
from clients.access import clients_own
from clients.first_days import actions, queries
from clients.first_days.forms import FirstDaysForm
from clients.first_days.labels import DETAILS
from clients.first_days.welcome import Detail
from clients.models import Client


@requires(Permission.MANAGE_PRACTICE)
@require_form
def practice(request: SignedIn) -> HttpResponse:
    """What clients read on their first days; a POST saves what the practice says there."""
    stored, stale = of_practice(), None
    form = FirstDaysForm(request.POST or None, initial=stored)
    if request.method == "POST" and form.is_valid():
        try:
            practice_details.save(
                values={str(detail): form.cleaned_data[detail] for detail in Detail},
                by=request.user,
                seen=request.POST.get("seen", ""),
                request=request,
            )
        except Stale as error:
            stale = error
        else:
            messages.success(request, _("Saved. Clients read it on their first days."))
            return redirect("practice-first-days")
    shown = {
        "form": form,
        "stored": [(DETAILS[d][0], stored[d]) for d in Detail if stored.get(d)] if stale else None,
        "seen": fingerprint(stored, Detail),
        "first_days": queries.headed(stored),
        "blank": queries.blank_labels(stored),
    }
    status = CONFLICT if stale else 422 if form.errors else 200
    return render(request, "clients/first_days/practice.html", shown, status=status)


@clients_own
@require_form
def fold(request: SignedIn, client: Client) -> HttpResponse:
    if request.method == "POST":
        actions.fold(client=client, by=request.user)
    return redirect("path")
