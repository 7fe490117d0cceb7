"""The manager's list of clients, with their therapists."""

from functools import reduce
from operator import and_
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Min, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, requires
from accounts.audit import recording as audit
from accounts.labels import blank_label
from accounts.models import ConsentKind, ConsentText, Invitation, User
from accounts.models.consent import NEEDED, agreed, agreed_to
from accounts.people.queries import blank_in_practice, of_practice, unregistered
from clients.access import therapists
from clients.audit_verbs import CareVerb
from clients.callbacks import queries as callbacks
from clients.first_days import queries as first_days
from clients.models import CareLink, Client, Enquiry, ErasureRequest

PAGE = 25


def _selected_therapist(request: SignedIn) -> User | None:
    """The therapist whom the URL names; None for an invalid value."""
    try:
        return therapists().filter(pk=UUID(request.GET.get("therapist", ""))).first()
    except ValueError:
        return None


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
    texts = ConsentText.all_current(NEEDED)
    agree = {f"agrees_{text.kind}": agreed_to(text, "user") for text in texts}
    with_account = all_clients.filter(user__is_active=True)
    behind = ~reduce(and_, (Q(agreed) for agreed in agree.values()))
    if unagreed := "unagreed" in request.GET:
        selected = selected.filter(behind, user__is_active=True)
    if therapist := _selected_therapist(request):
        selected = selected.filter(pk__in=links.filter(therapist=therapist).values("client"))
    clients = (
        selected.select_related("user")
        .prefetch_related(Prefetch("care_links", in_order, to_attr="links"))
        .annotate(
            agrees_to_therapy=agreed(ConsentKind.THERAPY, "user"),
            agrees_about_data=agreed(ConsentKind.DATA, "user"),
            **agree,
        )
        .order_by("user__name", "pk")
    )
    page = Paginator(clients, PAGE).get_page(request.GET.get("page"))
    keys, all_therapists = [client.pk for client in page], list(therapists())
    audit.record_list(CareVerb.CLIENTS_LISTED, by=request.user, clients=keys, request=request)
    return render(
        request,
        "clients/care/practice.html",
        {
            "page": page,
            "q": name,
            "nobody": nobody,
            "unagreed": unagreed,
            "not_agreed": with_account.filter(behind).count(),
            "therapist": therapist,
            "total": all_clients.count(),
            "without_therapist": all_clients.without_therapist().count(),
            "now": timezone.now(),
            "waiting": Invitation.objects.open().count(),
            "therapists": len(all_therapists),
            "blanks": [blank_label(name) for name in blank_in_practice()],
            "unregistered": unregistered(all_therapists),
            "blank_first_days": first_days.blank_labels(of_practice()),
            "erasures": ErasureRequest.objects.visible_to(request.user).open().count(),
            "calls": callbacks.of_the_practice(request.user)
            .waiting()
            .aggregate(n=Count("pk"), since=Min("asked_at")),
            "enquiries": Enquiry.objects.visible_to(request.user)
            .waiting()
            .with_next_call()
            .aggregate(
                n=Count("pk"),
                since=Min("created_at"),
                to_call=Count("pk", filter=Q(next_call__lte=timezone.localdate())),
                not_looked_at=Count("pk", filter=Q(looked_at=None)),
            ),
        },
    )
