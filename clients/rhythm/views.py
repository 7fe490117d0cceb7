"""The pages on which a therapist sets, changes and stops a rhythm, and asks for a questionnaire."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SignedIn, require_form
from accounts.optimistic_lock import CONFLICT, Stale
from assessments.models import Instrument, InstrumentVersion, Sitting
from assessments.sittings import codes
from clients.access import ALWAYS, client_record
from clients.models import Client, Rhythm
from clients.rhythm import actions
from clients.rhythm.forms import AskForm, HandOverForm, NewRhythmForm, RhythmForm
from clients.rhythm.labels import how_often, title_of


def _titles() -> dict[str, str]:
    return InstrumentVersion.objects.titles(get_language() or "")


def _back(request: SignedIn, client: Client, text: str) -> HttpResponse:
    return notices.back_to(request, reverse("client-results", args=[client.pk]), "rhythms", text)


@require_form
@client_record(writes=ALWAYS)
def add(request: SignedIn, client: Client) -> HttpResponse:
    form = NewRhythmForm(request.POST or None, client=client)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        try:
            actions.set_rhythm(client=client, by=request.user, request=request, **values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _back(request, client, _("Set. The client is asked by email and on their path."))
    shown = {"client": client, "form": form}
    return render(request, "clients/rhythm/rhythm.html", shown, status=422 if form.errors else 200)


@require_form
@client_record(writes=ALWAYS)
def change(request: SignedIn, client: Client, rhythm_id: UUID) -> HttpResponse:
    """Changes a rhythm, lets it go on, or stops it."""
    mine = client.rhythms.select_related("client", "instrument")
    rhythm = get_object_or_404(mine, pk=rhythm_id)
    if "stop" in request.POST:
        actions.stop_rhythm(rhythm=rhythm, by=request.user, request=request)
        return _back(request, client, _("Stopped. The client is no longer asked."))
    if "resume" in request.POST:
        actions.go_on(rhythm=rhythm, by=request.user, request=request)
        return _back(request, client, _("It goes on. The client is asked again when it is due."))
    shown: dict[str, object] = {
        "client": client,
        "rhythm": rhythm,
        "title": title_of(rhythm, _titles()),
    }
    if rhythm.unreadable:  # Shown as far as it can be decrypted, but not overwritten.
        return render(request, "clients/rhythm/rhythm.html", shown)
    form, status = RhythmForm.of(rhythm, request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_rhythm(
                rhythm=rhythm, by=request.user, request=request, **form.cleaned_data
            )
        except Stale as stale:
            shown["stored"], status = _stored(stale.current), CONFLICT
            form.show_again(seen=stale.current.version)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _back(request, client, _("Changed."))
    shown["form"] = form
    status = 422 if status == 200 and form.errors else status
    return render(request, "clients/rhythm/rhythm.html", shown, status=status)


def _stored(rhythm: Rhythm) -> list[tuple[str, str]]:
    return [(_("When"), how_often(rhythm.kind, rhythm.every)), (_("Why"), rhythm.reason)]


@require_form
@client_record(writes=ALWAYS)
def ask(request: SignedIn, client: Client) -> HttpResponse:
    """Asks for a questionnaire now, in words that are filled in already."""
    form = AskForm(request.POST or None, initial=_initial(request), client=client)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_now(
                client=client, by=request.user, title=form.title, request=request,
                **form.cleaned_data,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _back(request, client, _("Asked. The client finds it on their path."))
    shown = {"client": client, "form": form}
    return render(request, "clients/rhythm/ask.html", shown, status=422 if form.errors else 200)


@require_form
@client_record(writes=ALWAYS)
def hand_over(request: SignedIn, client: Client) -> HttpResponse:
    """Makes the code by which the client fills in a questionnaire on a device of the practice. It
    is shown once and stored nowhere, so this page answers a form without a redirect."""
    form = HandOverForm(request.POST or None, initial=_initial(request), client=client)
    shown: dict[str, object] = {"client": client, "form": form}
    if request.method == "POST" and form.is_valid():
        code = actions.hand_over(
            client=client, by=request.user, request=request, **form.cleaned_data
        )
        shown |= {
            "code": codes.shown(code),
            "minutes": int(Sitting.CODE_LASTS.total_seconds()) // 60,
            "address": request.build_absolute_uri(reverse("assessment-here")),
        }
    status = 422 if form.errors else 200
    return render(request, "clients/rhythm/hand_over.html", {"code": ""} | shown, status=status)


def _initial(request: SignedIn) -> dict[str, object]:
    """The questionnaire that the URL names, if it is known."""
    named = Instrument.objects.filter(slug=request.GET.get("questionnaire", "")).first()
    return {"instrument": named} if named else {}
