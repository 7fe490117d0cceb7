"""Fixtures that several of these test files use."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models.consent import ASKED
from assessments.models import Attempt
from assessments.taking import actions as assessments
from clients import read_marks
from clients.callbacks import actions as callbacks
from clients.contact_details import actions as contact_details
from clients.goals import actions as goals
from clients.models import (
    ChangeRequest,
    ContactDetails,
    Nomination,
    Note,
    SafetyMark,
    SafetyPlan,
)
from clients.notes import actions as notes
from clients.path import actions as path
from clients.results import sharing
from clients.rights import erasure, nominations
from clients.safety_plan import actions as safety_plan
from clients.sessions import actions as sessions
from clients.sessions import change_requests
from clients.talking_points import actions as talking_points
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support.clients.check_ins import answered
from tests.support.clients.rhythms import set_and_asked
from tests.support.consents import agree
from tests.support.saved_rows import saved


@pytest.fixture
@saved
def shared(cast) -> Attempt:
    version = people.questionnaire()
    attempt = assessments.start_attempt(
        version=version, by=cast.asha.user, target=people.IN_GENERAL
    )
    answers = {item.id: 4 for item in attempt.questionnaire.items}
    assessments.save_answers(attempt=attempt, answers=answers)
    assessments.submit(attempt=attempt)
    attempt.refresh_from_db()
    sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    return attempt


@pytest.fixture
@saved
def full(cast):
    """Asha with one row of every kind; each text is a canary of its own."""
    version = people.questionnaire()
    for client, by in ((cast.asha, cast.meera), (cast.rohan, cast.vikram)):
        name = client.user.get_short_name().lower()
        for value in (4, 5):
            attempt = assessments.start_attempt(
                version=version, by=client.user, target=people.IN_GENERAL
            )
            answers = {item.id: value for item in attempt.questionnaire.items}
            assessments.save_answers(attempt=attempt, answers=answers)
            assessments.submit(attempt=attempt)
            attempt.refresh_from_db()
            sharing.share_result(client=client, attempt=attempt, by=client.user)
        for audience in Note.Audience:
            text = f"canary-{name}-{audience.value}"
            notes.write_note(client=client, by=by, text=text, audience=audience.value)
        task = tasks.give_task(client=client, by=by, title=f"canary-{name}-task")
        tasks.finish_task(task=task, by=client.user, reflection=f"canary-{name}-reflection")
        plan = SafetyPlan(signs=f"canary-{name}-plan", contact_name=f"canary-{name}-contact")
        safety_plan.write(client=client, by=client.user, plan=plan, seen=0)
        number = "98450 00001" if client == cast.asha else "98450 00002"
        talking_points.add(client=client, by=client.user, text=f"canary-{name}-talking-point")
        read_marks.saw_notes(client)
        callbacks.ask(client=client, by=client.user, number=number, good_time=f"canary-{name}-time")
        sessions.plan_session(client=client, by=by, at=client.created_at)
        ahead = sessions.plan_session(client=client, by=by, at=timezone.now() + timedelta(days=3))
        change_requests.ask(
            session=ahead, by=client.user, wish=ChangeRequest.Wish.MOVE,
            times=f"canary-{name}-times",
        )  # fmt: skip
        agree(client.user, *ASKED)
        details = ContactDetails(phone=number, contact_name=f"canary-{name}-relative")
        contact_details.write(client=client, by=client.user, details=details, seen=0)
        named = Nomination(nominee=f"canary-{name}-nominee")
        nominations.write(client=client, nomination=named, seen=0)
        path.mark_safety(client=client, kinds=SafetyMark.Kind.values, on=date(2026, 3, 2), by=by)
        set_and_asked(client, by, version, f"canary-{name}-rhythm")
        answered(client, by, f"canary-{name}-check-in", hours=6)
        goal = goals.add(client=client, by=client.user, text=f"canary-{name}-goal")
        goals.rate(client=client, by=client.user, values={goal.pk: 3})
        erasure.ask(client=client, by=client.user)
    return cast.asha
