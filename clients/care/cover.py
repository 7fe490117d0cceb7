"""Cover: for some days another therapist may open the records too. Covers can be cancelled."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Permission, allows
from accounts.audit import recording as audit
from accounts.models import User
from clients import emails
from clients.audit_verbs import CareVerb
from clients.care.actions import demand_may_give
from clients.endings import loose_ends
from clients.endings.loose_ends import Decided
from clients.models import CareLink, Client


@transaction.atomic
def arrange(
    *,
    clients: Iterable[Client],
    therapist: User,
    by: User,
    starts_at: datetime,
    ends_at: datetime,
    away: User | None = None,
    words: str = "",
) -> list[CareLink]:
    """Opens records to a covering therapist from `starts_at` up to, not including, `ends_at`.

    `away` is the therapist who is covered; without it, the one whose care has no end. A cover ends
    with the care that it covers. All covers are created or none; a repeated call returns the
    existing links. Each therapist gets one email; clients get one only if there are `words` for
    them. Raises ValidationError. Seven queries, however many clients, and two for each email.
    """
    demand_may_give(therapist, by)
    keys = [client.pk for client in clients]
    locked = Client.objects.select_for_update(of=("self",)).select_related("user")
    locked_clients = list(locked.filter(pk__in=keys).order_by("pk"))
    links = CareLink.objects.filter(client__in=keys, starts_at__lt=ends_at)
    caring = _by_client(links.going_on(starts_at).select_related("therapist"))
    of_any_kind = links.every_kind("two links of one therapist may not overlap")
    own = _by_client(of_any_kind.open(starts_at).filter(therapist=therapist))
    covers = [
        _cover_of(client, caring[client.pk], own[client.pk], therapist, starts_at, ends_at, away)
        for client in locked_clients
    ]
    new = [link for link in covers if link._state.adding]
    for link in new:
        link.granted_by, link.announced = by, bool(words.strip()) and link.client.user.is_active
    CareLink.objects.bulk_create(new)
    about = [(link.client_id, link) for link in new]
    audit.record_each(CareVerb.CARE_STARTED, by=by, about=about)
    if new:
        _notify_therapists(new, emails.COVER_ARRANGED)
        for link in new:
            if link.announced:
                emails.notify_of_cover(link, emails.COVER_ANNOUNCED, words=words.strip())
    return covers


def _by_client(links: Iterable[CareLink]) -> dict[UUID, list[CareLink]]:
    by_client: dict[UUID, list[CareLink]] = defaultdict(list)
    for link in links:
        by_client[link.client_id].append(link)
    return by_client


def _cover_of(
    client: Client,
    caring: list[CareLink],
    own: list[CareLink],
    therapist: User,
    starts_at: datetime,
    ends_at: datetime,
    away: User | None,
) -> CareLink:
    """The cover of one client: the existing link, or a new one that is not saved yet. `caring`: the
    links of everybody who cares for the client then; `own`: those of the covering therapist."""
    if client.user_id == therapist.pk:
        raise ValidationError(_("A person cannot be their own therapist."))
    covered = next((link for link in caring if _is_covered(link, therapist, away)), None)
    if covered and covered.ends_at and covered.ends_at < ends_at:
        ends_at = covered.ends_at
    begins = max(starts_at, timezone.now())
    for link in own:
        if link.ends_at == ends_at and link.starts_at <= begins:
            return link
        if link.starts_at < ends_at:
            words = _("%(name)s already cares for %(client)s on some of these days.")
            names = {"name": therapist.name, "client": client.user.name}
            raise ValidationError(words % names)
    return CareLink(
        client=client, therapist=therapist, starts_at=starts_at, ends_at=ends_at, covers=covered
    )


def _is_covered(link: CareLink, therapist: User, away: User | None) -> bool:
    if link.therapist_id == therapist.pk or link.covers_id is not None:
        return False
    return link.therapist_id == away.pk if away else link.ends_at is None


def _notify_therapists(links: list[CareLink], kind: str) -> None:
    """Sends each therapist one email about covers of the same days, however many clients there
    are."""
    people = {link.therapist_id: link.therapist for link in links}
    people |= {link.covers.therapist_id: link.covers.therapist for link in links if link.covers}
    longest = max(links, key=lambda link: (link.ends_at, link.covers_id is not None))
    for person in people.values():
        emails.notify_therapist_of_cover(person, longest, kind, len(links))


@dataclass(frozen=True)
class PlannedCover:
    """The covers of one therapist by another for the same days; `link` is one of them."""

    link: CareLink
    many: int


def planned() -> list[PlannedCover]:
    """The covers that have not begun, the next one first. One query."""
    links = CareLink.objects.planned().filter(covers__isnull=False)
    groups: dict[tuple, list[CareLink]] = {}
    for link in links.select_related("therapist", "covers__therapist").order_by("starts_at", "pk"):
        groups.setdefault(_days(link), []).append(link)
    return [PlannedCover(links[0], len(links)) for links in groups.values()]


def _days(link: CareLink) -> tuple:
    away = link.covers.therapist_id if link.covers else None
    return (link.starts_at, link.therapist_id, away)


def alike(link: CareLink) -> list[CareLink]:
    """The covers that were arranged together with this one: same therapists, same first day."""
    links = CareLink.objects.planned().filter(starts_at=link.starts_at, therapist=link.therapist_id)
    away = link.covers.therapist_id if link.covers else None
    return list(links.filter(covers__therapist=away, covers__isnull=away is None))


@transaction.atomic
def call_off(
    *, links: Iterable[CareLink], by: User, decided: Decided | None = None
) -> list[CareLink]:
    """Cancels planned covers: the records stay closed. Cancelling twice changes nothing.

    A client who was told of the cover is told of the cancellation. Raises ValidationError if the
    care has begun or is not a cover, and `Undecided` if sessions are planned on those days.
    """
    if not allows(by, Permission.MANAGE_PRACTICE):
        raise PermissionDenied
    locked = CareLink.objects.select_for_update(of=("self",)).filter(
        pk__in=[link.pk for link in links]
    )
    locked_links = list(locked.select_related("client__user", "therapist", "covers__therapist"))
    planned_links = [link for link in locked_links if not link.is_called_off]
    if any(link.starts_at <= timezone.now() for link in planned_links):
        raise ValidationError(_("This cover has already begun. Please end it instead."))
    if any(link.ends_at is None for link in planned_links):
        raise ValidationError(_("This is not a cover. Please transfer the care, or end it."))
    affected = loose_ends.on_plan(planned_links)
    loose_ends.demand(affected, decided or {})
    for link in planned_links:
        _cancel(link, affected, decided or {}, by)
    if planned_links:
        _notify_therapists(planned_links, emails.COVER_CALLED_OFF)
    return locked_links


def _cancel(link: CareLink, affected: loose_ends.Affected, decided: Decided, by: User) -> None:
    sessions = tuple(one for one in affected.sessions if one.client == link.client_id)
    part = loose_ends.Affected(affected.ending, sessions)
    settled = loose_ends.settle(part, decided, client=link.client, by=by)
    if link.announced or settled.lines:
        emails.notify_of_cover(
            link, emails.COVER_NOT_NEEDED, calendar=settled.sessions, sessions=settled.lines
        )
    CareLink.objects.filter(pk=link.pk).update(ends_at=link.starts_at)
    verb = CareVerb.CARE_CALLED_OFF
    audit.record(verb, by=by, client=link.client_id, target=link)
