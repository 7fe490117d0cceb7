"""Starting, ending and transferring the care links between clients and therapists."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Permission, Role, allows, roles
from accounts.audit import recording as audit
from accounts.models import User
from accounts.people import actions as accounts
from clients import emails
from clients.audit_verbs import CareVerb
from clients.callbacks import actions as callbacks
from clients.callbacks import queries as callback_queries
from clients.endings import loose_ends
from clients.endings.loose_ends import Decided
from clients.models import CareLink, Client


def open_link(
    client: Client,
    therapist: User,
    *,
    by: User,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> CareLink:
    if client.user_id == therapist.pk:
        raise ValidationError(_("A person cannot be their own therapist."))
    link = CareLink(
        client=client,
        therapist=therapist,
        starts_at=starts_at or timezone.now(),
        ends_at=ends_at,
        granted_by=by,
    )
    link.full_clean()
    link.save()
    audit.record(CareVerb.CARE_STARTED, by=by, client=client.pk, target=link)
    return link


@transaction.atomic
def start_care(
    *,
    client: Client,
    therapist: User,
    by: User,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    spoken: bool = False,
) -> CareLink:
    """Opens a client's record to a therapist. Managers cannot give a care link to themselves.

    `spoken`, here and below: a therapist has spoken with the client about the change. Only then is
    the client emailed: nobody should learn from an email that their therapist changes.
    """
    demand_may_give(therapist, by)
    link = open_link(client, therapist, by=by, starts_at=starts_at, ends_at=ends_at)
    if spoken:
        emails.notify_client(client, emails.CARE_CHANGED)
    emails.notify_therapists([therapist], by=by)
    return link


def demand_may_give(therapist: User, by: User) -> None:
    """Raises PermissionDenied or ValidationError unless `by` may put clients into this therapist's
    care."""
    if not allows(by, Permission.MANAGE_PRACTICE):
        raise PermissionDenied
    if therapist.pk == by.pk:
        raise ValidationError(
            _("You cannot give yourself a care link. Please ask another manager.")
        )
    if Role.THERAPIST not in roles(therapist):
        raise ValidationError(_("This person is not a therapist, or no longer one."))


def tell_of_change(*, client: Client, by: User) -> None:
    """Emails the client, at most once a day, that their care has changed: a therapist has spoken
    with them by now."""
    if not allows(by, Permission.MANAGE_PRACTICE):
        raise PermissionDenied
    once = f"care changed {client.pk} {timezone.localdate()}"
    emails.notify_client(client, emails.CARE_CHANGED, once=once)


def end_care(*, link: CareLink, by: User, decided: Decided | None = None) -> CareLink:
    """Ends a care link now. The therapist loses access to the record at once."""
    return set_end(link=link, by=by, at=timezone.now(), decided=decided)


@transaction.atomic
def set_end(
    *,
    link: CareLink,
    by: User,
    at: datetime | None,
    decided: Decided | None = None,
    spoken: bool = False,
) -> CareLink:
    """Sets, moves or removes the end of a current or planned link. Its covers end with it.

    Raises ValidationError if the link has ended (a new grant needs a new link) or if `by` would
    extend their own, and `Undecided` if sessions or tasks still need a decision.
    """
    if not allows(by, Permission.MANAGE_PRACTICE):
        raise PermissionDenied
    locked = CareLink.objects.select_for_update().get(pk=link.pk)
    if locked.ends_at and locked.ends_at <= max(timezone.now(), locked.starts_at):
        raise ValidationError(_("This care link has ended. To begin again, add a new one."))
    longer = locked.ends_at is not None and (at is None or at > locked.ends_at)
    if longer and locked.therapist_id == by.pk:
        raise ValidationError(
            _("You cannot extend your own care link. Please ask another manager.")
        )
    if longer or at is None:
        _set_end(locked, at, CareVerb.CARE_EXTENDED, by)
        settled, therapists = loose_ends.Settled(), [locked.therapist]
    else:
        affected, covers = loose_ends.on_care(locked, at), loose_ends.covers_of(locked, at)
        _set_end(locked, at, CareVerb.CARE_ENDED, by)
        for cover in covers:
            cut(cover, at, by)
        _put_calls_back([locked, *covers], at, by)
        settled = loose_ends.settle(affected, decided or {}, client=locked.client, by=by)
        therapists = [locked.therapist, *(cover.therapist for cover in covers)]
    if spoken:
        emails.notify_client(
            locked.client, emails.CARE_CHANGED, calendar=settled.sessions, sessions=settled.lines
        )
    emails.notify_therapists(therapists, by=by)
    return locked


def _set_end(link: CareLink, at: datetime | None, verb: CareVerb, by: User) -> None:
    link.ends_at = at
    link.full_clean()
    link.save(update_fields=["ends_at"])
    audit.record(verb, by=by, client=link.client_id, target=link)


def cut(link: CareLink, at: datetime, by: User) -> None:
    """Ends a link at a given time, or cancels it if it would not have begun by then."""
    if link.starts_at < at:
        _set_end(link, at, CareVerb.CARE_ENDED, by)
        return
    link.ends_at = link.starts_at
    link.save(update_fields=["ends_at"])
    audit.record(CareVerb.CARE_CALLED_OFF, by=by, client=link.client_id, target=link)


def _put_calls_back(links: Iterable[CareLink], at: datetime, by: User) -> None:
    """A call that these therapists took on waits for somebody else, if their care ends now."""
    if at > timezone.now():
        return
    for link in links:
        waiting = callback_queries.answerable_by(by).waiting().filter(client=link.client_id)
        for callback in waiting.filter(taken_by=link.therapist_id):
            callbacks.put_back(callback=callback, by=by)


@transaction.atomic
def transfer(
    *,
    client: Client,
    from_therapist: User,
    to_therapist: User,
    at: datetime,
    by: User,
    decided: Decided | None = None,
    spoken: bool = False,
) -> CareLink:
    """Ends one therapist's care and begins another's at the same time. Returns the new link.

    Covers of the old care end with it, and the new therapist's own covers become part of the new
    care. A repeated call returns the existing link. Raises ValidationError, and `Undecided` if
    sessions or tasks of the old care still need a decision.
    """
    if not allows(by, Permission.MANAGE_PRACTICE):
        raise PermissionDenied
    client = Client.objects.select_for_update(of=("self",)).select_related("user").get(pk=client.pk)
    old = to_transfer(client, from_therapist, at)
    if old is None:
        if done := _transferred(client, from_therapist, to_therapist, at):
            return done
        raise ValidationError(_("This therapist does not care for the client on that day."))
    if old.starts_at >= at:
        raise ValidationError(_("Their care begins on that day. Please choose a later one."))
    demand_may_give(to_therapist, by)
    affected = loose_ends.on_care(old, at, to=to_therapist)
    covers = loose_ends.covers_of(old, at)
    _set_end(old, at, CareVerb.CARE_ENDED, by)
    for one in {link.pk: link for link in (*covers, *_absorbed(client, to_therapist, at))}.values():
        cut(one, at, by)
    _put_calls_back([old, *covers], at, by)
    new = open_link(client, to_therapist, by=by, starts_at=at)
    settled = loose_ends.settle(affected, decided or {}, client=client, by=by, to=to_therapist)
    if spoken:
        emails.notify_client(
            client, emails.CARE_CHANGED, calendar=settled.sessions, sessions=settled.lines
        )
    concerned = [from_therapist, to_therapist, *(cover.therapist for cover in covers)]
    emails.notify_therapists(concerned, by=by)
    return new


def to_transfer(client: Client, therapist: User, at: datetime) -> CareLink | None:
    """The care link that a transfer at this time would end."""
    links = CareLink.objects.filter(client=client, therapist=therapist).current(at)
    return links.select_related("client__user", "therapist").first()


def _transferred(client: Client, old: User, new: User, at: datetime) -> CareLink | None:
    """The link that the same transfer has already created."""
    links = CareLink.objects.caring().filter(client=client)
    left = links.filter(therapist=old).values("ends_at")
    return links.filter(therapist=new, starts_at__in=left).current(at).first()


def _absorbed(client: Client, therapist: User, at: datetime) -> list[CareLink]:
    """The new therapist's own links with an end, which the new care replaces."""
    links = CareLink.objects.every_kind("two links of one therapist may not overlap")
    mine = links.filter(client=client, therapist=therapist, ends_at__isnull=False)
    return list(mine.open(at).select_related("therapist"))


