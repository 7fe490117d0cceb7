"""A client's whole record, with a mark in every text, and the ids of its rows by name.

A page that shows another person one of the marks or one of the ids has leaked it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from accounts.models.consent import ASKED
from assessments.models import Attempt, InstrumentVersion, Sitting
from assessments.sittings import actions as sittings
from assessments.taking import actions as assessments
from clients import read_marks
from clients.callbacks import actions as callbacks
from clients.contact_details import actions as contact_details
from clients.goals import actions as goals
from clients.models import (
    ChangeRequest,
    Client,
    ContactDetails,
    Enquiry,
    EnquiryContact,
    Nomination,
    Note,
    ReliableChange,
    SafetyPlan,
    Session,
)
from clients.models.nomination import WORDS
from clients.notes import actions as notes
from clients.path import actions as path_actions
from clients.results import sharing
from clients.rights import erasure, export, nominations
from clients.safety_plan import actions as safety_plan
from clients.sessions import actions as sessions
from clients.sessions import change_requests
from clients.talking_points import actions as talking_points
from clients.tasks import actions as tasks
from tests.support.cast import IN_GENERAL
from tests.support.clients.check_ins import answered
from tests.support.clients.rhythms import set_and_asked
from tests.support.consents import agree

# Models of these apps that do not refer to a client are the practice's own texts and counts.
CLINICAL_APPS = {"clients", "assessments"}


@dataclass
class Record:
    client: Client
    mark: str
    rows: dict[str, Any] = field(default_factory=dict)

    @property
    def private(self) -> str:
        return f"{self.mark}-private"


def fill(
    client: Client,
    therapist: User,
    version: InstrumentVersion,
    mark: str,
    target: str = IN_GENERAL,
) -> Record:
    """Creates one row of everything that a client can have, by the real actions."""
    user, record = client.user, Record(client, mark)
    attempt = assessments.start_attempt(version=version, by=user, target=target)
    items = attempt.questionnaire.items
    assessments.save_answers(attempt=attempt, answers={item.id: 4 for item in items})
    assessments.submit(attempt=attempt)
    attempt.refresh_from_db()
    sharing.share_result(client=client, attempt=attempt, by=user)
    private, shared = (
        notes.write_note(client=client, by=therapist, text=f"{mark}-{who}", audience=who)
        for who in Note.Audience.values
    )
    key = tasks.give_task(client=client, by=therapist, title=f"{mark}-idea").pk
    draft = notes.keep_draft(
        client=client, by=therapist, text=f"{mark}-draft", audience="private", key=key
    )
    notes.amend(note=private, by=therapist, text=f"{mark}-added")
    task = tasks.give_task(client=client, by=therapist, title=f"{mark}-task", text=f"{mark}-todo")
    tasks.finish_task(task=task, by=user, reflection=f"{mark}-reflection")
    plan = SafetyPlan(signs=f"{mark}-signs", helps=f"{mark}-helps", contact_name=f"{mark}-contact",
                      contact_phone="+91 90000 12345")  # fmt: skip
    buttons = [call.button for call in plan.buttons]
    safety_plan.write(client=client, by=user, plan=plan, seen=0, confirmed=buttons)
    callback = callbacks.ask(
        client=client, by=user, number="+91 90000 67890", good_time=f"{mark}-time"
    )
    talked = talking_points.add(client=client, by=user, text=f"{mark}-talking-point", note=shared)
    talking_points.mark_talked_about(item=talked, by=therapist)
    item = talking_points.add(client=client, by=user, text=f"{mark}-next")
    read_marks.saw_notes(client)
    path_actions.move(client=client, to=2, by=therapist, seen=1, reason=f"{mark}-reason")
    path_actions.mark_safety(
        client=client, kinds=["reviewed"], on=timezone.localdate(), by=therapist
    )
    session = sessions.plan_session(client=client, by=therapist, at=timezone.now())
    # Not at the same time as that of another client of the same therapist.
    later = timedelta(days=2, hours=Session.objects.count())
    ahead = sessions.plan_session(
        client=client, by=therapist, at=timezone.now() + later,
        place=Session.Place.VIDEO, place_detail=f"https://{mark}-room.example.org",
    )  # fmt: skip
    change = change_requests.ask(
        session=ahead, by=user, wish=ChangeRequest.Wish.MOVE, times=f"{mark}-times"
    )
    agree(user, *ASKED)
    details = ContactDetails(
        phone="98450 00077", permission={"language": f"{mark}-language"},
        contact_name=f"{mark}-relative", contact_relation=f"{mark}-relation",
        contact_phone="98450 00078",
    )  # fmt: skip
    contact_details.write(client=client, by=user, details=details, seen=0)
    named = Nomination(**{name: f"{mark}-{name}" for name in WORDS})
    nominations.write(client=client, nomination=named, seen=0)
    enquiry = Enquiry.objects.create(
        name=f"{mark}-asker", email=f"{mark}@example.org", phone="+91 90000 54321",
        about=f"{mark}-about", consented_at=timezone.now(), closed_at=timezone.now(),
        client=client, attempt=attempt,
    )  # fmt: skip
    EnquiryContact.objects.create(
        enquiry=enquiry, outcome=EnquiryContact.Outcome.NO_ANSWER, made_by=therapist
    )
    request = erasure.ask(client=client, by=user)
    request.words = f"{mark}-words"
    request.save(update_fields=["words"])
    ReliableChange.objects.create(
        client=client, instrument=version.instrument, scale="anxiety", title=f"{mark}-change",
        at=timezone.now(), since_first="higher",
    )  # fmt: skip
    open_task = client.tasks.filter(done_at=None).get()
    rhythm = set_and_asked(client, therapist, version, f"{mark}-rhythm")
    answered(client, therapist, f"{mark}-check-in", hours=6)
    goal = goals.add(client=client, by=user, text=f"{mark}-goal")
    goals.rate(client=client, by=user, values={goal.pk: 3})
    sittings.make(user=user, instrument=version.instrument, by=therapist)
    Sitting.objects.filter(user=user).update(attempt=attempt)
    record.rows = {
        "client": client.pk, "attempt": attempt.pk, "attempt_key": attempt.key,
        "note": private.pk, "shared": shared.pk, "draft": draft.pk, "task": open_task.pk,
        "done": task.pk, "session": session.pk, "enquiry": enquiry.pk, "erasure": request.pk,
        "callback": callback.pk, "talking_point": item.pk,
        "ahead": ahead.pk, "change": change.pk, "rhythm": rhythm.pk, "goal": goal.pk,
        "instrument": version.instrument.slug,
    }  # fmt: skip
    return record


def clinical_models() -> list[type[Model]]:
    """Every model with rows about a client, derived from the models: new ones are included."""
    follow, fresh = export.links(), [Client, Attempt]
    models: set[type[Model]] = {Client, Attempt}
    while fresh:
        for link in follow[fresh.pop()]:
            if link.model not in models:
                models.add(link.model)
                fresh.append(link.model)
    return sorted(models, key=lambda model: model._meta.label)


def ids(record: Record) -> set[str]:
    """The UUIDs of all rows about the client, as a page would write them. Numeric ids are left out:
    numbers are too common on a page to mean anything."""
    values = {str(record.client.user_id), record.rows["attempt_key"]}
    for model, keys in export.linked(record.client).items():
        if model._meta.app_label in CLINICAL_APPS and model._meta.pk.get_internal_type() == (
            "UUIDField"
        ):
            values |= {str(key) for key in keys}
    return values


def unmarked(record: Record) -> set[str]:
    """Clinical models of which this record has no row: a gap in the test, not in the site."""
    present = set(export.linked(record.client))
    return {m._meta.label for m in clinical_models() if m not in present}


def table(model: type[Model]) -> str:
    return f"{model._meta.app_label}/{model._meta.model_name}"


def all_models() -> Iterable[type[Model]]:
    return apps.get_models(include_auto_created=True)
