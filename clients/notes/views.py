"""Notes: drafting, autosave, signing, sharing, amending."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from accounts.optimistic_lock import CONFLICT, Stale, VersionField
from clients.access import ALWAYS, ON_POST, client_record
from clients.forms import as_key
from clients.models import Client, Note, NoteTemplate
from clients.notes import actions
from clients.notes.forms import AmendForm, NoteForm


def keep(request: SignedIn, client: Client, form: NoteForm) -> HttpResponse:
    """Saves or signs a note, as the button says. A note to be shared is saved as a draft first, and
    its author is asked to confirm."""
    draft = "draft" in request.POST
    share = form.cleaned_data["audience"] == Note.Audience.SHARED
    save = actions.keep_draft if draft or share else actions.write_note
    try:
        note = save(client=client, by=request.user, request=request, **form.cleaned_data)
    except Stale as stale:
        beside = _keep_beside(request, client, form)
        if beside.signed_at:
            return redirect(beside)
        return _show(request, client, beside, NoteForm(instance=beside, client=client), stale)
    if share and not draft:
        return redirect("note-share", client.pk, note.pk)
    message = (
        _("Saved as a draft. Only you can see it.")
        if draft
        else _("Signed. Only therapists can read it.")
    )
    return notices.back_to(request, client, "notes", message)


def _keep_beside(request: SignedIn, client: Client, form: NoteForm) -> Note:
    """Keeps a text that was refused as `Stale`."""
    values = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
    return actions.keep_beside(client=client, by=request.user, request=request, **values)


@require_form
@client_record(writes=ALWAYS)
def share(request: SignedIn, record: Client, note_id: UUID) -> HttpResponse:
    """Asks for confirmation before a draft is signed and shared, which cannot be undone and emails
    the client."""
    mine = record.notes.filter(author=request.user, amends=None).select_related("session")
    draft = get_object_or_404(mine, pk=note_id)
    if draft.unreadable:  # Nobody may sign what they cannot read.
        return redirect(draft)
    shown: dict[str, object] = {"client": record}
    if request.method == "POST":
        seen = VersionField().clean(request.POST.get("seen"))
        try:
            draft = actions.share_draft(draft=draft, by=request.user, seen=seen, request=request)
        except Stale as stale:
            draft, shown["stale"] = stale.current, stale
    if draft.signed_at:
        return _signed_already(request, record, draft)
    shown["note"] = draft
    status = CONFLICT if "stale" in shown else 200
    return render(request, "clients/notes/note_share.html", shown, status=status)


def _signed_already(request: SignedIn, client: Client, note: Note) -> HttpResponse:
    if note.audience != Note.Audience.SHARED:
        message = _("This note is signed for therapists only and can no longer be shared.")
        return notices.back_to(request, client, "notes", message, level=messages.ERROR)
    name = {"name": client.user.get_short_name()}
    return notices.back_to(request, client, "notes", _("Signed and shared with %(name)s.") % name)


@require_form
@client_record(writes=ALWAYS, verb=None)
def begin(request: SignedIn, record: Client, slug: str) -> HttpResponse:
    """Begins a private draft from a template and opens it. Sent twice, it begins one."""
    template = get_object_or_404(NoteTemplate, slug=slug, active=True)
    if request.method != "POST":
        return redirect(record)
    try:
        draft = actions.keep_draft(
            client=record, by=request.user, text=template.text,
            audience=Note.Audience.PRIVATE.value, key=as_key(request.POST.get("key", "")),
            request=request,
        )  # fmt: skip
    except Stale as stale:
        draft = stale.current
    return redirect(draft)


@require_form
@client_record(writes=ALWAYS, verb=None)
def autosave(request: SignedIn, record: Client) -> HttpResponse:
    """Saves what the page sends while the author types. Returns the key and the version of the
    draft; 409 if that is a separate one, because another window has changed the first."""
    if request.method != "POST":
        return redirect(record)
    form = NoteForm(request.POST, client=record)
    if not form.is_valid():
        return JsonResponse({"saved": False}, status=422)
    message, status = _("Draft saved"), 200
    try:
        note = actions.keep_draft(
            client=record, by=request.user, request=request, **form.cleaned_data
        )
    except Stale:
        note, status = _keep_beside(request, record, form), CONFLICT
        message = _("Changed in another window: saved as a separate draft.")
    answer = {"key": note.idempotency_key, "seen": note.version, "message": message}
    return JsonResponse(answer, status=status)


@require_form
@client_record(writes=ON_POST)
def note(request: SignedIn, record: Client, note_id: UUID) -> HttpResponse:
    """The author's own draft to continue, or a signed note to amend."""
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
    instance = None if request.POST else note
    form = NoteForm(request.POST or None, instance=instance, client=client)
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


def _show(
    request: SignedIn, client: Client, note: Note, form, stale: Stale | None = None
) -> HttpResponse:
    shown = {"client": client, "note": note, "note_form": form, "stale": stale}
    status = 422 if form is not None and form.errors else 200
    return render(request, "clients/notes/note.html", shown, status=CONFLICT if stale else status)
