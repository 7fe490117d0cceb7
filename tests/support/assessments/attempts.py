"""Published versions and attempts for tests."""

import json
import random
from datetime import timedelta
from typing import Any

from django.utils import timezone

from assessments.catalogue import actions as catalogue
from assessments.instruments import file as instrument_file
from assessments.models import Answer, Attempt, Audience, InstrumentVersion, Result
from assessments.scoring.engine import score
from assessments.taking import actions as taking
from tests.support.assessments.files import small

# Of the small questionnaire: q2 and q4 are reverse-keyed. Anxiety 5.5, avoidance 1.5.
ANXIOUS = {"q1": 6, "q2": 3, "q3": 2, "q4": 7}


def published(audience: Audience = Audience.EVERYONE, **changes: Any) -> InstrumentVersion:
    """The small questionnaire, offered to everyone unless said otherwise."""
    data = json.dumps(small(**changes)).encode()
    definition = instrument_file.read_definition(data)
    version, _ = catalogue.load_instrument(definition=definition, audience=audience)
    catalogue.publish(version=version)
    return version


def started(version: InstrumentVersion, by=None, answers: dict[str, int] | None = None) -> Attempt:
    target = next(iter(version.questionnaire.targets), "")
    attempt = taking.start_attempt(version=version, by=by, target=target)
    if answers:
        taking.save_answers(attempt=attempt, answers=answers)
    return attempt


def submitted(version: InstrumentVersion, by=None, answers: dict[str, int] | None = None):
    attempt = started(version, by, ANXIOUS if answers is None else answers)
    taking.submit(attempt=attempt)
    read = Attempt.objects.for_reading().get(pk=attempt.pk)
    read.key = attempt.key  # The database only has its hash.
    return read


def fields(answers: dict[str, object], **more: object) -> dict[str, object]:
    """Answers as the form posts them."""
    return {f"item_{item}": value for item, value in answers.items()} | more


NOW = timezone.now()


def submitted_ago(
    version, user, days_ago: int, answers: dict[str, int], target: str = ""
) -> Attempt:
    """An attempt submitted some days ago, with answers three seconds apart."""
    when = NOW - timedelta(days=days_ago)
    attempt = Attempt.objects.create(
        version=version, user=user, target=target, adult=True, consented_at=when, started_at=when
    )
    Answer.objects.bulk_create(
        Answer(attempt=attempt, item_id=i, value=v, answered_at=when + timedelta(seconds=3 * n))
        for n, (i, v) in enumerate(answers.items(), start=1)
    )
    attempt.submitted_at = when + timedelta(minutes=5)
    attempt.save()
    Result.of(attempt, score(version.questionnaire, answers)).save()
    return attempt


def answers_of(number: int) -> dict[str, int]:
    chance = random.Random(number)
    level = chance.randint(2, 6)
    pair = [level + chance.choice([-1, 0, 1]) for _ in range(4)]
    return {"q1": pair[0], "q2": 8 - pair[1], "q3": pair[2], "q4": 8 - pair[3]}


def submitted_by_many(version, count: int, user=None, start: int = 0) -> None:
    """Creates many submitted attempts quickly: all of one user, or all anonymous."""
    now = timezone.now()
    attempts = Attempt.objects.bulk_create(
        Attempt(version=version, user=user, adult=True, consented_at=now, started_at=now)
        for _ in range(count)
    )
    for number, attempt in enumerate(attempts, start=start):
        answers = answers_of(number)
        Answer.objects.bulk_create(
            Answer(attempt=attempt, item_id=item, value=value) for item, value in answers.items()
        )
        Result.of(attempt, score(version.questionnaire, answers)).save()
    ids = [attempt.pk for attempt in attempts]
    Attempt.objects.filter(pk__in=ids).update(submitted_at=now)


ADULT = {"adult": "on", "consent": "on"}
