"""Asking for erasure, and the manager's answer."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, require_form, requires
from accounts.audit import recording as audit
from accounts.sign_in.reauthentication import requires_reauthentication
from clients.access import clients_own
from clients.audit_verbs import CareVerb
from clients.models import Client, ErasureRequest
from clients.rights import erasure
from clients.rights.forms import DecisionForm


@clients_own
@reauthentication_required(allow_get=True)
@require_form
def own(request: SignedIn, client: Client) -> HttpResponse:
    """Explains erasure; the client can ask for it or withdraw the request."""
    if request.method == "POST" and "back" in request.POST:
        erasure.withdraw(client=client, by=request.user)
        messages.success(request, _("Your request is withdrawn. Nothing is erased."))
        return redirect("erasure")
    if request.method == "POST" and "sure" in request.POST:
        erasure.ask(client=client, by=request.user)
        messages.success(request, _("The practice has your request and will answer you here."))
        return redirect("erasure")
    mine = ErasureRequest.objects.filter(client=client, taken_back_at=None)
    erasure_request = mine.order_by("-asked_at").first()
    return render(request, "clients/rights/erasure.html", {"erasure_request": erasure_request})


@requires(Permission.MANAGE_PRACTICE)
@require_safe
def waiting(request: SignedIn) -> HttpResponse:
    mine = ErasureRequest.objects.visible_to(request.user).select_related("client__user")
    shown = {"waiting": list(mine.open()), "granted": list(mine.granted())}
    clients = {one.client_id for requests in shown.values() for one in requests}
    audit.record_list(CareVerb.ERASURE_OPENED, by=request.user, clients=clients, request=request)
    return render(request, "clients/rights/erasures.html", shown)


@requires(Permission.MANAGE_PRACTICE)
@requires_reauthentication
@require_form
def decide(request: SignedIn, request_id: UUID) -> HttpResponse:
    mine = ErasureRequest.objects.visible_to(request.user).select_related("client__user")
    erasure_request = get_object_or_404(mine.exclude(client__user=request.user), pk=request_id)
    form = DecisionForm(request.POST or None, name=erasure_request.client.user.name)
    if request.method == "POST" and form.is_valid():
        answer = {name: form.cleaned_data[name] for name in ("granted", "words")}
        try:
            erasure.decide(erasure_request=erasure_request, by=request.user, **answer)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your decision is saved. The client can read your answer."))
            return redirect("erasures")
    audit.record(
        CareVerb.ERASURE_OPENED,
        by=request.user,
        client=erasure_request.client_id,
        target=erasure_request,
        request=request,
    )
    last = erasure_request.client.sessions.held().first()
    shown = {"erasure_request": erasure_request, "form": form, "last": last}
    return render(
        request, "clients/rights/erasure_decide.html", shown, status=422 if form.errors else 200
    )
