"""What a client brings to the next session: the client's list, and the therapist's answer to it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from accounts.optimistic_lock import CONFLICT, Stale
from clients import after_writing
from clients.access import ALWAYS, client_record, clients_own
from clients.models import Client, TalkingPoint
from clients.talking_points import actions, queries
from clients.talking_points.forms import AddForm, BringNoteForm, ChangeForm
from clients.talking_points.labels import REFUSALS


@clients_own
@require_form
def own(request: SignedIn, client: Client) -> HttpResponse:
    """The client's list, and adding to it: words of their own, or a shared note (`note`)."""
    about_note = "note" in request.POST
    form = (BringNoteForm if about_note else AddForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note_id = form.cleaned_data.pop("note", None)
        note = get_object_or_404(client.notes.shared(), pk=note_id) if note_id else None
        try:
            actions.add(
                client=client, by=request.user, note=note, request=request, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _back_to_list(request, after_writing.saved())
    reason = queries.refusal_for(client)
    shown = {
        "form": form,
        "about_note": about_note,
        "refusal": REFUSALS[reason] if reason else "",
        **queries.items(client),
    }
    status = 422 if form.errors else 200
    return render(request, "clients/talking_points/own_talking_points.html", shown, status=status)


@clients_own
@require_form
def item(request: SignedIn, client: Client, item_id: UUID) -> HttpResponse:
    """Changes an item of the client's list, or removes it."""
    mine = client.talking_points.select_related("client", "note").filter(pk=item_id)
    if request.method == "POST" and "remove" in request.POST:
        return _remove(request, mine.first())
    existing = get_object_or_404(mine)
    if request.method != "POST" and existing.talked_on:
        return redirect("own-talking-points")
    return _change(request, existing)


def _remove(request: SignedIn, existing: TalkingPoint | None) -> HttpResponse:
    """Without `existing` it has been removed already, for example by a double click."""
    message, level = _("Removed from your list."), messages.SUCCESS
    try:
        if existing:
            actions.remove(item=existing, by=request.user, request=request)
    except ValidationError as error:
        message, level = " ".join(error.messages), messages.ERROR
    return _back_to_list(request, message, level)


def _change(request: SignedIn, existing: TalkingPoint) -> HttpResponse:
    shown: dict[str, object] = {"item": existing}
    if request.method != "POST" and existing.unreadable:  # It may be removed, but not overwritten.
        return render(request, "clients/talking_points/talking_point.html", shown)
    start = None if request.POST else {"text": existing.text, "seen": existing.version}
    form = ChangeForm(request.POST or None, initial=start, about_note=existing.note_id is not None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(item=existing, by=request.user, request=request, **form.cleaned_data)
        except ValidationError as error:  # Talked about meanwhile: what was typed stays in sight.
            form.add_error(None, error)
        except Stale as stale:
            form.show_again(seen=stale.current.version)
            shown["stale"], status = stale, CONFLICT
        else:
            return _back_to_list(request, after_writing.saved())
    shown["form"] = form
    status = 422 if form.errors else status
    return render(request, "clients/talking_points/talking_point.html", shown, status=status)


def _back_to_list(
    request: SignedIn, message: str, level: int = messages.SUCCESS
) -> HttpResponseRedirect:
    return notices.back_to(request, "own-talking-points", "talking-points", message, level=level)


@require_form
@client_record(writes=ALWAYS)
def answer(request: SignedIn, client: Client, item_id: UUID) -> HttpResponse:
    """The therapist says that it was talked about, or that it was not after all."""
    about = get_object_or_404(client.talking_points.select_related("client"), pk=item_id)
    if request.method != "POST":  # For example after reauthentication.
        return redirect(client)
    if "back" in request.POST:
        actions.put_back(item=about, by=request.user, request=request)
        message = _("It is on the list for the next session again.")
    else:
        actions.mark_talked_about(item=about, by=request.user, request=request)
        message = _("Marked as talked about. The client sees it on their page.")
    return notices.back_to(request, client, "talking-points", message)
