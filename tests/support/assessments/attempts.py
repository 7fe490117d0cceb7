"""Published versions and attempts for tests."""

import json
from typing import Any

from assessments import actions, instrument_file
from assessments.models import Attempt, Audience, InstrumentVersion
from tests.support.assessments.files import small

# Of the small questionnaire: q2 and q4 are reverse-keyed. Anxiety 5.5, avoidance 1.5.
ANXIOUS = {"q1": 6, "q2": 3, "q3": 2, "q4": 7}


def published(audience: Audience = Audience.EVERYONE, **changes: Any) -> InstrumentVersion:
    """The small questionnaire, offered to everyone unless said otherwise."""
    data = json.dumps(small(**changes)).encode()
    definition = instrument_file.read_definition(data)
    version, _ = actions.load_instrument(definition=definition, audience=audience)
    actions.publish(version=version)
    return version


def started(version: InstrumentVersion, by=None, answers: dict[str, int] | None = None) -> Attempt:
    attempt = actions.start_attempt(version=version, by=by)
    if answers:
        actions.save_answers(attempt=attempt, answers=answers)
    return attempt


def submitted(version: InstrumentVersion, by=None, answers: dict[str, int] | None = None):
    attempt = started(version, by, ANXIOUS if answers is None else answers)
    actions.submit(attempt=attempt)
    found = Attempt.objects.for_reading().get(pk=attempt.pk)
    found.key = attempt.key  # Nobody but who holds it knows.
    return found


def fields(answers: dict[str, object], **more: object) -> dict[str, object]:
    """Answers as the form posts them."""
    return {f"item_{item}": value for item, value in answers.items()} | more
