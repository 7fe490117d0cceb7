"""A client's rights: their consents, and the download of their data."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedIn, require_form
from accounts.audit import recording as audit
from accounts.models import ConsentText
from clients.access import clients_own
from clients.audit_verbs import CareVerb
from clients.models import Client
from clients.rights import consents as rights_consents
from clients.rights import export, export_archive


@clients_own
@require_safe
def own_consents(request: SignedIn, client: Client) -> HttpResponse:
    """The client's consents with their dates, and the text that they are asked to agree to now."""
    given = client.user.consents.select_related("text").order_by("-given_at")
    shown = {"given": given, "consent_text": ConsentText.to_ask(client.user)}
    return render(request, "clients/rights/consents.html", shown)


@clients_own
@require_form
def consent(request: SignedIn, client: Client, version: int) -> HttpResponse:
    """Gives consent to the current text, or withdraws consent to any text."""
    text = get_object_or_404(ConsentText, version=version)
    if request.method == "POST" and "withdraw" in request.POST:
        rights_consents.withdraw(client=client, text=text, request=request)
        messages.success(
            request, _("Your consent is withdrawn. The practice will talk to you about it.")
        )
    elif request.method == "POST" and text == ConsentText.current():
        rights_consents.agree(client=client, text=text, request=request)
        messages.success(request, _("Thank you. Your answer is saved with its date."))
    return redirect("consents")


@clients_own
@reauthentication_required(allow_get=True)
@require_form
def data(request: SignedIn, client: Client) -> HttpResponse:
    """Explains the download; a POST request returns it."""
    if request.method != "POST":
        return render(
            request, "clients/rights/data.html", {"withheld": export.WITHHELD_ROWS.values()}
        )
    verb = CareVerb.DATA_EXPORTED
    audit.record(verb, by=request.user, client=client.pk, request=request)
    return HttpResponse(
        export_archive.pack(client),
        headers={
            "Content-Type": "application/zip",
            "Content-Disposition": 'attachment; filename="my-data.zip"',
        },
    )
