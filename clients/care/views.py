"""Care links for managers: who cares for a client, cover and transfer. Nothing clinical."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import Permission, SignedIn, require_form, requires
from accounts.audit import recording as audit
from accounts.optimistic_lock import CONFLICT
from clients.audit_verbs import CareVerb
from clients.care import context
from clients.care import cover as covers
from clients.care import parts as care_parts
from clients.care.forms import CallOffForm, HolidayForm
from clients.endings import loose_ends
from clients.models import CareLink, Client


@requires(Permission.MANAGE_PRACTICE)
@require_form
def care_of(request: SignedIn, client_id: UUID) -> HttpResponse:
    listed = Client.objects.listed_to(request.user).select_related("user")
    client = get_object_or_404(listed, pk=client_id)
    parts = care_parts.parts(request, client)
    part = parts.get(request.POST.get("what", "")) if request.method == "POST" else None
    if part and care_parts.act(part, client, request):
        messages.success(request, str(care_parts.saved(part, client)))
        return redirect("practice-care", client.pk)
    audit.record(CareVerb.CARE_OPENED, by=request.user, client=client.pk, request=request)
    asking = part if part and part.outcomes else None
    past = client.care_links.caring().past().select_related("therapist")[:20]
    shown = {
        "client": client,
        "parts": [asking] if asking else [p for p in parts.values() if p.what != "call_off"],
        "asking": asking,
        "refused": part.form.non_field_errors() if part and part.what == "call_off" else None,
        "past_links": past,
        **context.carers(client),
    }
    faulty = request.method == "POST" and not (asking and not asking.form.errors)
    return render(request, "clients/care/care.html", shown, status=422 if faulty else 200)


@requires(Permission.MANAGE_PRACTICE)
@require_form
def cover(request: SignedIn) -> HttpResponse:
    """Covers all of a therapist's clients for some days: first lists them, then arranges it."""
    calling_off = request.method == "POST" and "call_off" in request.POST
    if calling_off and _call_off(request):
        return redirect("practice-cover")
    form = HolidayForm(None if calling_off else request.POST or None, by=request.user)
    concerned = changed = None
    if form.is_bound and form.is_valid():
        concerned = _in_care(request, form.cleaned_data)
        changed = _changed_list(request, concerned)
        confirmed = "confirm" in request.POST and concerned and not changed
        if confirmed and _arranged(request, form, concerned):
            return redirect("practice-cover")
    if listed := [*(concerned or ()), *(changed.removed if changed else ())]:
        clients = [client.pk for client in listed]
        audit.record_list(
            CareVerb.CLIENTS_LISTED, by=request.user, clients=clients, request=request
        )
    shown = {
        "form": form,
        "concerned": concerned,
        "changed": changed,
        "planned": covers.planned(),
    }
    status = 422 if calling_off or form.errors else CONFLICT if changed else 200
    return render(request, "clients/care/cover.html", shown, status=status)


@dataclass(frozen=True)
class ChangedList:
    """How the list of clients has changed since the page showed it."""

    added: list[Client]
    removed: list[Client]


def _changed_list(request: SignedIn, concerned: list[Client]) -> ChangedList | None:
    """What has changed since the page whose list the manager confirmed; None if nothing has, or if
    they have not confirmed it. At most one query."""
    if "confirm" not in request.POST:
        return None
    current, seen = {client.pk for client in concerned}, _seen_clients(request)
    if current == seen:
        return None
    listed = Client.objects.listed_to(request.user).select_related("user")
    removed = listed.filter(pk__in=seen - current).order_by("user__name", "pk")
    return ChangedList([one for one in concerned if one.pk not in seen], list(removed))


def _seen_clients(request: SignedIn) -> set[UUID]:
    """The ids of the clients whom the page listed, without damaged ones."""
    seen = set()
    for text in request.POST.getlist("seen"):
        with suppress(ValueError):
            seen.add(UUID(text))
    return seen


def _arranged(request: SignedIn, form: HolidayForm, concerned: list[Client]) -> bool:
    names = ("therapist", "starts_at", "ends_at", "away", "words")
    arguments = {name: form.cleaned_data[name] for name in names}
    try:
        covers.arrange(clients=concerned, by=request.user, **arguments)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("The cover is arranged. Each therapist gets one email."))
    return True


def _call_off(request: SignedIn) -> bool:
    """Cancels the named cover and all that were arranged together with it."""
    form = CallOffForm(
        {"link": request.POST["call_off"]}, links=CareLink.objects.caring().select_related("covers")
    )
    if not form.is_valid():
        messages.error(request, _("This cover no longer exists."))
        return False
    link = form.cleaned_data["link"]
    try:
        covers.call_off(links=[link, *covers.alike(link)], by=request.user)
    except loose_ends.Undecided as error:
        words = _("Sessions are planned on these days. Please cancel the cover client by client.")
        messages.error(request, f"{words} {' '.join(error.messages)}")
        return False
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    messages.success(request, _("The cover is cancelled. Each therapist gets one email."))
    return True


def _in_care(request: SignedIn, cleaned: dict[str, Any]) -> list[Client]:
    """The clients in the care of the absent therapist on any of the days, without the covering
    therapist and without those whom they already care for."""
    links = CareLink.objects.going_on(cleaned["starts_at"]).filter(
        starts_at__lt=cleaned["ends_at"], client=OuterRef("pk")
    )
    covered = links.filter(therapist=cleaned["therapist"]).exclude(ends_at=cleaned["ends_at"])
    listed = Client.objects.listed_to(request.user).select_related("user")
    return list(
        listed.filter(Exists(links.filter(therapist=cleaned["away"])))
        .exclude(Exists(covered))
        .exclude(user=cleaned["therapist"])
        .order_by("user__name", "pk")
    )
