"""One client's record."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from clients.access import NEVER, client_record
from clients.caseload.listing import reasons_of
from clients.models import Client
from clients.notes import context as notes_context
from clients.record import context


@require_safe
@client_record(writes=NEVER)
def client(request: SignedIn, record: Client) -> HttpResponse:
    reasons = reasons_of(record, timezone.now())
    shown = context.record(
        record, request.user, template=notes_context.initial_from_template(request.GET)
    )
    return render(request, "clients/record/client.html", shown | {"reasons": reasons})
