"""The emails that events of care send. They never say what happened, only that there is news."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import emails
from accounts.access import Role
from accounts.models import Invitation, User
from accounts.rate_limits import counters
from accounts.rate_limits.counters import Rate
from clients.calendar import files as calendar_files
from clients.models import Callback, CareLink, ChangeRequest, Client, Enquiry, Session

TASK_GIVEN = "clients/task_given"
TASK_WAITS = "clients/task_waits"
NOTE_SHARED = "clients/note_shared"
PATH_CHANGED = "clients/path_changed"
CARE_CHANGED = "clients/care_changed"
CARE_GIVEN = "clients/care_given"
COVER_ARRANGED = "clients/cover_arranged"
COVER_CALLED_OFF = "clients/cover_called_off"
COVER_ANNOUNCED = "clients/cover_announced"
COVER_NOT_NEEDED = "clients/cover_not_needed"
SESSION_PLANNED = "clients/session_planned"
SESSION_CHANGED = "clients/session_changed"
SESSION_SOON = "clients/session_soon"
SESSION_MOVED = "clients/session_moved"
SESSION_CANCELLED = "clients/session_cancelled"
SESSION_KEPT = "clients/session_kept"
SERIES_PLANNED = "clients/series_planned"
SERIES_MOVED = "clients/series_moved"
SERIES_CANCELLED = "clients/series_cancelled"
CHANGE_ASKED = "clients/change_asked"
CLIENT_WROTE = "clients/client_wrote"
ENQUIRY_KEPT = "clients/enquiry_kept"
ENQUIRY_WAITS = "clients/enquiry_waits"
ANSWER_KEPT = "clients/answer_kept"
TEXT_RENEWED = "clients/text_renewed"
ANSWER_WAITS = "clients/answer_waits"
PRACTICE_WAITS = "clients/practice_waits"
CALL_WAITS = "clients/call_waits"
LOOK_WAITS = "clients/look_waits"
ENQUIRY_CLOSED = "clients/enquiry_closed"
# For clients who chose discreet emails: without a therapist's name, and without what it is about.
DISCREET_NEWS = "clients/discreet_news"
DISCREET_TIME = "clients/discreet_time"
# What a discreet email says about a session: its time alone.
TIMES = {
    SESSION_PLANNED: "planned",
    SESSION_CHANGED: "changed",
    SESSION_SOON: "soon",
    SESSION_MOVED: "moved",
    SESSION_CANCELLED: "cancelled",
    SESSION_KEPT: "kept",
    SERIES_PLANNED: "series planned",
    SERIES_MOVED: "series moved",
    SERIES_CANCELLED: "series cancelled",
}
# They change nothing in a calendar.
WITHOUT_CALENDAR = {SESSION_SOON, SESSION_KEPT}


def notify_client(
    client: Client,
    kind: str,
    *,
    once: str | None = None,
    calendar: Sequence[Session] = (),
    **facts: str,
) -> bool:
    """Emails a client whose account is active, discreetly if they chose so. A client who has not
    accepted the invitation gets none. `calendar`: the sessions of the calendar file that the email
    carries."""
    if not client.user.is_active:
        return False
    discreet = bool(client.discreet_emails)
    files = calendar_files.by_method(calendar, timezone.now(), discreet=discreet)
    if discreet:
        kind, facts = _discreet(kind, facts)
    posted = emails.post(
        kind, user=client.user, once=once, at_most=None, calendar=files, **facts
    )  # fmt: skip
    return posted is not None


def _discreet(kind: str, facts: dict[str, str]) -> tuple[str, dict[str, str]]:
    if kind in TIMES:
        times = {name: fact for name, fact in facts.items() if name in ("when", "was")}
        return DISCREET_TIME, {"about": TIMES[kind]} | times
    return DISCREET_NEWS, {}


def notify_of_session(
    session: Session, kind: str, *, once: str | None = None, **facts: str
) -> bool:
    facts |= {"when": session.when("email"), "therapist": session.therapist.name}
    calendar = () if kind in WITHOUT_CALENDAR else (session,)
    return notify_client(session.client, kind, once=once, calendar=calendar, **facts)


def notify_of_sessions(sessions: Sequence[Session], kind: str) -> bool:
    """One email about several sessions of one client and one therapist."""
    when = "\n".join(session.when("email") for session in sessions)
    facts = {"when": when, "therapist": sessions[0].therapist.name}
    return notify_client(sessions[0].client, kind, calendar=sessions, **facts)


def notify_therapists(therapists: Iterable[User], *, by: User) -> None:
    """Tells each therapist in one email that their list has changed. The client is named only after
    they sign in."""
    for therapist in {one.pk: one for one in therapists if one.pk != by.pk}.values():
        emails.post(CARE_GIVEN, user=therapist)


def _cover(link: CareLink) -> dict[str, str]:
    """The facts of a cover for an email: names of therapists and days, nothing about the client."""
    last, back = link.last_day, link.covers if link.covers else None
    first_day_back = last + timedelta(days=1) if last else None
    ends_with_it = back is not None and back.ends_at is not None and back.ends_at == link.ends_at
    return {
        "covering": link.therapist.name,
        "away": back.therapist.name if back else "",
        "first": date_format(timezone.localdate(link.starts_at), "l, j F Y"),
        "last": date_format(last, "l, j F Y") if last else "",
        "back": date_format(first_day_back, "l, j F Y")
        if back and first_day_back and not ends_with_it
        else "",
    }


def notify_therapist_of_cover(therapist: User, link: CareLink, kind: str, many: int) -> None:
    """Sends one email for all the clients concerned, without their names."""
    part = "covering" if therapist.pk == link.therapist_id else "away"
    facts = _cover(link) | {"part": part, "many": str(many)}
    emails.post(kind, user=therapist, at_most=None, calendar=None, **facts)


def notify_of_cover(
    link: CareLink, kind: str, *, calendar: Sequence[Session] = (), **facts: str
) -> bool:
    return notify_client(link.client, kind, calendar=calendar, **facts | _cover(link))


def notify_of_writing(client: Client) -> None:
    """Tells each current therapist, at most once a day, that a client of theirs wrote something."""
    today = timezone.localdate()
    therapists = CareLink.objects.current().filter(client=client).values_list("therapist")
    for therapist in User.objects.filter(pk__in=therapists, is_active=True):
        # Hashed, because the row belongs to the therapist and stays after the client is erased.
        once = counters.key_of(CLIENT_WROTE, str(client.pk), str(therapist.pk), str(today))
        emails.post(CLIENT_WROTE, user=therapist, once=once)


def notify_of_callback(callback: Callback) -> None:
    """Tells the client's therapists and the managers that somebody is to be called today."""
    therapists = CareLink.objects.current().of_therapists().filter(client=callback.client_id)
    managers = _managers()
    recipients = {user.pk: (user, "/practice/calls/") for user in managers}
    recipients |= {
        link.therapist_id: (link.therapist, "/caseload/")
        for link in therapists.select_related("therapist")
    }
    for user, page in recipients.values():
        once = counters.key_of(CALL_WAITS, str(callback.pk), str(user.pk))
        emails.post(CALL_WAITS, user=user, once=once, at_most=None, page=page)


