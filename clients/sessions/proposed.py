"""The dates of a series before it is planned: which ones cannot be, and which ones overlap."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from clients.models import CareLink, Client, Session
from clients.models.session import when
from clients.sessions import clashes
from clients.sessions.clashes import Clash, Slot


@dataclass(frozen=True)
class Proposed:
    """One date. With a `blocker` it cannot be chosen."""

    slot: Slot
    blocker: str
    clashes: list[Clash]
    chosen: bool

    @property
    def key(self) -> str:
        return self.slot.at.isoformat()

    def when(self, form: str = "list") -> str:
        return when(self.slot.at, form)


def proposed(
    slots: Sequence[Slot], *, client: Client, by: User, chosen: Collection[str] | None
) -> list[Proposed]:
    """Each date as the page shows it. `chosen`: the keys that were chosen; None: all without a
    blocker and a clash. Three queries."""
    times = [slot.at for slot in slots]
    taken = set(
        client.sessions.exclude(state=Session.State.MOVED)
        .filter(at__in=times)
        .values_list("at", flat=True)
    )
    caring = list(CareLink.objects.going_on(times[0]).filter(client=client, therapist=by))
    dates = []
    found = clashes.find(slots, client=client, therapist=by, by=by)
    for slot, overlapping in zip(slots, found, strict=True):
        blocker = ""
        if slot.at in taken:
            blocker, overlapping = _("There is already a session at that time."), []
        elif not any(link.is_open_at(slot.at) for link in caring):
            blocker = _("Your care for this client ends before this day.")
        key = slot.at.isoformat()
        ticked = not overlapping if chosen is None else key in chosen
        dates.append(Proposed(slot, blocker, overlapping, ticked and not blocker))
    return dates
