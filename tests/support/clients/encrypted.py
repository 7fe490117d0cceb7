"""Fills every encrypted column through the real actions and pages; reads and overwrites columns."""

import uuid
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from accounts.encryption.fields import EncryptedField, encrypted_fields
from assessments.models import Attempt
from assessments.taking import actions as assessments
from clients.callbacks import actions as callbacks
from clients.contact_details import actions as contact_details
from clients.goals import actions as goals
from clients.models import (
    ChangeRequest,
    Client,
    ContactDetails,
    Enquiry,
    Nomination,
    Note,
    SafetyPlan,
)
from clients.models.nomination import WORDS
from clients.notes import actions as notes
from clients.path import actions as path_actions
from clients.results import sharing
from clients.rhythm import actions as rhythm
from clients.rights import erasure, nominations
from clients.safety_plan import actions as safety_plan
from clients.sessions import actions as sessions
from clients.sessions import change_requests
from clients.talking_points import actions as talking_points
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support.clients.check_ins import answered

PLAN = [
    "signs", "helps", "company", "surroundings", "means", "matters",
    "contact_name", "contact_relation", "contact_phone",
]  # fmt: skip


def columns() -> list[tuple[type[models.Model], EncryptedField]]:
    return [(model, field) for model in apps.get_models() for field in encrypted_fields(model)]


def phone(name: str) -> str:
    """A phone number that serves as a canary."""
    return "+91 " + str(9_000_000_000 + sum(ord(c) * 31**n for n, c in enumerate(name)) % 10**9)


def write(cast, browser_of) -> dict[str, str]:
    """Fills every encrypted column of two clients; returns canaries by `client.model.column`."""
    version, canaries = people.questionnaire(), {}
    for client, by in ((cast.asha, cast.meera), (cast.rohan, cast.vikram)):
        name = client.user.get_short_name().lower()

        def word(column: str, name: str = name) -> str:
            canaries[f"{name}.{column}"] = f"canary-{name}-{column}"
            return canaries[f"{name}.{column}"]

        _care(client, by, word)
        plan = SafetyPlan(**{column: word(f"safetyplan.{column}") for column in PLAN[:-1]})
        plan.contact_phone = phone(f"{name}-contact")
        canaries[f"{name}.safetyplan.contact_phone"] = plan.contact_phone
        plan.calls = [[word("safetyplan.calls"), phone(f"{name}-call")]]
        plan.professionals = [["doctor", word("safetyplan.professionals"), "", ""]]
        callbacks.ask(
            client=client, by=client.user, number=phone(f"{name}-callback"),
            good_time=word("callback.good_time"),
        )  # fmt: skip
        canaries[f"{name}.callback.number"] = phone(f"{name}-callback")
        buttons = [call.button for call in plan.buttons]
        safety_plan.write(client=client, by=client.user, plan=plan, seen=0, confirmed=buttons)
        details = ContactDetails(
            phone=phone(f"{name}-own"), contact_name=word("contactdetails.contact_name"),
            contact_relation=word("contactdetails.contact_relation"),
            contact_phone=phone(f"{name}-relative"),
            permission={"language": word("contactdetails.permission")},
        )  # fmt: skip
        canaries[f"{name}.contactdetails.phone"] = details.phone
        canaries[f"{name}.contactdetails.contact_phone"] = details.contact_phone
        contact_details.write(client=client, by=client.user, details=details, seen=0)
        named = Nomination(**{column: word(f"nomination.{column}") for column in WORDS})
        nominations.write(client=client, nomination=named, seen=0)
        request = erasure.ask(client=client, by=client.user)
        words = word("erasurerequest.words")
        erasure.decide(erasure_request=request, by=cast.manoj, granted=False, words=words)
        _measured(client, version)
        canaries[f"{name}.enquiry.phone"] = phone(name)
        form = {
            "key": uuid.uuid4(), "name": "Someone New", "email": f"{name}.new@example.org",
            "phone": phone(name), "about": word("enquiry.about"), "consent": "on",
            "language": "other", "other_language": word("enquiry.contact"),
        }  # fmt: skip
        assert browser_of().post("/enquiry/", form).status_code == 302
    return canaries


def _care(client: Client, by, word) -> None:
    text = word("note.text")
    notes.write_note(client=client, by=by, text=text, audience=Note.Audience.SHARED.value)
    task = tasks.give_task(client=client, by=by, title=word("task.title"), text=word("task.text"))
    tasks.finish_task(task=task, by=client.user, reflection=word("task.reflection"))
    talking_points.add(client=client, by=client.user, text=word("talkingpoint.text"))
    answered(client, by, word("checkin.words"), hours=6)
    goal = goals.add(client=client, by=client.user, text=word("goal.text"))
    goals.rate(client=client, by=client.user, values={goal.pk: 3})
    rhythm.set_rhythm(
        client=client, by=by, instrument=people.questionnaire().instrument, kind="weeks", every=8,
        begins_on=timezone.localdate(), reason=word("rhythm.reason"),
    )  # fmt: skip
    path_actions.move(client=client, to=2, by=by, seen=1, reason=word("stepevent.reason"))
    session = sessions.plan_session(
        client=client, by=by, at=timezone.now() + timedelta(days=2),
        place_detail=word("session.place_detail"),
    )  # fmt: skip
    wish = ChangeRequest.Wish.MOVE
    change_requests.ask(
        session=session, by=client.user, wish=wish, times=word("changerequest.times")
    )
    change_requests.keep(session=session, by=by, reply=word("changerequest.reply"))


def _measured(client: Client, version) -> Attempt:
    """A self-assessment taken without an account, then saved to the client's."""
    attempt = assessments.start_attempt(version=version, by=None, target=people.IN_GENERAL)
    answers = {item.id: 1 + n % 5 for n, item in enumerate(attempt.questionnaire.items)}
    assessments.save_answers(attempt=attempt, answers=answers)
    assessments.submit(attempt=attempt)
    assessments.keep(attempt=attempt, by=client.user)
    attempt.refresh_from_db()
    sharing.share_result(client=client, attempt=attempt, by=client.user)
    return attempt


def enquiry_of(name: str) -> Enquiry:
    return Enquiry.objects.get(email=f"{name}.new@example.org")


def stored(model: type[models.Model], column: str, pk: Any) -> bytes:
    """The ciphertext as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM {model._meta.db_table} WHERE id = %s', [pk])
        return bytes(cursor.fetchone()[0])


def overwrite(model: type[models.Model], column: str, pk: Any, data: Any) -> None:
    """Writes past the code and the triggers, as somebody with access to the database would."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE"
        )  # Runs the constraints that are deferred to the commit.
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', [data, pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
