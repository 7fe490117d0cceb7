"""Loads the demonstration into the database, once."""

import tomllib
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts.access import Role
from accounts.consent_texts import blanks
from accounts.models import AuditEvent, Consent, ConsentText, User
from accounts.models.consent import ASKED, NEEDED
from accounts.people import actions as accounts
from accounts.people import practice_details
from accounts.people.queries import REGISTRATION
from accounts.sign_in import second_factors
from articles import demonstration as articles
from articles.models import Article, Author, Page
from articles.publishing.unfilled import blanks as blanks_of_pages
from assessments.models import Answer, Attempt, InstrumentVersion, RegionReading, Result
from assessments.scoring import engine
from clients import journey
from clients.audit_verbs import CareVerb
from clients.models import (
    AnonymousStatistic,
    Callback,
    CareLink,
    CheckIn,
    Client,
    ContactDetails,
    Enquiry,
    Goal,
    GoalRating,
    Note,
    ReadMark,
    SafetyMark,
    SafetyPlan,
    Session,
    SharedResult,
    StepEvent,
    StepReading,
    TalkingPoint,
    Task,
    TaskIdea,
)
from clients.rights.queries import values_for
from clients.statistics import recompute_statistics
from psywellpath.demonstration import PASSWORD, PEOPLE

FOLDER = Path(__file__).parent
QUESTIONNAIRE = FOLDER.parent.parent / "assessments/questionnaires/psywellpath-closeness-2.json"
# How each invented client answers: rough (anxiety, avoidance) on the questionnaire's scale, 1 to 7.
PROFILES = {
    "secure": (2.3, 2.5),
    "anxious": (5.3, 2.6),
    "less anxious": (4.7, 2.4),
    "avoidant": (2.8, 5.4),
    "opening": (3.3, 4.9),
    "fearful": (5.2, 5.0),
    "middle": (4.1, 3.9),
}


@transaction.atomic
def load(now: datetime | None = None) -> bool:
    """Loads everything; does nothing and returns False if it was loaded before."""
    if User.objects.filter(email=PEOPLE[0][1]).exists():
        return False
    now = now or timezone.now()
    staff = {key: _staff(email, name, roles) for key, email, name, roles in PEOPLE}
    _practice_details(staff)
    articles.load(FOLDER)
    reading()
    practice_pages(now)
    call_command("load_instrument", QUESTIONNAIRE, publish=True, verbosity=0)
    version = InstrumentVersion.objects.published().latest("published_at")
    rows = tomllib.loads((FOLDER / "notes.toml").read_text(encoding="utf-8"))["client"]
    for number, row in enumerate(rows):
        therapist = staff["therapist2" if number == len(rows) - 1 else "therapist"]
        _client(number, row, therapist, staff["manager"], version, now)
    Enquiry.objects.create(
        name="Kavya Menon", email="kavya@example.com", consented_at=now,
        about="I would like to argue less with my sister.", created_at=now - timedelta(hours=20),
        clinician=staff["therapist"],
    )  # fmt: skip
    Callback.objects.create(
        client=Client.objects.get(user__name="Sana Qureshi"), number="98450 00004",
        good_time="after 4 pm", asked_at=now - timedelta(hours=2),
    )  # fmt: skip
    _earlier_stays(now)
    recompute_statistics.usual_stays()
    for client in recompute_statistics.measured_twice():
        recompute_statistics.changes_of(client)
    return True


def _practice_details(staff: dict[str, User]) -> None:
    details = tomllib.loads((FOLDER / "practice.toml").read_text(encoding="utf-8"))
    practice_details.save(values=details["practice"], by=staff["manager"])
    for key, registration in details["registration"].items():
        values = {REGISTRATION: registration}
        practice_details.save(values=values, by=staff["manager"], person=staff[key])


def _consents(client: Client, at: datetime, *, to_statistics: bool) -> None:
    values = values_for(client)
    for text in ConsentText.all_current(ASKED if to_statistics else NEEDED):
        used = blanks.used(text.text, values)
        Consent.objects.create(user=client.user, text=text, given_at=at, values=used)


def _earlier_stays(now: datetime) -> None:
    """How long clients of earlier years stayed on each step; nothing else is kept about them."""
    month = timezone.localdate(now - timedelta(days=40)).replace(day=1)
    for step, usual in enumerate((14, 35, 45, 40, 50, 60), start=1):
        for drift in (0.6, 0.8, 0.9, 1.1, 1.2, 1.5):
            kind = AnonymousStatistic.Kind.STAY
            AnonymousStatistic.objects.create(
                kind=kind, step_id=step, month=month, days=usual * drift
            )


