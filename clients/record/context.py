"""The template contexts of the tabs of a client's record, but the timeline."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils import timezone

from accounts.database.pages import AskedPage
from accounts.database.together import Counted, first, load, read, rows, side_by_side
from accounts.models import User
from clients.care.context import carers
from clients.goals import queries as goals
from clients.models import Client, NoteTemplate, Session
from clients.notes import context as notes_context
from clients.notes.forms import NoteForm, latest_sessions
from clients.path.forms import SafetyMarksForm
from clients.path.queries import latest_marks, moves
from clients.record import notes_search, timeline
from clients.record.forms import NotesSearchForm
from clients.record.head import head
from clients.results import context as results_context
from clients.results.queries import load_shared
from clients.results.reliable_changes import is_higher
from clients.rhythm import context as rhythm_context
from clients.rights.queries import newest_nomination
from clients.sessions import queries as sessions
from clients.sessions.forms import SessionForm, TodayForm
from clients.talking_points import queries as talking_points
from clients.tasks import context as tasks_context
from clients.tasks.forms import TaskForm

ON_A_PAGE = 20
MARKS = 12


def session(
    client: Client,
    by: User,
    form: NoteForm | None = None,
    initial: dict[str, object] | None = None,
) -> dict[str, object]:
    """The first tab: what is needed in a session. One query."""
    now = timezone.now()
    of_today = sessions.of_today(client, now).order_by("at")
    held = client.sessions.held().values_list("at", flat=True)[:1]
    offered = latest_sessions(client, now)
    listed: dict[str, QuerySet] = {
        "drafts": client.notes.drafts_of(by),
        **talking_points.items(client),
        "templates": NoteTemplate.objects.offered_on(client.journey.step),
        "open_tasks": client.tasks.open(),
        "done_tasks": client.tasks.done()[:8],
    }
    head_shown, shared, entries, shown, _rows = load(
        side_by_side(
            head(client, "client"),
            load_shared(client.shared_results.all()),
            timeline.recent(client),
            sessions.shown(client, now),
            rows(of_today, held, offered, *listed.values()),
        )
    )
    states = [session.state for session in of_today]
    about = notes_context.session_of_now(of_today, head_shown["last_note"], now)
    note_initial = {"session": about.pk if about else None} | (initial or {})
    return (
        head_shown
        | listed
        | {
            "latest": timeline.latest(entries + timeline.of_results(shared), first(held)),
            "result": next(iter(results_context.in_lines(shared)), None),
            "section": results_context.latest_section(shared, client.journey, now),
            "note_form": form or NoteForm(initial=note_initial, client=client, offered=offered),
            "today": timezone.localdate(),
            "session_form": SessionForm(),
            "today_form": TodayForm(),
            "sessions": shown,
            "held_today": Session.State.HELD in states,
            "planned_today": next((s for s in of_today if s.state == Session.State.PLANNED), None),
            "now": now,
        }
    )


def notes(client: Client, by: User, number: str | None) -> dict[str, object]:
    """Their drafts, and one page of all signed notes, newest first."""
    signed = client.notes.signed().with_amendments()
    page = Paginator(signed, ON_A_PAGE).get_page(number)
    return load(head(client, "client-notes")) | {
        "drafts": client.notes.drafts_of(by),
        "page": page,
        "notes": page.object_list,
        "search": NotesSearchForm(),
    }


def found_notes(client: Client, by: User, form: NotesSearchForm) -> dict[str, object]:
    """The notes in which the words of the form occur, if it is valid."""
    found = notes_search.find(client, by, form.cleaned_data["q"]) if form.is_valid() else None
    return load(head(client, "client-notes")) | {"search": form, "found": found}


def results(client: Client) -> dict[str, object]:
    """The goals, every shared result, and the latest questionnaire over time."""
    now = timezone.now()
    head_shown, shared = load(
        side_by_side(head(client, "client-results"), load_shared(client.shared_results.all()))
    )
    return head_shown | {
        "results": results_context.in_lines(shared),
        "section": results_context.latest_section(shared, client.journey, now),
        "families": results_context.families(one.attempt for one in shared),
        "rhythms": rhythm_context.rows(client, now),
        "goals": goals.of(client),
        **_worth_a_look(client),
    }


def _worth_a_look(client: Client) -> dict[str, object]:
    """The dimensions that are reliably higher, those without reliable change, and the checklist
    with which to think about it. At most two queries."""
    changes = list(client.changes.all())
    higher = [one.title for one in changes if is_higher(one)]
    unchanged = [one.title for one in changes if one.unchanged]
    template = NoteTemplate.objects.filter(slug=NoteTemplate.WHEN_LITTLE_CHANGES, active=True)
    return {
        "higher": higher,
        "unchanged": unchanged,
        "checklist": template.first() if higher or unchanged else None,
        "checklist_key": uuid4(),
    }


def tasks(client: Client, data: Mapping | None, query: Mapping) -> dict[str, Any]:
    """The tasks, and the form for another beside the library of the client's step; a choice there
    fills the form."""
    ideas = tasks_context.ideas(client)
    asked = AskedPage(client.tasks.done(), ON_A_PAGE, query.get("page"))
    total, open_tasks = Counted(client.tasks.done()), client.tasks.open()
    head_shown, *_read = load(
        side_by_side(head(client, "client-tasks"), read(ideas, open_tasks, asked.rows, total))
    )
    page, initial = load(asked.page(total.n)), tasks_context.initial_values(query, ideas)
    return head_shown | {
        "form": TaskForm(data, initial=initial, client=client),
        "ideas": ideas,
        "open_tasks": open_tasks,
        "page": page,
        "done_tasks": page.object_list,
        "today": timezone.localdate(),
    }


def safety(client: Client) -> dict[str, object]:
    return load(head(client, "client-safety"))


def path_and_care(client: Client, form: SafetyMarksForm | None = None) -> dict[str, object]:
    """The seven steps, every move, what was done for safety, and who cares for the client."""
    all_moves, marks = moves(client), client.safety_marks.select_related("by")[:MARKS]
    nomination, of_therapists = newest_nomination(client), carers(client)
    head_shown, latest, *_read = load(
        side_by_side(
            head(client, "path-and-care"),
            latest_marks(client),
            rows(all_moves, nomination, marks, *of_therapists.values()),
        )
    )
    return head_shown | {
        "moves": all_moves,
        "nomination": first(nomination),
        "latest_marks": latest,
        "marks": marks,
        "marks_form": form or SafetyMarksForm(),
        **of_therapists,
    }
