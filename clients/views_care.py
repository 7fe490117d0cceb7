"""For managers: who cares for a client, cover and transfer with dates. Nothing clinical."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Permission, SignedIn, require_form, requires
from clients import care, pages
from clients.forms_care import CoverForm, EndForm, HolidayForm, TransferForm, first_moment
from clients.models import CareLink, Client


@requires(Permission.MANAGE_PRACTICE)
@require_form
def care_of(request: SignedIn, client_id: UUID) -> HttpResponse:
    listed = Client.objects.listed_to(request.user).select_related("user")
    client = get_object_or_404(listed, pk=client_id)
    forms = _forms(request, client)
    what = request.POST.get("what", "")
    form = forms.get(what)
    if request.method == "POST" and form and form.is_valid():
        try:
            _do(what, client, request, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("It is arranged."))
            return redirect("practice-care", client.pk)
    audit.record(audit.Verb.CARE_OPENED, by=request.user, client=client.pk, request=request)
    past = CareLink.objects.filter(client=client).past().select_related("therapist")[:20]
    shown = {"client": client, "parts": _parts(forms), "past_links": past, **pages.carers(client)}
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/care.html", shown, status=status)


def _forms(request: SignedIn, client: Client) -> dict[str, Any]:
    """One form for each thing to do; the one that was sent holds what was typed."""
    what = request.POST.get("what")
    links = CareLink.objects.filter(client=client).select_related("therapist")

    def start(name: str) -> dict[str, Any]:
        return {"data": request.POST if what == name else None, "prefix": name}

    return {
        "cover": CoverForm(**start("cover"), by=request.user),
        # Also those that ended: sent twice, a transfer finds the link that it ended.
        "transfer": TransferForm(
            **start("transfer"), by=request.user, links=links if what else links.current()
        ),
        "end": EndForm(**start("end"), links=links.current()),
    }


def _do(what: str, client: Client, request: SignedIn, said: dict[str, Any]) -> None:
    if what == "cover":
        times = {name: said[name] for name in ("starts_at", "ends_at")}
        care.cover(clients=[client], therapist=said["therapist"], by=request.user, **times)
    elif what == "transfer":
        care.transfer(
            client=client,
            from_therapist=said["link"].therapist,
            to_therapist=said["therapist"],
            at=first_moment(said["day"]),
            by=request.user,
        )
    else:
        care.end_care(link=said["link"], by=request.user)


def _parts(forms: dict[str, Any]) -> list[dict[str, Any]]:
    words = {
        "cover": (
            _("Cover"),
            _("For a while, somebody else can open the record as well."),
            _("Arrange the cover"),
        ),
        "transfer": (
            _("Transfer"),
            _("One therapist's care ends and another's begins at the same moment."),
            _("Transfer the care"),
        ),
        "end": (_("End care"), _("Beginning again is a new link."), _("End care now")),
    }
    names = ("title", "about", "button")
    return [
        {"what": what, "form": forms[what], **dict(zip(names, said, strict=True))}
        for what, said in words.items()
    ]


@requires(Permission.MANAGE_PRACTICE)
@require_form
def cover(request: SignedIn) -> HttpResponse:
    """Everybody in a therapist's care, for some days: first whom it concerns, then doing it."""
    form = HolidayForm(request.POST or None, by=request.user)
    concerned = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        concerned = _in_care(request, said)
        seen = {str(client.pk) for client in concerned} == set(request.POST.getlist("seen"))
        if "confirm" in request.POST and concerned and seen:
            times = {name: said[name] for name in ("starts_at", "ends_at")}
            try:
                care.cover(clients=concerned, therapist=said["therapist"], by=request.user, **times)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The cover is arranged."))
                return redirect("practice")
    if concerned:
        verb, clients = audit.Verb.CLIENTS_LISTED, [client.pk for client in concerned]
        audit.record_list(verb, by=request.user, clients=clients, request=request)
    shown = {"form": form, "concerned": concerned}
    return render(request, "clients/cover.html", shown, status=422 if form.errors else 200)


def _in_care(request: SignedIn, said: dict[str, Any]) -> list[Client]:
    """In the care of the one who is away, on any of the days; the one who covers left out."""
    links = CareLink.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=said["starts_at"]),
        starts_at__lt=said["ends_at"],
        client=OuterRef("pk"),
    )
    covered = links.filter(therapist=said["therapist"]).exclude(ends_at=said["ends_at"])
    listed = Client.objects.listed_to(request.user).select_related("user")
    return list(
        listed.filter(Exists(links.filter(therapist=said["away"])))
        .exclude(Exists(covered))
        .exclude(user=said["therapist"])
        .order_by("user__name", "pk")
    )