def reading() -> None:
    """Which sample article belongs to which steps, and to which regions of a result."""
    described = tomllib.loads((FOLDER / "articles.toml").read_text(encoding="utf-8"))
    for row in described["article"]:
        article = Article.objects.get(slug=row["slug"])
        for step in row.get("steps", []):
            StepReading.objects.get_or_create(step_id=step, article=article)
        for region in row.get("regions", []):
            RegionReading.objects.get_or_create(region=region, article=article)


def practice_pages(now: datetime) -> None:
    """Fills the blanks of the drafts that a new practice finds, and publishes them."""
    described = tomllib.loads((FOLDER / "practice_pages.toml").read_text(encoding="utf-8"))
    for row in described["team"]:
        Author.objects.get_or_create(slug=row["slug"], defaults=row)
    for page in Page.objects.filter(status=Page.Status.DRAFT):
        for blank, words in described["blanks"].items():
            page.body = page.body.replace(f"[[{blank}]]", words)
        if not blanks_of_pages(page.body):
            page.publish(now - timedelta(days=40))
            page.save()


def _person(email: str, name: str) -> User:
    user = User.objects.create_user(email, PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _staff(email: str, name: str, roles: list[str]) -> User:
    user = _person(email, name)
    accounts.set_roles(user=user, to=[Role(role) for role in roles], by=None)
    second_factors.enrol_app(user)  # No telephone is needed: `make run` prints the code.
    return user


def _client(
    number: int,
    row: dict[str, Any],
    therapist: User,
    by: User,
    version: InstrumentVersion,
    now: datetime,
) -> None:
    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    start = ago(row["started_days_ago"])
    user = _person(row["email"], row["name"])
    client = Client.objects.create(user=user, created_at=start, created_by=by)
    CareLink.objects.create(client=client, therapist=therapist, starts_at=start, granted_by=by)
    _consents(client, start, to_statistics=number > 0)
    moves = [{"step": 1, "days_ago": row["started_days_ago"], "reason": ""}, *row.get("move", [])]
    for sequence, move in enumerate(moves, 1):
        StepEvent.objects.create(
            client=client, sequence=sequence, step_id=move["step"], at=ago(move["days_ago"]),
            by=therapist, reason=move["reason"],
        )  # fmt: skip
    hour = timezone.localtime(now).replace(hour=9 + number, minute=0, second=0, microsecond=0)
    for note in row.get("note", []):
        audience = Note.Audience.SHARED if note["shared"] else Note.Audience.PRIVATE
        session = _held(client, therapist, max(hour - timedelta(days=note["days_ago"]), start))
        Note.objects.create(
            client=client, author=therapist, audience=audience, text=note["text"],
            session=session, created_at=session.ends_at, signed_at=session.ends_at,
        )  # fmt: skip
    if seen := row.get("notes_seen_days_ago"):
        ReadMark.objects.create(client=client, notes_at=ago(seen))
    for item in row.get("talking_points", []):
        talked = item.get("talked_days_ago")
        TalkingPoint.objects.create(
            client=client, text=item["text"], added_at=ago(item["days_ago"]),
            note=client.notes.shared().first() if item.get("about_note") else None,
            talked_on=timezone.localdate(ago(talked)) if talked else None,
            talked_by=therapist if talked else None,
        )  # fmt: skip
    _goals(client, therapist, row.get("goals", []), now)
    _week(client, therapist, now, hour, row)
    if reached := row.get("contact"):
        ContactDetails.objects.create(
            client=client, version=1, written_by=user, written_at=start, **reached
        )
    if plan := row.get("safety"):
        SafetyPlan.objects.create(
            client=client,
            version=1,
            written_by=user,
            written_at=start,
            review_on=timezone.localdate(now) + timedelta(days=9),
            **plan,
        )
    _audit_log(client, therapist)
    for answers in row["answers"]:
        taken = ago(answers["days_ago"])
        attempt = submit_attempt(user, version, PROFILES[answers["profile"]], taken)
        SharedResult.objects.create(client=client, attempt=attempt, shared_at=taken)
        if answers["days_ago"] > 10:  # The therapist has read this one.
            AuditEvent.objects.create(
                verb=CareVerb.RESULT_OPENED.value, actor=therapist.pk, client=client.pk,
                target="", at=taken + timedelta(days=1),
            )  # fmt: skip


def _goals(client: Client, therapist: User, rows: list[dict[str, Any]], now: datetime) -> None:
    """A client's goals; `ratings` lists how many days ago, and the number."""
    for place, row in enumerate(rows, 1):
        goal = Goal.objects.create(
            client=client, place=place, text=row["text"],
            written_by=therapist if row.get("together") else client.user,
            written_at=now - timedelta(days=row["days_ago"]),
        )  # fmt: skip
        for days, value in row["ratings"]:
            at = now - timedelta(days=days)
            GoalRating.objects.create(
                client=client, goal=goal, value=value, rated_on=timezone.localdate(at), rated_at=at
            )


def _audit_log(client: Client, therapist: User) -> None:
    """Writes what the therapist did into the audit log, as if they had done it on the site."""
    done: list[tuple[CareVerb, Any]] = []
    done += [(CareVerb.NOTE_WRITTEN, note.signed_at) for note in client.notes.all()]
    done += [(CareVerb.TASK_GIVEN, task.created_at) for task in client.tasks.all()]
    done += [(CareVerb.STEP_MOVED, e.at) for e in client.step_events.exclude(sequence=1)]
    done += [(CareVerb.SESSION_RECORDED, s.recorded_at) for s in client.sessions.held()]
    done += [(CareVerb.RECORD_OPENED, at) for at in {at for _verb, at in done}]
    for verb, at in done:
        AuditEvent.objects.create(
            verb=verb.value, actor=therapist.pk, client=client.pk, target="", at=at
        )


def _held(client: Client, therapist: User, at: datetime) -> Session:
    """The session that was held at that time."""
    state = {"state": Session.State.HELD, "recorded_at": at}
    return Session.objects.get_or_create(
        client=client, at=at, defaults={"therapist": therapist, **state}
    )[0]


def _week(
    client: Client, therapist: User, now: datetime, at: datetime, row: dict[str, Any]
) -> None:
    """The last session, a future one unless the row says otherwise, and the library's tasks for the
    step, half of them done. `at`: today, at the hour of the client's sessions."""
    last = at - timedelta(days=row.get("seen_days_ago", 5))
    held = _held(client, therapist, last)
    if said := row.get("check_in"):
        CheckIn.objects.create(
            client=client, session=held, answered_at=last + timedelta(hours=9), **said
        )
    if row.get("session_ahead", True):
        Session.objects.create(
            client=client,
            therapist=therapist,
            at=at + timedelta(days=2),
            place=Session.Place.PRACTICE,
        )
    if client.journey.step > journey.BEFORE_EXPLORING:
        for kind in (SafetyMark.Kind.REVIEWED, SafetyMark.Kind.SETTLING_PRACTISED):
            SafetyMark.objects.create(
                client=client, kind=kind, on=timezone.localdate(last), by=therapist
            )
    due = timezone.localdate(at) + timedelta(days=row.get("task_due_in_days", 2))
    for number, idea in enumerate(TaskIdea.objects.filter(step=client.journey.step)):
        Task.objects.create(
            client=client, step=idea.step, title=idea.title, text=idea.text, given_by=therapist,
            due_on=due, created_at=last, done_at=now - timedelta(days=1) if number else None,
        )  # fmt: skip


def submit_attempt(
    user: User, version: InstrumentVersion, levels: tuple[float, float], at: datetime
) -> Attempt:
    answers = _answers(version, levels)
    target = version.questionnaire.targets[0]
    attempt = Attempt.objects.create(
        version=version, user=user, target=target, adult=True, consented_at=at, started_at=at
    )
    Answer.objects.bulk_create(
        Answer(
            attempt=attempt,
            item_id=item,
            value=value,
            sequence=number,
            answered_at=at + timedelta(seconds=12 * number),
        )
        for number, (item, value) in enumerate(sorted(answers.items()), start=1)
    )
    attempt.submitted_at = at + timedelta(minutes=6)
    attempt.save(update_fields=["submitted_at"])
    result = Result.of(attempt, engine.score(version.questionnaire, answers))
    result.created_at = attempt.submitted_at
    result.save(force_insert=True)
    return attempt


def _answers(version: InstrumentVersion, levels: tuple[float, float]) -> dict[str, int]:
    """Answers whose means lie near the levels, as uneven as people's answers are."""
    low, high = version.questionnaire.response.min, version.questionnaire.response.max
    answers = {}
    for name, level in zip(("anxiety", "avoidance"), levels, strict=True):
        scale = next(s for s in version.questionnaire.scales if s.id == name)
        for keyed, drift in zip(scale.keyed, cycle((0.4, -0.9, 1.0, -0.4, 0.1)), strict=False):
            value = max(low, min(high, round(level + drift)))
            answers[keyed.item] = low + high - value if keyed.reverse else value
    return answers
