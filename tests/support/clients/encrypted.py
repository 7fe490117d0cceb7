"""Something written into every encrypted column, by the real actions and pages; and the columns."""

import uuid
from typing import Any

from django.apps import apps
from django.db import connection, models

from accounts.encryption.fields import EncryptedField, encrypted_fields
from assessments.models import Attempt
from assessments.taking import actions as assessments
from clients.models import Client, Enquiry, Note, SafetyPlan
from clients.notes import actions as notes
from clients.path import actions as path_actions
from clients.results import sharing
from clients.rights import erasure
from clients.safety_plan import actions as safety_plan
from clients.tasks import actions as tasks
from tests.support import cast as people

PLAN = [
    "signs", "helps", "company", "surroundings", "matters",
    "contact_name", "contact_relation", "contact_phone",
]  # fmt: skip


def columns() -> list[tuple[type[models.Model], EncryptedField]]:
    return [(model, field) for model in apps.get_models() for field in encrypted_fields(model)]


def phone(name: str) -> str:
    """A number that is a canary too."""
    return "+91 " + str(9_000_000_000 + sum(ord(c) * 31**n for n, c in enumerate(name)) % 10**9)


def write(cast, browser_of) -> dict[str, str]:
    """Every encrypted column of two clients' rows filled; the canaries by `client.model.column`."""
    version, said = people.questionnaire(), {}
    for client, by in ((cast.asha, cast.meera), (cast.rohan, cast.vikram)):
        name = client.user.get_short_name().lower()

        def word(column: str, name: str = name) -> str:
            said[f"{name}.{column}"] = f"canary-{name}-{column}"
            return said[f"{name}.{column}"]

        _care(client, by, word)
        plan = SafetyPlan(**{column: word(f"safetyplan.{column}") for column in PLAN[:-1]})
        plan.contact_phone = said[f"{name}.safetyplan.contact_phone"] = phone(f"{name}-contact")
        plan.calls = [[word("safetyplan.calls"), phone(f"{name}-call")]]
        buttons = [call.button for call in plan.buttons]
        safety_plan.write(client=client, by=client.user, plan=plan, seen=0, confirmed=buttons)
        asked = erasure.ask(client=client, by=client.user)
        words = word("erasurerequest.words")
        erasure.decide(erasure_request=asked, by=cast.manoj, granted=False, words=words)
        _measured(client, version)
        said[f"{name}.enquiry.phone"] = phone(name)
        form = {
            "key": uuid.uuid4(), "name": "Someone New", "email": f"{name}.new@example.org",
            "phone": phone(name), "about": word("enquiry.about"), "consent": "on",
        }  # fmt: skip
        assert browser_of().post("/enquiry/", form).status_code == 302
    return said


def _care(client: Client, by, word) -> None:
    text = word("note.text")
    notes.write_note(client=client, by=by, text=text, audience=Note.Audience.SHARED.value)
    task = tasks.give_task(client=client, by=by, title=word("task.title"), text=word("task.text"))
    tasks.finish_task(task=task, by=client.user, reflection=word("task.reflection"))
    path_actions.move(client=client, to=2, by=by, seen=1, reason=word("stepevent.reason"))


def _measured(client: Client, version) -> Attempt:
    """Taken without an account, and kept."""
    attempt = assessments.start_attempt(version=version, by=None)
    answers = {item.id: 1 + n % 5 for n, item in enumerate(attempt.questionnaire.items)}
    assessments.save_answers(attempt=attempt, answers=answers)
    assessments.submit(attempt=attempt)
    assessments.keep(attempt=attempt, by=client.user)
    attempt.refresh_from_db()
    sharing.share_result(client=client, attempt=attempt, by=client.user)
    return attempt


def enquiry_of(name: str) -> Enquiry:
    return Enquiry.objects.get(email=f"{name}.new@example.org")


def held(model: type[models.Model], column: str, pk: Any) -> bytes:
    """What the database has."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM {model._meta.db_table} WHERE id = %s', [pk])
        return bytes(cursor.fetchone()[0])


def put(model: type[models.Model], column: str, pk: Any, data: Any) -> None:
    """Past the code and the triggers, like somebody who has the database."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # What waits for the commit.
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', [data, pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
