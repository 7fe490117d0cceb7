"""The head of a client's record, the same on each of its tabs: who, which step, why to look; and
the tabs, which every page of the record has."""

from dataclasses import dataclass
from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.database.together import Counted, Loader, first, rows, side_by_side
from clients.caseload.listing import reasons, signs
from clients.contact_details import queries as contact_details
from clients.labels import Text
from clients.models import Client, Step
from clients.path.context import path_steps
from clients.safety_plan import queries as safety_plan


@dataclass(frozen=True)
class Tab:
    """One page of the record. `current` is "page" on that page, "true" on a page below it, and
    otherwise empty. `count`: how many of its things there are, None if nobody counts."""

    label: Text
    url: str
    current: str
    count: int | None


# The route of each tab, and its label.
TABS: dict[str, Text] = {
    "client": _("Session"),
    "timeline": _("Timeline"),
    "client-notes": _("Notes"),
    "client-results": _("Results"),
    "client-tasks": _("Tasks"),
    "client-safety": _("Safety plan"),
    "path-and-care": _("Path and care"),
}


def head(client: Client, tab: str) -> Loader[dict[str, object]]:
    """The context of the head of a page of the record; `tab` is one of TABS."""
    now, where, steps = timezone.now(), client.journey, Step.objects.all()
    newest_details, newest_plan = contact_details.newest(client), safety_plan.newest(client)
    coming = client.sessions.coming(now)[:1]
    signed = client.notes.signed().select_related("author")[:1]
    listed, *_rest = yield from side_by_side(
        tabs(client, tab),
        signs(client, now),
        rows(steps, newest_details, newest_plan, coming, signed),
    )
    details, plan = first(newest_details), first(newest_plan)
    return {
        "client": client,
        "tab": tab,
        "tabs": listed,
        "here": steps[where.step - 1],
        "path_steps": path_steps(list(steps), where),
        "next_session": first(coming),
        "last_note": first(signed),
        "details": details,
        "plan": plan,
        # Called by the template, which may show a value that cannot be decrypted.
        "emergency_contact": partial(contact_details.emergency_contact, details, plan),
        "contact_of_plan": partial(contact_details.contact_of_plan, plan),
        "days": where.time_on_step(now).days,
        "reasons": reasons(client, now),
        "usual": client.caseload_index.step.usual_days,
        "new_reflection": client.caseload_index.has_new_reflection,
    }


def tabs(client: Client, tab: str, *, below: bool = False) -> Loader[list[Tab]]:
    """`below`: for a page that is reached from this tab, such as one result."""
    counts = {
        "client-notes": Counted(client.notes.signed()),
        "client-results": Counted(client.shared_results.order_by()),
        "client-tasks": Counted(client.tasks.open()),
    }
    yield counts.values()
    current = {tab: "true" if below else "page"}
    numbers = {name: counted.n for name, counted in counts.items()}
    return [
        Tab(label, reverse(name, args=[client.pk]), current.get(name, ""), numbers.get(name))
        for name, label in TABS.items()
    ]
