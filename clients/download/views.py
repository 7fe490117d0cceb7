"""The download of a client's data."""

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedIn, require_form
from accounts.audit import recording as audit
from clients.access import clients_own
from clients.audit_verbs import CareVerb
from clients.download import archive
from clients.models import Client
from clients.rights import export

# How long the file can be fetched after somebody has confirmed who they are.
READY_FOR = timedelta(minutes=10)
READY, BEGINS = "download_ready_until", "download_begins"


@clients_own
@reauthentication_required(allow_get=True)
@require_form
def data(request: SignedIn, client: Client) -> HttpResponse:
    """Explains the download. After a POST request the page fetches the file, and says so."""
    if request.method == "POST":
        request.session[READY] = (timezone.now() + READY_FOR).timestamp()
        request.session[BEGINS] = True
        return redirect("data")
    return render(
        request,
        "clients/download/data.html",
        {
            "withheld": export.WITHHELD_ROWS.values(),
            "ready": _is_ready(request),
            # Once, so that opening the page again downloads nothing.
            "begins": request.session.pop(BEGINS, False),
        },
    )


@clients_own
@require_safe
def my_data(request: SignedIn, client: Client) -> HttpResponse:
    """The file itself, for a while after the client has asked for it."""
    if not _is_ready(request):
        return redirect("data")
    audit.record(CareVerb.DATA_EXPORTED, by=request.user, client=client.pk, request=request)
    return HttpResponse(
        archive.pack(client),
        headers={
            "Content-Type": "application/zip",
            "Content-Disposition": 'attachment; filename="my-data.zip"',
        },
    )


def _is_ready(request: SignedIn) -> bool:
    return request.session.get(READY, 0) > timezone.now().timestamp()