def clients_of(user: User) -> list[Client]:
    """The clients who are in this person's care, or will be. Checked before the therapist role
    ends."""
    links = CareLink.objects.filter(therapist=user).going_on()
    clients = Client.objects.filter(pk__in=links.values("client")).select_related("user")
    return list(clients.order_by("user__name", "pk"))


LISTED = 20  # The number of clients that a refusal names; the practice's page lists all.


def needs_therapist(user: User, lost: frozenset[Role]) -> accounts.NeededRole | None:
    """The clients who would be left without a therapist, each with a link to their care page."""
    if Role.THERAPIST not in lost or not (clients := clients_of(user)):
        return None
    words = ngettext(
        "%(many)d client is in the care of %(name)s, or will be. Please transfer or end this care"
        " first:",
        "%(many)d clients are in the care of %(name)s, or will be. Please transfer or end this"
        " care first:",
        len(clients),
    )
    first = [(c.user.name, reverse("practice-care", args=[c.pk])) for c in clients[:LISTED]]
    first += [(_("See the full list"), f"{reverse('practice')}?therapist={user.pk}")]
    return accounts.NeededRole(words % {"many": len(clients), "name": user.name}, tuple(first))


def record_new_role(
    user: User, before: frozenset[Role], after: frozenset[Role], by: User | None
) -> None:
    """Records in each client's audit log that a new therapist role opens their record, where a care
    link is current."""
    if Role.THERAPIST in before or Role.THERAPIST not in after:
        return
    readable = CareLink.objects.reading().filter(therapist=user).values_list("client", flat=True)
    audit.record_each(CareVerb.ROLE_OPENS, by=by, about=[(client, user) for client in readable])
