"""Every reading of another person's record is audited; if that fails, nothing is shown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.test import Client as Browser

from accounts.models import AuditEvent, User
from assessments.models import Answer
from clients.models import Client, Enquiry, ErasureRequest, Note, SafetyPlan, StepEvent, Task
from clients.notes import actions as notes
from clients.tasks import actions as tasks
from tests.support import routes
from tests.support.matrix import NAMES, address, declared, subject
from tests.support.routes import Route
from tests.support.signing_in import session_of
from tests.support.thorough import THOROUGH, some

CLINICAL = [StepEvent, Task, Note, SafetyPlan, Enquiry, ErasureRequest, Answer]
# Columns of a clinical row that hold no text written by a person.
PLAIN = {"clients.StepEvent.kind", "assessments.Answer.item_id"}
# Answers that name clients but write one audit event: the audit log itself, and a therapist's
# calendar, which is read in its therapist's name (test_calendar_feed.py).
ONE_ROW = {"audit-log", "audit-log-export", "calendar-feed"}
READING = {
    "agenda opened", "caseload opened", "clients listed", "care links opened", "record opened",
    "result opened",
    "report made", "enquiries listed", "enquiry opened", "erasure request opened",
    "people listed", "person opened", "calls listed", "notes searched",
}  # fmt: skip


def words(model: type[models.Model]) -> list[models.Field]:
    """The columns that hold text written by people."""
    return [
        f
        for f in model._meta.concrete_fields
        if isinstance(f, models.CharField | models.TextField)
        and not f.choices
        and f"{model._meta.label}.{f.name}" not in PLAIN
    ]


def plant(other: Client) -> list[bytes]:
    """Writes a canary into each text column of each clinical row of Asha, bypassing the
    triggers."""
    canaries = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    for model in CLINICAL:
        for row in model._base_manager.all():
            if getattr(row, "client_id", None) == other.pk:
                continue
            for column in words(model):
                if column.name == "reflection" and not row.done_at:
                    continue  # Written once the task is done.
                canary = f"zq-{model._meta.model_name}-{column.name}"[: column.max_length]
                if isinstance(column, models.EmailField):
                    canary = f"{canary}@example.org"
                setattr(row, column.name, canary)
                canaries.append(canary.encode())
            row.save()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    return sorted(set(canaries))


@dataclass
class Cell:
    """One request: who requests what, and how."""

    name: str
    where: str
    actor: str
    method: str


@dataclass
class Person:
    """A person whom a page may show: the texts that identify them, and their ids in the audit
    log."""

    ids: set[str]
    signs: list[bytes] = field(default_factory=list)

    def shown_in(self, body: bytes) -> bool:
        return any(sign in body for sign in self.signs)

    def named_by(self, row: AuditEvent) -> bool:
        return str(row.client) in self.ids or any(one in row.target for one in self.ids)


def cells(scene: dict) -> Iterator[Cell]:
    for name in NAMES:
        route, model = declared(name)
        if model and not name.endswith(("_changelist", "_add")):
            route = Route(route.may, route.hidden_from, lambda s, m=model: subject(m, s))
        where = address(name, route, scene)
        for actor in sorted((route.may | route.reads) - {routes.VISITOR}):
            for method in ("GET", "POST"):
                if route.answers_to(actor, method):
                    yield Cell(name, where, actor, method)


@pytest.fixture
def people(scene) -> dict[str, Person]:
    """Asha with the canaries of her record, Rohan with his name, and a first-session request."""
    cast = scene["cast"]
    done = tasks.give_task(client=cast.asha, by=cast.meera, title="done")
    tasks.finish_task(task=done, by=cast.asha.user, reflection="done")
    notes.keep_draft(client=cast.asha, by=cast.meera, text="draft", audience="private", key=uuid4())
    canaries = plant(cast.rohan)
    enquiry = [c for c in canaries if c.startswith(b"zq-enquiry")]
    assert len(canaries) == sum(len(words(model)) for model in CLINICAL)
    asha, rohan = cast.asha, cast.rohan
    return {
        "owner client": Person(
            {str(asha.pk), str(asha.user.pk)},
            [b"Asha Verma", *(c for c in canaries if c not in enquiry)],
        ),
        "other client": Person({str(rohan.pk), str(rohan.user.pk)}, [b"Rohan Iyer"]),
        "enquirer": Person({str(scene["enquiry"])}, enquiry),
    }


class Undone(Exception):
    """Raised to roll back the transaction of one try."""


@pytest.fixture
def ask(actors, browser_of) -> Callable[[Cell], tuple[HttpResponse, bytes, list[AuditEvent]]]:
    """Returns a function that returns the response, its body, and the audit events it wrote.

    Everything is rolled back, so that each actor keeps one session, whatever a request does to it.
    """
    session = cache(lambda actor: session_of(actors[actor]))

    def ask_as(cell: Cell) -> tuple[HttpResponse, bytes, list[AuditEvent]]:
        browser = browser_of(raise_request_exception=False)
        browser.cookies[settings.SESSION_COOKIE_NAME] = session(cell.actor)
        return rolled_back(browser, cell, actors[cell.actor])

    return ask_as


def rolled_back(
    browser: Browser, cell: Cell, actor: User
) -> tuple[HttpResponse, bytes, list[AuditEvent]]:
    try:
        with transaction.atomic():
            before = set(AuditEvent.objects.values_list("pk", flat=True))
            answer = browser.generic(cell.method, cell.where)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            left = [] if connection.needs_rollback else [
                e for e in AuditEvent.objects.filter(actor=actor.pk) if e.pk not in before
            ]  # fmt: skip
            raise Undone
    except Undone:
        return answer, body, left


@pytest.mark.trust
def test_every_reading_of_a_record_is_audited(scene, people, ask, promise, capsys):
    """On every route, for everyone who has access; clients reading their own record are not
    audited. If the event cannot be written, nothing is shown."""
    reads = rows = 0
    faults, shown, showing = [], set(), []
    for cell in some(cells(scene), 6):
        answer, body, left = ask(cell)
        left = [row for row in left if row.verb in READING]
        if shows(cell, body, people):
            showing.append(cell)
        if cell.name in ONE_ROW:
            continue
        for who, person in people.items():
            if who == cell.actor:
                continue
            read = answer.status_code < 500 and person.shown_in(body)
            written = sum(person.named_by(row) for row in left)
            reads, rows = reads + read, rows + written
            if read:
                shown.add((cell.name, cell.actor, cell.method))
            if read != written:
                faults.append(f"{cell}: {who} shown {read}, {written} rows")
    with capsys.disabled():
        print(f"\nreads: {reads} on {len({name for name, *_ in shown})} routes, {rows} rows")
    assert not faults, "\n".join(faults)
    assert reads == rows > (50 if THOROUGH else 10)
    promise("reads", f"{reads} reads, {rows} rows, on {len({n for n, *_ in shown})} routes")
    leaks = shown_without_a_row(showing, people, ask)
    assert not leaks, "\n".join(leaks)
    assert len(showing) > (30 if THOROUGH else 8)
    promise("reads", f"{len(showing)} pages asked for while no row can be written, 0 shown")


def shows(cell: Cell, body: bytes, people: dict[str, Person]) -> bool:
    return any(p.shown_in(body) for who, p in people.items() if who != cell.actor)


def shown_without_a_row(showing: list[Cell], people, ask) -> list[str]:
    """The same pages while the database refuses audit events."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSE)
    leaks = []
    for cell in showing:
        answer, body, _left = ask(cell)
        if answer.status_code != 500 or shows(cell, body, people):
            leaks.append(f"{cell}: {answer.status_code}")
    return leaks


REFUSE = """
CREATE FUNCTION pg_temp.full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION pg_temp.full();
"""


def test_a_search_of_the_audit_log_is_one_event(ask):
    cell = Cell("audit-log", "/practice/trail/", routes.MANAGER, "GET")
    _answer, _body, left = ask(cell)
    assert [row.verb for row in left] == ["audit log searched"]
