"""The manager's list of clients, with their therapists."""

from collections.abc import Iterable
from functools import reduce
from operator import and_
from uuid import UUID

from django.db.models import Q
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
    read_together,
    side_by_side,
)
from accounts.labels import blank_label
from accounts.models import ConsentKind, User
from accounts.models.consent import NEEDED, agreed, agreed_to
from accounts.people.queries import blank_in, load_practice, without_registration
from clients.access import therapists
from clients.audit_verbs import CareVerb
from clients.care.waiting import load_waiting
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
    agree = {f"agrees_{text.kind}": agreed_to(text, "user") for text in texts}
    with_account = all_clients.filter(user__is_active=True)
    behind = ~reduce(and_, (Q(agreed) for agreed in agree.values()))
    if unagreed := "unagreed" in request.GET:
        selected = selected.filter(behind, user__is_active=True)
    if therapist := _selected_therapist(request, all_therapists):
        selected = selected.filter(pk__in=links.filter(therapist=therapist).values("client"))
    clients = (
        selected.select_related("user")
        .annotate(
            agrees_to_therapy=agreed(ConsentKind.THERAPY, "user"),
            agrees_about_data=agreed(ConsentKind.DATA, "user"),
            **agree,
        )
        .order_by("user__name", "pk")
    )
    found, total, alone_now, not_agreed = counts = (
        Counted(selected),
        Counted(all_clients),
        Counted(all_clients.without_therapist()),
        Counted(with_account.filter(behind)),
    )
    asked = AskedPage(clients, PAGE, request.GET.get("page"))
    read_together(*counts, asked.rows)
    page = load(asked.page(found.n))
    keys = [client.pk for client in page]
    attach(page, "care_links", load(alone(in_order.filter(client__in=keys))), to_attr="links")
    audit.record_list(CareVerb.CLIENTS_LISTED, by=request.user, clients=keys, request=request)
    return render(
        request,
        "clients/care/practice.html",
        {
            "page": page,
            "q": name,
            "nobody": nobody,
            "unagreed": unagreed,
            "not_agreed": not_agreed.n,
            "therapist": therapist,
            "total": total.n,
            "without_therapist": alone_now.n,
            "now": timezone.now(),
            "therapists": len(all_therapists),
            "blanks": [blank_label(name) for name in blank_in(state.texts, state.values)],
            "unregistered": without_registration(all_therapists, state.registrations),
            "blank_first_days": first_days.blank_labels(state.values),
            **waits,
        },
    )
