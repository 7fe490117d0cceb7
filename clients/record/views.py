"""One client's record."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, requires
from accounts.audit import recording as audit
from clients.access import load_client
from clients.audit_verbs import CareVerb
from clients.caseload.listing import reasons_of
from clients.notes import context as notes_context
from clients.record import context


@requires(Permission.SEE_CASELOAD)
@require_safe
def client(request: SignedIn, client_id: UUID) -> HttpResponse:
    record = load_client(request, client_id)
    # Before this reading is recorded, which marks the client's news as read.
    reasons = reasons_of(record, timezone.now())
    audit.record(CareVerb.RECORD_OPENED, by=request.user, client=record.pk, request=request)
    shown = context.record(
        record, request.user, template=notes_context.initial_from_template(request.GET)
    )
    return render(request, "clients/record/client.html", shown | {"reasons": reasons})
