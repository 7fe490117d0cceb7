"""The client's own pages."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import notices
from accounts.access import SignedIn, require_form
from assessments.models import Attempt
from clients import read_marks
from clients.access import clients_own
from clients.audit_log import for_client
from clients.models import Client
from clients.portal import context
from clients.results import sharing

DAYS = 14  # The number of days on one page of the log.
NOTES = 20


@clients_own
@require_safe
def path(request: SignedIn, client: Client) -> HttpResponse:
    """What is next and what is new. That the client saw a new session is noted."""
    shown = context.own_path(client)
    if shown["news"].session:
        read_marks.saw_session(client)
    return render(request, "clients/portal/path.html", shown)


@clients_own
@require_safe
def notes(request: SignedIn, client: Client) -> HttpResponse:
    """Every note that was shared with the client, the newest first. That they saw new ones is
    noted."""
    shared = client.notes.shared().with_amendments()
    page = Paginator(shared, NOTES).get_page(request.GET.get("page"))
    shown = context.own_notes(client, page)
    if shown["unread"]:
        read_marks.saw_notes(client)
    return render(request, "clients/portal/notes.html", shown)


@clients_own
@require_safe
def results(request: SignedIn, client: Client) -> HttpResponse:
    return render(request, "clients/portal/results.html", context.own_results(client))


@clients_own
@require_form
def share(request: SignedIn, client: Client, attempt_id: UUID) -> HttpResponse:
    """Shares one of the client's own results with their therapist, or stops sharing it."""
    mine = Attempt.objects.visible_to(request.user).submitted()
    attempt = get_object_or_404(mine, pk=attempt_id)
    if request.method != "POST":  # For example after reauthentication.
        return redirect("own-results")
    if request.POST.get("share") == "no":
        sharing.unshare_result(client=client, attempt=attempt, by=request.user)
        message = _("Your therapist can no longer see this result.")
    else:
        sharing.share_result(client=client, attempt=attempt, by=request.user)
        message = _("Your therapist can now see this result.")
    if request.POST.get("from") == "result":
        return notices.back_to(request, attempt.get_result_url(), "sharing", message)
    return notices.back_to(request, "own-results", "results", message)


@clients_own
@require_safe
def record_access(request: SignedIn, client: Client) -> HttpResponse:
    """Who opened or changed the client's record, or was given access to it, day by day."""
    page = Paginator(for_client.dates(client), DAYS).get_page(request.GET.get("page"))
    shown = {"page": page, "days": for_client.days(client, page.object_list)}
    return render(request, "clients/portal/record_access.html", shown)
