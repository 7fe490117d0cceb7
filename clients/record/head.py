"""The head of a client's record, the same on each of its tabs: who, which step, why to look; and
the tabs, which every page of the record has."""

from dataclasses import dataclass
from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.caseload.listing import reasons, with_signs
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


def head(client: Client, tab: str) -> dict[str, object]:
    """The context of the head of a page of the record; `tab` is one of TABS. Nine queries."""
    now, where, steps = timezone.now(), client.journey, list(Step.objects.all())
    details, plan = contact_details.current(client), safety_plan.current(client)
    signed = with_signs(Client.objects.with_path(), now).get(pk=client.pk)
    return {
        "client": client,
        "tab": tab,
        "here": steps[where.step - 1],
        "path_steps": path_steps(steps, where),
        "next_session": client.sessions.coming(now).first(),
        "last_note": client.notes.signed().select_related("author").first(),
        "details": details,
        "plan": plan,
        # Called by the template, which may show a value that cannot be decrypted.
        "emergency_contact": partial(contact_details.emergency_contact, details, plan),
        "days": where.time_on_step(now).days,
        "reasons": reasons(signed, now),
        "usual": signed.caseload_index.step.usual_days,
        "new_reflection": signed.caseload_index.has_new_reflection,
    }


def tabs(client: Client, tab: str, *, below: bool) -> list[Tab]:
    """`below`: for a page that is reached from this tab, such as one result. Three queries."""
    counts = {
        "client-notes": client.notes.signed().count(),
        "client-results": client.shared_results.count(),
        "client-tasks": client.tasks.open().count(),
    }
    current = {tab: "true" if below else "page"}
    return [
        Tab(label, reverse(name, args=[client.pk]), current.get(name, ""), counts.get(name))
        for name, label in TABS.items()
    ]
