"""The timeline of one client: events of all or of selected kinds, newest first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent
from clients.labels import Text
from clients.models import (
    CareLink,
    Client,
    Enquiry,
    Note,
    SafetyPlan,
    Session,
    SharedResult,
    StepEvent,
    Task,
)
from clients.models.care import CALLED_OFF


@dataclass(frozen=True)
class Kind:
    """A kind of entry: its labels, its partial in `templates/clients/record/timeline/`, the column
    `at` that holds its time, and the client's `rows`."""

    label: Text
    plural: Text
    partial: str
    at: str
    rows: Callable[[Client], QuerySet]


# All kinds of entries. Drafts are private to their author and therefore not among them.
KINDS: dict[str, Kind] = {
    "sessions": Kind(
        _("Session"),
        _("Sessions"),
        "_session",
        "at",
        lambda c: Session.objects.filter(client=c).begun().select_related("therapist"),
    ),
    "moves": Kind(
        _("Move"),
        _("Moves"),
        "_move",
        "at",
        lambda c: StepEvent.objects.filter(client=c).select_related("step", "by"),
    ),
    "results": Kind(
        _("Result"),
        _("Results"),
        "_result",
        "attempt__submitted_at",
        lambda c: SharedResult.objects.filter(client=c).select_related(
            "attempt__version__instrument"
        ),
    ),
    "notes": Kind(
        _("Note"),
        _("Notes"),
        "_note",
        "signed_at",
        lambda c: Note.objects.signed().filter(client=c).with_amendments(),
    ),
    "tasks": Kind(
        _("Task given"),
        _("Tasks given"),
        "_task_given",
        "created_at",
        lambda c: Task.objects.filter(client=c).select_related("given_by"),
    ),
    "done": Kind(
        _("Task done"),
        _("Tasks done"),
        "_task_done",
        "done_at",
        lambda c: Task.objects.filter(client=c, done_at__isnull=False, article=None),
    ),
    "read": Kind(
        _("Reading done"),
        _("Reading done"),
        "_reading_done",
        "done_at",
        lambda c: Task.objects.filter(
            client=c, done_at__isnull=False, article__isnull=False
        ).select_related("article"),
    ),
    "plans": Kind(
        _("Safety plan"),
        _("Safety plan"),
        "_safety_plan",
        "written_at",
        lambda c: SafetyPlan.objects.filter(client=c).select_related("written_by"),
    ),
    "care": Kind(
        _("Care"),
        _("Care"),
        "_care",
        "starts_at",
        lambda c: (
            CareLink.objects.filter(client=c, starts_at__lte=timezone.now())
            .exclude(CALLED_OFF)
            .select_related("therapist")
        ),
    ),
    "consents": Kind(
        _("Consent"),
        _("Consents"),
        "_consent",
        "given_at",
        lambda c: Consent.objects.filter(user=c.user_id).select_related("text"),
    ),
    "withdrawn": Kind(
        _("Consent withdrawn"),
        _("Consents withdrawn"),
        "_consent",
        "withdrawn_at",
        lambda c: Consent.objects.filter(user=c.user_id, withdrawn_at__isnull=False).select_related(
            "text"
        ),
    ),
    "enquiries": Kind(
        _("First request"),
        _("First request"),
        "_first_request",
        "created_at",
        lambda c: Enquiry.objects.filter(client=c),
    ),
}


@dataclass(frozen=True)
class Entry:
    kind: str
    at: datetime
    row: Any

    @property
    def label(self) -> Text:
        return KINDS[self.kind].label

    @property
    def template(self) -> str:
        return f"clients/record/timeline/{KINDS[self.kind].partial}.html"


def selected_kinds(names: Iterable[str]) -> list[str]:
    """The kinds that a query string names; all kinds if it names none that exists."""
    selected = set(names)
    return [name for name in KINDS if name in selected] or list(KINDS)


def index(client: Client, kinds: Sequence[str]) -> QuerySet:
    """(kind, time, id) of every entry, newest first, for pagination. One query."""
    parts = [
        KINDS[name].rows(client).order_by().select_related(None).prefetch_related(None).annotate(
            what=Value(name, output_field=CharField()),
            happened_at=F(KINDS[name].at),
            key=Cast("pk", CharField()),  # Some ids are UUIDs, some numbers.
        ).values_list("what", "happened_at", "key")
        for name in kinds
    ]  # fmt: skip
    whole = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return whole.order_by(F("happened_at").desc(), "key")


def entries(client: Client, page: Iterable[tuple[str, datetime, Any]]) -> list[Entry]:
    """Loads the rows of a page of the index, in order. One query for each kind on the page."""
    listed = list(page)
    rows = {
        name: {
            str(row.pk): row
            for row in KINDS[name]
            .rows(client)
            .filter(pk__in=[pk for kind, _at, pk in listed if kind == name])
        }
        for name in {kind for kind, _at, _pk in listed}
    }
    return [Entry(kind, at, rows[kind][pk]) for kind, at, pk in listed if pk in rows[kind]]
