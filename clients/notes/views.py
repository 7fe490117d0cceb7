"""Notes: drafting, autosave, signing, sharing, amending."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import Permission, SignedIn, require_form, requires
from accounts.audit import recording as audit
from clients.access import load_client
from clients.models import Client, Note
from clients.notes import actions
from clients.notes.forms import AmendForm, NoteForm


def keep(request: SignedIn, client: Client, form: NoteForm) -> HttpResponse:
    """Saves or signs a note, as the button says. A note to be shared is saved as a draft first, and
    its author is asked to confirm."""
    arguments = form.cleaned_data | {"request": request}
    draft, share = "draft" in request.POST, arguments["audience"] == Note.Audience.SHARED
    verb = actions.keep_draft if draft or share else actions.write_note
    note = verb(client=client, by=request.user, **arguments)
    if note.idempotency_key != arguments["key"]:
        messages.warning(
            request,
            _("This note was changed in another window. Nothing is lost: what you wrote here is"
              " saved below as a separate draft."),
        )  # fmt: skip
        return redirect(note)
    if share and not draft:
        return redirect("note-share", client.pk, note.pk)
    message = _("Saved as a draft. Only you can see it.") if draft else _("Signed as private.")
    return notices.back_to(request, client, "notes", message)


@requires(Permission.SEE_CASELOAD)
@require_form
def share(request: SignedIn, client_id: UUID, note_id: UUID) -> HttpResponse:
    """Asks for confirmation before a draft is signed and shared, which cannot be undone and emails
    the client."""
    record = load_client(request, client_id)
    mine = record.notes.filter(author=request.user, amends=None)
    draft = get_object_or_404(mine, pk=note_id)
    if draft.unreadable:  # Nobody may sign what they cannot read.
        return redirect(draft)
    status = 200
    if request.method == "POST" and not draft.signed_at:
        if request.POST.get("seen") == str(draft.version):
            draft = _sign_and_share(request, record, draft)
        if not draft.signed_at:
            status = 409
            messages.warning(
                request, _("This note was changed in another window. Please read it again.")
            )
    if draft.signed_at:
        return _signed_already(request, record, draft)
    audit.record(audit.Verb.RECORD_OPENED, by=request.user, client=record.pk, request=request)
    shown = {"client": record, "note": draft}
    return render(request, "clients/notes/note_share.html", shown, status=status)


def _sign_and_share(request: SignedIn, client: Client, draft: Note) -> Note:
    """Signs the text that was shown. The note stays a draft if another window has changed it."""
    return actions.write_note(
        client=client, by=request.user, text=draft.text, audience=Note.Audience.SHARED,
        key=draft.idempotency_key, seen=draft.version, request=request,
    )  # fmt: skip


def _signed_already(request: SignedIn, client: Client, note: Note) -> HttpResponse:
    if note.audience != Note.Audience.SHARED:
        message = _("This note is signed as private and can no longer be shared.")
        return notices.back_to(request, client, "notes", message, level=messages.ERROR)
    name = {"name": client.user.get_short_name()}
    return notices.back_to(request, client, "notes", _("Signed and shared with %(name)s.") % name)


@requires(Permission.SEE_CASELOAD)
@require_form
def autosave(request: SignedIn, client_id: UUID) -> HttpResponse:
    """Saves what the page sends while the author types. Returns the key and the version of the
    draft."""
    record = load_client(request, client_id)
    if request.method != "POST":
        return redirect(record)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"kept": False}, status=422)
    note = actions.keep_draft(client=record, by=request.user, request=request, **form.cleaned_data)
    clash = note.idempotency_key != form.cleaned_data["key"]
    message = (
        _("Changed in another window: saved as a separate draft.") if clash else _("Draft saved")
    )
    return JsonResponse({"key": note.idempotency_key, "seen": note.version, "told": message})


@requires(Permission.SEE_CASELOAD)
@require_form
def note(request: SignedIn, client_id: UUID, note_id: UUID) -> HttpResponse:
    """The author's own draft to continue, or a signed note to amend."""
    record = load_client(request, client_id)
    mine = record.notes.filter(Q(signed_at__isnull=False) | Q(author=request.user), amends=None)
    existing = get_object_or_404(mine.with_amendments(), pk=note_id)
    if request.method == "POST" and "discard" in request.POST:
        actions.discard(note=existing, by=request.user)
        return notices.back_to(request, record, "notes", _("The draft is deleted."))
    # A repeated submission of the form that signed the note is not an amendment.
    is_repeated = request.POST.get("key") == str(existing.idempotency_key)
    return (_signed if existing.signed_at and not is_repeated else _draft)(
        request, record, existing
    )


def _draft(request: SignedIn, client: Client, note: Note) -> HttpResponse:
    if request.method != "POST" and note.unreadable:  # It may be deleted, but not overwritten.
        return _show(request, client, note, None)
    form = NoteForm(request.POST or None, instance=None if request.POST else note)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["key"] != note.idempotency_key:
            raise PermissionDenied
        return keep(request, client, form)
    return _show(request, client, note, form)


def _signed(request: SignedIn, client: Client, note: Note) -> HttpResponse:
    form = AmendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.amend(note=note, by=request.user, request=request, **form.cleaned_data)
        messages.success(request, _("Added and signed."))
        return redirect(note)
    return _show(request, client, note, form)


def _show(request: SignedIn, client: Client, note: Note, form) -> HttpResponse:
    audit.record(audit.Verb.RECORD_OPENED, by=request.user, client=client.pk, request=request)
    shown = {"client": client, "note": note, "note_form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "clients/notes/note.html", shown, status=status)
