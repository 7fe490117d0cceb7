"""The safety plan, from both sides."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Permission, SignedIn, require_form, requires
from clients import safety
from clients.forms_writing import SafetyForm
from clients.loaders import clients_own, load_client
from clients.models import Client


@clients_own
@require_safe
def own(request: SignedIn, client: Client) -> HttpResponse:
    return _read(request, client, own=True)


@clients_own
@require_form
def own_edit(request: SignedIn, client: Client) -> HttpResponse:
    return _edit(request, client, "safety")


@requires(Permission.SEE_CASELOAD)
@require_safe
def plan(request: SignedIn, client_id: UUID) -> HttpResponse:
    client = load_client(request, client_id)
    audit.record(audit.Verb.RECORD_OPENED, by=request.user, client=client.pk, request=request)
    return _read(request, client, own=False)


@requires(Permission.SEE_CASELOAD)
@require_form
def edit(request: SignedIn, client_id: UUID) -> HttpResponse:
    return _edit(request, load_client(request, client_id), "client-safety", client_id)


def _read(request: SignedIn, client: Client, *, own: bool) -> HttpResponse:
    shown = {"client": client, "plan": safety.current(client), "own": own}
    return render(request, "clients/safety.html", shown)


def _edit(request: SignedIn, client: Client, back: str, *args: UUID) -> HttpResponse:
    there, status, theirs = safety.current(client), 200, None
    form = SafetyForm(request.POST or None, instance=None if request.POST else there)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data.pop("seen")
        try:
            safety.write(
                client=client, by=request.user, plan=form.instance, seen=seen, request=request
            )
        except safety.WrittenMeanwhile as clash:
            theirs, status = clash.plan, 409
            form = SafetyForm(dict(form.data.items()) | {"seen": theirs.version})
        else:
            messages.success(request, _("The plan is kept."))
            return redirect(back, *args)
    if args:
        audit.record(audit.Verb.RECORD_OPENED, by=request.user, client=client.pk, request=request)
    shown = {"client": client, "form": form, "theirs": theirs, "own": not args}
    return render(request, "clients/safety_edit.html", shown, status=422 if form.errors else status)