def notify_of_change_request(change: ChangeRequest) -> None:
    """Tells the client's therapists, also one who covers, that somebody asks to move or cancel a
    session."""
    links = CareLink.objects.current().of_therapists().filter(client=change.client_id)
    for therapist in {
        link.therapist_id: link.therapist for link in links.select_related("therapist")
    }.values():
        once = counters.key_of(CHANGE_ASKED, str(change.pk), str(therapist.pk))
        emails.post(CHANGE_ASKED, user=therapist, once=once, at_most=None)


def notify_of_enquiry(enquiry: Enquiry) -> None:
    """Confirms a request to its sender, if they may be written to, and tells the managers."""
    _answer(enquiry, ENQUIRY_KEPT, once=f"enquiry {enquiry.pk}")
    notify_managers(ENQUIRY_WAITS, once=f"enquiry {enquiry.pk}", at_most=Rate(30, 86_400))


def notify_of_closing(enquiry: Enquiry) -> None:
    """Names other places to somebody whose request does not lead to care."""
    _answer(enquiry, ENQUIRY_CLOSED, once=f"closed {enquiry.pk}")


def _answer(enquiry: Enquiry, kind: str, *, once: str) -> None:
    """Writes to the sender if they may be written to, without the practice's name if they asked
    for that."""
    if enquiry.takes_email:
        unnamed = "yes" if enquiry.safe_contact.emails_unnamed else ""
        to, at_most = enquiry.email, emails.FOR_ONE_READER
        emails.post(kind, to=to, once=once, at_most=at_most, unnamed=unnamed)


def notify_of_look(enquiry: Enquiry, clinician: User) -> None:
    """Asks a therapist to look at a request for a first session today."""
    once = counters.key_of(LOOK_WAITS, str(enquiry.pk), str(clinician.pk))
    emails.post(LOOK_WAITS, user=clinician, once=once, at_most=None)


def notify_managers(kind: str, *, once: str, at_most: Rate | None = None) -> None:
    """Emails every active manager."""
    for manager in _managers():
        emails.post(kind, user=manager, once=f"{once} {manager.pk}", at_most=at_most)


def _managers() -> QuerySet[User]:
    return User.objects.filter(is_active=True, groups__name=Role.MANAGER.value)


def email_invitation(request: HttpRequest, invitation: Invitation) -> None:
    emails.post_invitation(invitation)
    messages.success(request, _("The invitation is on its way."))
