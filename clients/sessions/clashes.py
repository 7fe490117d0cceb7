"""Sessions that overlap another one of the therapist or of the client.

It is a warning, which can be overruled: two people may share a session, or one of them be wrong.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from clients.models import Client, Session
from clients.models.session import LONGEST_MINUTES


@dataclass(frozen=True)
class Slot:
    """The time that a session takes, up to, not including, its end."""

    at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.at + timedelta(minutes=self.minutes)

    def overlaps(self, other: "Slot") -> bool:
        return self.at < other.ends_at and other.at < self.ends_at


@dataclass(frozen=True)
class Clash:
    """A session that overlaps the one to be planned, and what the therapist reads about it."""

    key: str
    text: str


class Clashing(ValidationError):
    """There are clashes of which the person has not been warned yet."""

    def __init__(self, clashes: Sequence[Clash]):
        self.clashes = clashes
        super().__init__([clash.text for clash in clashes])


def find(
    slots: Sequence[Slot],
    *,
    client: Client,
    therapist: User,
    by: User,
    replaced: Collection[UUID] = (),
) -> list[list[Clash]]:
    """The clashes of each slot, as `by` may read them. `replaced`: the sessions to be moved, which
    leave their time. One query, however many slots.

    Sessions that row security hides from `by` are not found.
    """
    if not slots:
        return []
    begins, ends = min(slot.at for slot in slots), max(slot.ends_at for slot in slots)
    rows = (
        Session.objects.filter(
            Q(therapist=therapist) | Q(client=client), state__in=Session.TAKES_TIME
        )
        .filter(at__gt=begins - timedelta(minutes=LONGEST_MINUTES), at__lt=ends)
        .exclude(pk__in=replaced)
        .select_related("therapist", "client__user")
        .order_by("at")
    )
    found = [
        (Slot(row.at, row.minutes), Clash(str(row.pk), _text(row, client, by))) for row in rows
    ]
    return [[clash for taken, clash in found if taken.overlaps(slot)] for slot in slots]


def demand_warned(clashes: Sequence[Sequence[Clash]], warned: Collection[str]) -> None:
    """Raises Clashing if there is a clash whose key is not among those that the person has seen."""
    every = {clash.key: clash for some in clashes for clash in some}
    if every.keys() - set(warned):
        raise Clashing(list(every.values()))


def _text(session: Session, client: Client, by: User) -> str:
    """The other person's name only in this client's record and to the therapist whose session it
    is."""
    if session.client_id == client.pk:
        text = _("%(client)s has another session with %(therapist)s: %(when)s")
    elif session.therapist_id == by.pk:
        text = _("You have a session with %(client)s: %(when)s")
    else:
        text = _("%(therapist)s has another session: %(when)s")
    ends = timezone.localtime(session.ends_at)
    return text % {
        "client": session.client.user.name,
        "therapist": session.therapist.name,
        "when": f"{session.when()}–{ends:%H:%M}",
    }
