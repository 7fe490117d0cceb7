"""The template context of a client's page for their therapist."""

from django.utils import timezone

from accounts.models import User
from clients.care.context import carers
from clients.models import Client, NoteTemplate, Session, Step
from clients.notes.forms import NoteForm
from clients.path.context import path_steps
from clients.path.queries import moves
from clients.results import context as results_context
from clients.results.queries import shared_results
from clients.safety_plan import queries as safety_plan
from clients.sessions import queries as sessions
from clients.sessions.forms import SessionForm, TodayForm


def record(
    client: Client,
    by: User,
    form: NoteForm | None = None,
    template: dict[str, str] | None = None,
) -> dict[str, object]:
    """The context of a client's page. The number of queries is constant."""
    where, steps = client.journey, list(Step.objects.all())
    shared, now = list(shared_results(client)), timezone.now()
    of_today = list(sessions.of_today(client, now).order_by("at"))
    states = [session.state for session in of_today]
    return {
        "client": client,
        "path_steps": path_steps(steps, where),
        "here": steps[where.step - 1],
        "days": where.time_on_step(now).days,
        "moves": moves(client),
        "results": results_context.in_lines(shared),
        "section": results_context.latest_section(shared, where, now),
        "families": results_context.families(one.attempt for one in shared),
        "notes": client.notes.signed().with_amendments(),
        "drafts": client.notes.drafts_of(by),
        "templates": NoteTemplate.objects.filter(step=where.step, active=True),
        "plan": safety_plan.current(client),
        "note_form": form or NoteForm(initial=template or {}),
        "open_tasks": client.tasks.open(),
        "done_tasks": client.tasks.done()[:8],
        "today": timezone.localdate(),
        "session_form": SessionForm(),
        "today_form": TodayForm(),
        "sessions": sessions.shown(client, now),
        "held_today": Session.State.HELD in states,
        "planned_today": next((s for s in of_today if s.state == Session.State.PLANNED), None),
        "now": now,
        **carers(client),
    }
