"""The tabs of one client's record that only show it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn, require_form
from clients.access import NEVER, client_record
from clients.audit_verbs import CareVerb
from clients.models import Client
from clients.notes import context as notes_context
from clients.record import context
from clients.record.forms import NotesSearchForm


@require_safe
@client_record(writes=NEVER)
def client(request: SignedIn, record: Client) -> HttpResponse:
    shown = context.session(record, request.user, initial=notes_context.initial(request.GET))
    return render(request, "clients/record/session.html", shown)


@require_form
@client_record(writes=NEVER, verb=CareVerb.NOTES_SEARCHED)
def search_notes(request: SignedIn, record: Client) -> HttpResponse:
    """The audit log says that somebody searched, and not for what."""
    if request.method != "POST":  # For example after reauthentication.
        return redirect("client-notes", record.pk)
    shown = context.found_notes(record, request.user, form := NotesSearchForm(request.POST))
    status = 422 if form.errors else 200
    return render(request, "clients/record/notes_found.html", shown, status=status)


@require_safe
@client_record(writes=NEVER)
def results(request: SignedIn, record: Client) -> HttpResponse:
    return render(request, "clients/record/results.html", context.results(record))


@require_safe
@client_record(writes=NEVER)
def safety_plan(request: SignedIn, record: Client) -> HttpResponse:
    return render(request, "clients/record/safety_plan.html", context.safety(record))


@require_safe
@client_record(writes=NEVER)
def path_and_care(request: SignedIn, record: Client) -> HttpResponse:
    return render(request, "clients/record/path_and_care.html", context.path_and_care(record))
