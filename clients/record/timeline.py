"""The timeline of one client: events of all or of selected kinds, newest first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.database.together import Loader, alone, side_by_side
from accounts.models import Consent
from clients.labels import Text
from clients.models import (
    Callback,
    CareLink,
    ChangeRequest,
    CheckIn,
    Client,
    Enquiry,
    Goal,
    GoalRating,
    Note,
    SafetyPlan,
    Session,
    SharedResult,
    StepEvent,
    TalkingPoint,
    Task,
)
from clients.models.note import NoteQuerySet
from clients.results.queries import load_shared


@dataclass(frozen=True)
class Kind:
    """A kind of entry: its labels, its partial in `templates/clients/record/timeline/`, its icon,
    the column `at` that holds its time, the client's `rows`, the page that a row leads to, and how
    rows of them are loaded."""

    label: Text
    plural: Text
    partial: str
    icon: str
    at: str
    rows: Callable[[Client], QuerySet]
    url: Callable[[Any], str] = lambda row: ""
    loaded: Callable[[QuerySet], Loader[Iterable[Any]]] = alone


def _own(row: Any) -> str:
    return row.get_absolute_url()


def _of_client(route: str, row: Any) -> str:
    return reverse(route, args=[row.client_id])


# All kinds of entries. Drafts are private to their author and therefore not among them.
KINDS: dict[str, Kind] = {
    "sessions": Kind(
        _("Session"),
        _("Sessions"),
        "_session",
        "speech",
        "at",
        lambda c: Session.objects.filter(client=c).begun().select_related("therapist"),
        lambda row: _of_client("session-plan", row),
    ),
    "planned": Kind(
        _("Session planned"),
        _("Sessions planned"),
        "_planned",
        "calendar",
        "at",
        lambda c: Session.objects.filter(client=c).coming().select_related("therapist"),
        lambda row: _of_client("session-plan", row),
    ),
    "changes": Kind(
        _("Session change asked for"),
        _("Session changes asked for"),
        "_change_request",
        "calendar",
        "asked_at",
        lambda c: ChangeRequest.objects.filter(client=c).select_related("session", "answered_by"),
        lambda row: _of_client("session-plan", row),
    ),
    "check-ins": Kind(
        _("Check-in"),
        _("Check-ins"),
        "_check_in",
        "speech",
        "answered_at",
        lambda c: CheckIn.objects.filter(client=c).select_related("session"),
        lambda row: _of_client("session-plan", row),
    ),
    "moves": Kind(
        _("Move"),
        _("Moves"),
        "_move",
        "path",
        "at",
        lambda c: StepEvent.objects.filter(client=c).select_related("step", "by").with_undone(),
        lambda row: _of_client("path-and-care", row),
    ),
    "results": Kind(
        _("Result"),
        _("Results"),
        "_result",
        "chart",
        "attempt__submitted_at",
        lambda c: SharedResult.objects.filter(client=c),
        _own,
        load_shared,
    ),
    "goals": Kind(
        _("Goal"),
        _("Goals"),
        "_goal",
        "compass",
        "written_at",
        lambda c: Goal.objects.filter(client=c).select_related("client", "written_by"),
        lambda row: _of_client("client-results", row) + "#goals",
    ),
    "goals-rated": Kind(
        _("Goal rated"),
        _("Goals rated"),
        "_goal_rated",
        "compass",
        "rated_at",
        lambda c: GoalRating.objects.filter(client=c).select_related("goal"),
        lambda row: _of_client("client-results", row) + "#goals",
    ),
    "goals-ended": Kind(
        _("Goal ended"),
        _("Goals ended"),
        "_goal_ended",
        "check",
        "ended_at",
        lambda c: Goal.objects.filter(client=c).ended(),
        lambda row: _of_client("client-results", row) + "#goals",
    ),
    "notes": Kind(
        _("Note"),
        _("Notes"),
        "_note",
        "pencil",
        "signed_at",
        lambda c: Note.objects.signed().filter(client=c),
        _own,
        lambda rows: cast(NoteQuerySet, rows).load_with_amendments(),
    ),
    "additions": Kind(
        _("Addition to a note"),
        _("Additions to notes"),
        "_addition",
        "pencil",
        "signed_at",
        lambda c: Note.objects.filter(client=c, amends__isnull=False).select_related(
            "author", "amends"
        ),
        lambda row: row.amends.get_absolute_url(),
    ),
    "tasks": Kind(
        _("Task given"),
        _("Tasks given"),
        "_task_given",
        "list",
        "created_at",
        lambda c: Task.objects.filter(client=c).select_related("given_by"),
        lambda row: _of_client("client-tasks", row),
    ),
    "done": Kind(
        _("Task done"),
        _("Tasks done"),
        "_task_done",
        "check",
        "done_at",
        lambda c: Task.objects.filter(client=c, done_at__isnull=False, article=None),
        lambda row: _of_client("client-tasks", row),
    ),
    "taken-back": Kind(
        _("Task withdrawn"),
        _("Tasks withdrawn"),
        "_task_withdrawn",
        "undo",
        "withdrawn_at",
        lambda c: Task.objects.filter(client=c, withdrawn_at__isnull=False),
        lambda row: _of_client("client-tasks", row),
    ),
    "read": Kind(
        _("Reading done"),
        _("Reading done"),
        "_reading_done",
        "book",
        "done_at",
        lambda c: Task.objects.filter(
            client=c, done_at__isnull=False, article__isnull=False
        ).select_related("article"),
        lambda row: row.article.get_absolute_url(),
    ),
    "talking-points": Kind(
        _("For the next session"),
        _("For the next session"),
        "_talking_point",
        "pencil",
        "added_at",
        lambda c: TalkingPoint.objects.filter(client=c).select_related("note"),
        lambda row: _of_client("client", row) + "#talking-points",
    ),
    "plans": Kind(
        _("Safety plan"),
        _("Safety plan"),
        "_safety_plan",
        "shield",
        "written_at",
        lambda c: SafetyPlan.objects.filter(client=c).select_related("written_by"),
        lambda row: _of_client("client-safety", row),
    ),
    "calls": Kind(
        _("Call asked for"),
        _("Calls asked for"),
        "_call",
        "phone",
        "asked_at",
        lambda c: Callback.objects.filter(client=c).select_related("done_by"),
    ),
    "care": Kind(
        _("Care"),
        _("Care"),
        "_care",
        "person",
        "starts_at",
        lambda c: CareLink.objects.caring().begun().filter(client=c).select_related("therapist"),
        lambda row: _of_client("path-and-care", row),
    ),
    "care-ended": Kind(
        _("Care ended"),
        _("Ends of care"),
        "_care_ended",
        "person",
        "ends_at",
        lambda c: CareLink.objects.caring().past().filter(client=c).select_related("therapist"),
        lambda row: _of_client("path-and-care", row),
    ),
    "consents": Kind(
        _("Consent"),
        _("Consents"),
        "_consent",
        "document",
        "given_at",
        lambda c: Consent.objects.filter(user=c.user_id).select_related("text"),
    ),
    "withdrawn": Kind(
        _("Consent withdrawn"),
        _("Consents withdrawn"),
        "_consent",
        "undo",
        "withdrawn_at",
        lambda c: Consent.objects.filter(user=c.user_id, withdrawn_at__isnull=False).select_related(
            "text"
        ),
    ),
    "enquiries": Kind(
        _("First request"),
        _("First request"),
        "_first_request",
        "mail",
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
    def time(self) -> str:
        """The time of day; a session writes its own."""
        if isinstance(self.row, Session):
            return self.row.when("clock")
        return date_format(timezone.localtime(self.at), "H:i")

    @property
    def icon(self) -> str:
        return KINDS[self.kind].icon

    @property
    def url(self) -> str:
        return KINDS[self.kind].url(self.row)

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
        KINDS[name].rows(client).order_by().select_related(None).annotate(
            what=Value(name, output_field=CharField()),
            happened_at=F(KINDS[name].at),
            key=Cast("pk", CharField()),  # Some ids are UUIDs, some numbers.
        ).values_list("what", "happened_at", "key")
        for name in kinds
    ]  # fmt: skip
    whole = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return whole.order_by(F("happened_at").desc(), "key")


def entries(client: Client, page: Iterable[tuple[str, datetime, Any]]) -> Loader[list[Entry]]:
    """The rows of a page of the index, in order."""
    listed = list(page)
    names = list({kind for kind, _at, _pk in listed})
    found = yield from side_by_side(
        *(
            KINDS[name].loaded(
                KINDS[name]
                .rows(client)
                .filter(pk__in=[pk for kind, _at, pk in listed if kind == name])
            )
            for name in names
        )
    )
    rows = {name: {str(row.pk): row for row in of} for name, of in zip(names, found, strict=True)}
    return [Entry(kind, at, rows[kind][pk]) for kind, at, pk in listed if pk in rows[kind]]


# What a therapist wants to know before a session, beside the results.
BEFORE_A_SESSION = (
    "sessions", "check-ins", "moves", "notes", "tasks", "done", "read", "talking-points", "plans",
)  # fmt: skip


@dataclass(frozen=True)
class Latest:
    """The latest entries, newest first: `since` the last session that was held, with that session,
    and some from `before` it, with the latest notes. Without a session all are `before`."""

    session: datetime | None
    since: list[Entry]
    before: list[Entry]


# At most so many entries since the session, at least so many in all, and so many notes before it.
MANY, FEWEST, NOTES = 12, 5, 3


def recent(client: Client) -> Loader[list[Entry]]:
    """The latest entries of each kind that a therapist wants to know, but of results."""
    querysets = []
    for name in BEFORE_A_SESSION:
        rows = KINDS[name].rows(client).annotate(happened_at=F(KINDS[name].at))
        querysets.append(rows.order_by(F("happened_at").desc(), "pk")[:MANY])
    loaders = (KINDS[n].loaded(q) for n, q in zip(BEFORE_A_SESSION, querysets, strict=True))
    found: list[Iterable[Any]] = yield from side_by_side(*loaders)
    return [
        Entry(name, row.happened_at, row)
        for name, rows in zip(BEFORE_A_SESSION, found, strict=True)
        for row in rows
    ]


def of_results(shared: Sequence[SharedResult]) -> list[Entry]:
    """The entries of shared results, which must come newest first."""
    dated = [(one.attempt.submitted_at, one) for one in shared[:MANY]]
    return [Entry("results", at, one) for at, one in dated if at is not None]


def latest(entries: list[Entry], session: datetime | None) -> Latest:
    """`entries` are those of `recent` and `of_results`."""
    entries = sorted(entries, key=lambda entry: entry.at, reverse=True)
    since = [entry for entry in entries if session and entry.at >= session]
    rest = entries[len(since) :]
    some = rest[: max(FEWEST - len(since), 1)]
    some += [entry for entry in rest if entry.kind == "notes"][:NOTES]
    before = [entry for entry in rest if entry in some]
    return Latest(session, since[:MANY], before)
