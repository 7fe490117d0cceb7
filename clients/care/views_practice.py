"""The manager's list of clients, with their therapists."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, requires
from accounts.audit import recording as audit
from accounts.database.pages import AskedPage
from accounts.database.together import (
    Counted,
    alone,
    attach,
    load,
    read,
    read_together,
    side_by_side,
)
from accounts.labels import blank_label
from accounts.models import Consent, ConsentKind, ConsentText, User
from accounts.models.consent import COVERED_BY, NEEDED
from accounts.people.queries import blank_in, load_practice, without_registration
from clients.access import therapists
from clients.audit_verbs import CareVerb
from clients.care.waiting import load_unsettled, load_waiting
from clients.first_days import queries as first_days
from clients.models import CareLink, Client

PAGE = 25


def _selected_therapist(request: SignedIn, everyone: Iterable[User]) -> User | None:
    """The therapist whom the URL names; None for an invalid value."""
    try:
        named = UUID(request.GET.get("therapist", ""))
    except ValueError:
        return None
    return next((person for person in everyone if person.pk == named), None)


def _consents_of(clients: Iterable[Client]) -> QuerySet:
    """The person, the text and its kind of each consent that these clients have not withdrawn."""
    standing = Consent.objects.standing().filter(user__in=[client.user_id for client in clients])
    return standing.order_by().values_list("user", "text", "text__kind")


def _mark_agreed(
    clients: Iterable[Any], given: Iterable[tuple], texts: Iterable[ConsentText]
) -> None:
    """Says of each client whether they agree to therapy and about their data, by any version of a
    text, and to which of the present `texts`. `given`: the rows of `_consents_of`."""
    matters = {(user, kind) for user, _text, kind in given}
    exactly = {(user, text) for user, text, _kind in given}
    for client in clients:
        client.agrees_to_therapy = _agrees(client, ConsentKind.THERAPY, matters)
        client.agrees_about_data = _agrees(client, ConsentKind.DATA, matters)
        for text in texts:
            setattr(client, f"agrees_{text.kind}", (client.user_id, text.pk) in exactly)


def _agrees(client: Client, kind: ConsentKind, matters: set[tuple]) -> bool:
    return any((client.user_id, covering) in matters for covering in COVERED_BY[kind])


@requires(Permission.MANAGE_PRACTICE)
@require_safe
def practice(request: SignedIn) -> HttpResponse:
    """Names and therapists. Nothing clinical is shown."""
    links = CareLink.objects.going_on().of_therapists().select_related("therapist")
    in_order = links.order_by("starts_at", "therapist__name")
    all_clients = Client.objects.listed_to(request.user)
    selected = all_clients
    name = request.GET.get("q", "").strip()[:120]
    if name:
        selected = selected.filter(user__name__icontains=name)
    if nobody := "nobody" in request.GET:
        selected = selected.without_therapist()
    state, all_therapists, waits = load(
        side_by_side(load_practice(), alone(therapists()), load_waiting(request.user))
    )
    texts = [text for text in state.texts if text.kind in NEEDED]
    if unagreed := "unagreed" in request.GET:
        behind = ~Q(user__in=Consent.objects.to_each(texts))
        selected = selected.filter(behind, user__is_active=True)
    if therapist := _selected_therapist(request, all_therapists):
        selected = selected.filter(pk__in=links.filter(therapist=therapist).values("client"))
    clients = selected.select_related("user").order_by("user__name", "pk")
    total = Counted(all_clients)
    found = total if selected is all_clients else Counted(selected)
    asked, now = AskedPage(clients, PAGE, request.GET.get("page")), timezone.now()
    unsettled, _read = load(
        side_by_side(load_unsettled(texts, now), read(found, total, asked.rows))
    )
    page = load(asked.page(found.n))
    keys = [client.pk for client in page]
    in_care, given = in_order.filter(client__in=keys), _consents_of(page)
    lacking = Client.objects.filter(pk__in=keys).without_therapist().only("pk")
    read_together(in_care, given, lacking)
    attach(page, "care_links", in_care, to_attr="links")
    for client in page:
        client.needs_therapist = client in lacking
    _mark_agreed(page, given, texts)
    audit.record_list(CareVerb.CLIENTS_LISTED, by=request.user, clients=keys, request=request)
    return render(
        request,
        "clients/care/practice.html",
        {
            "page": page,
            "q": name,
            "nobody": nobody,
            "unagreed": unagreed,
            "therapist": therapist,
            "total": total.n,
            "now": now,
            "therapists": len(all_therapists),
            "blanks": [blank_label(name) for name in blank_in(state.texts, state.values)],
            "unregistered": without_registration(all_therapists, state.registrations),
            "blank_first_days": first_days.blank_labels(state.values),
            **waits,
            **unsettled,
        },
    )
