"""Bringing clients in, and the manager's place."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import actions as accounts
from accounts import audit
from accounts.access import Permission, SignedIn, allows, require_form, requires
from accounts.models import Consent, Invitation, User
from clients import care
from clients.forms import InviteForm, therapists
from clients.mails import send_invitation_and_say
from clients.models import CareLink, Client, Enquiry, ErasureRequest

PAGE = 25


@requires(Permission.INVITE_CLIENTS)
@require_form
def invite(request: SignedIn) -> HttpResponse:
    form = InviteForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        asked = {"therapist": request.user} | form.cleaned_data
        try:
            client, invitation, token = care.invite_client(by=request.user, **asked)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            send_invitation_and_say(request, invitation, token)
            return redirect("caseload" if client_is_mine(request, client) else "practice")
    return render(request, "clients/invite.html", {"form": form})


def client_is_mine(request: SignedIn, client: Client) -> bool:
    return Client.objects.visible_to(request.user).filter(pk=client.pk).exists()


@requires(Permission.INVITE_CLIENTS)
@require_form
def invite_again(request: SignedIn, client_id: UUID) -> HttpResponse:
    mine = Client.objects.visible_to(request.user) | Client.objects.listed_to(request.user)
    client = get_object_or_404(mine.select_related("user").distinct(), pk=client_id)
    try:
        if request.method != "POST":
            pass  # Back from signing in again, say.
        elif "withdraw" in request.POST:
            accounts.withdraw_invitations(user=client.user, by=request.user, client=client.pk)
            messages.success(request, _("The invitation is withdrawn: its link opens nothing."))
        else:
            issued = accounts.invite(user=client.user, by=request.user, client=client.pk)
            send_invitation_and_say(request, *issued)
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
    return redirect("practice" if allows(request.user, Permission.MANAGE_PRACTICE) else "caseload")


def _therapist_asked(request: SignedIn) -> User | None:
    """Whose clients the address asks for; nonsense counts as nothing said."""
    try:
        return therapists().filter(pk=UUID(request.GET.get("therapist", ""))).first()
    except ValueError:
        return None


@requires(Permission.MANAGE_PRACTICE)
@require_safe
def practice(request: SignedIn) -> HttpResponse:
    """People and who cares for whom; nothing clinical."""
    links = CareLink.objects.going_on().of_therapists().select_related("therapist")
    in_order = links.order_by("starts_at", "therapist__name")
    everybody = Client.objects.listed_to(request.user)
    found = everybody
    name = request.GET.get("q", "").strip()[:120]
    if name:
        found = found.filter(user__name__icontains=name)
    if nobody := "nobody" in request.GET:
        found = found.of_nobody()
    if therapist := _therapist_asked(request):
        found = found.filter(pk__in=links.filter(therapist=therapist).values("client"))
    clients = (
        found.select_related("user")
        .prefetch_related(Prefetch("care_links", in_order, to_attr="links"))
        .annotate(agrees=Exists(Consent.objects.standing().filter(user=OuterRef("user"))))
        .order_by("user__name", "pk")
    )
    page = Paginator(clients, PAGE).get_page(request.GET.get("page"))
    verb, keys = audit.Verb.CLIENTS_LISTED, [client.pk for client in page]
    audit.record_list(verb, by=request.user, clients=keys, request=request)
    return render(
        request,
        "clients/practice.html",
        {
            "page": page,
            "q": name,
            "nobody": nobody,
            "therapist": therapist,
            "of_nobody": everybody.of_nobody().count(),
            "now": timezone.now(),
            "waiting": Invitation.objects.open().count(),
            "therapists": therapists().count(),
            "erasures": ErasureRequest.objects.visible_to(request.user).open().count(),
            "enquiries": Enquiry.objects.visible_to(request.user).waiting().count(),
        },
    )
