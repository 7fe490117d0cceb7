"""The calendar that a therapist's own program subscribes to, and the page of its address."""

import hashlib
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import notices
from accounts.access import Permission, SignedIn, allows, public, require_form, requires
from accounts.audit import recording as audit
from accounts.database import row_security
from accounts.models import User
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import HOUR, READ, Counts, RateLimit, rate_limited
from accounts.sign_in.reauthentication import requires_reauthentication
from clients.audit_verbs import CareVerb
from clients.calendar import actions, feed
from clients.calendar.files import TYPE
from clients.calendar.forms import FeedForm
from clients.models import CalendarFeed, Session


@rate_limited(
    RateLimit(Counts.ALL, per_object=Rate(60, HOUR), per_address=Rate(600, HOUR), methods=READ)
)
@public(
    "a calendar program cannot sign in: the key in the address says whose calendar", shared=False
)
@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The sessions of the therapist with this key. The number of queries is constant."""
    owner = feed.owner_of(key)
    if owner is None:
        raise Http404
    with row_security.acting_as(User(pk=owner)):
        response = _file(request, owner)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _file(request: HttpRequest, owner: UUID) -> HttpResponse:
    now, therapist = timezone.now(), User.objects.get(pk=owner)
    if not allows(therapist, Permission.SEE_CASELOAD):
        raise Http404
    settings_of_feed = CalendarFeed.objects.get(therapist=therapist)
    found = feed.sessions(therapist, now)
    _record(settings_of_feed, found, therapist, request)
    body = feed.file(found, therapist, now, names=settings_of_feed.names)
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    headers = {"ETag": etag, "Content-Disposition": 'inline; filename="sessions.ics"'}
    response = HttpResponse(body, content_type=TYPE, headers=headers)
    return get_conditional_response(request, etag=etag, response=response) or response


def _record(row: CalendarFeed, found: list[Session], by: User, request: HttpRequest) -> None:
    """Records the reading once a day, and again when other clients are named: a program asks every
    few minutes."""
    clients = sorted({session.client_id for session in found}) if row.names else []
    recorded = feed.recorded_as(clients, timezone.now())
    if row.recorded != recorded:
        audit.record_list(CareVerb.FEED_READ, by=by, clients=clients, request=request)
        row.recorded = recorded
        row.save(update_fields=["recorded"])


@require_form
@requires_reauthentication
@requires(Permission.SEE_CASELOAD)
def address(request: SignedIn) -> HttpResponse:
    """Makes, renews and switches off the address. A new one is shown once, by this answer."""
    key, form = "", FeedForm()
    if request.method == "POST" and "off" in request.POST:
        actions.switch_off(by=request.user, request=request)
        text = _("Your calendar is switched off. Remove it from your calendar program, too.")
        return notices.back_to(request, "calendar-address", "feed", text)
    if request.method == "POST":
        form = FeedForm(request.POST)
        form.is_valid()
        key = actions.make(by=request.user, request=request, **form.cleaned_data)
        form = FeedForm()
    shown = {
        "form": form,
        "feed": CalendarFeed.objects.filter(therapist=request.user).first(),
        "address": settings.SITE_URL + reverse("calendar-feed", args=[key]) if key else "",
    }
    return render(request, "clients/calendar/address.html", shown)
