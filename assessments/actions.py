"""What changes several rows: loading and publishing instruments, taking an assessment."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments import instrument_file, scoring
from assessments.models import Answer, Attempt, Instrument, InstrumentVersion, Result

Status = InstrumentVersion.Status


class Differs(ValueError):
    """This slug, version and language is stored already, with another content."""


class AlreadySubmitted(ValueError):
    """The answers are final; nothing was changed."""


class NothingAnswered(ValueError):
    """There is nothing to score."""


class NotYours(ValueError):
    """The attempt belongs to somebody else, perhaps since a moment ago."""


@transaction.atomic
def load_instrument(*, definition: dict[str, Any]) -> tuple[InstrumentVersion, bool]:
    """Stores a checked definition as a draft; False beside it where it was there already.

    Raises Differs where the same slug, version and language holds another content.
    """
    family, _ = Instrument.objects.get_or_create(slug=definition["slug"])
    sha256 = instrument_file.digest(definition)
    version, created = InstrumentVersion.objects.get_or_create(
        instrument=family,
        version=definition["version"],
        language=definition["language"],
        defaults={"definition": instrument_file.plain(definition), "sha256": sha256},
    )
    if version.sha256 != sha256:
        raise Differs(str(version))
    return version, created


@transaction.atomic
def publish(*, version: InstrumentVersion) -> None:
    """Offers this version; the one offered so far in that language retires."""
    now = timezone.now()
    offered = InstrumentVersion.objects.select_for_update().filter(
        instrument=version.instrument_id, language=version.language, status=Status.PUBLISHED
    )
    offered.exclude(pk=version.pk).update(status=Status.RETIRED, retired_at=now)
    InstrumentVersion.objects.filter(pk=version.pk).exclude(status=Status.PUBLISHED).update(
        status=Status.PUBLISHED, published_at=now, retired_at=None
    )
    version.refresh_from_db()


@transaction.atomic
def retire(*, version: InstrumentVersion) -> None:
    """Offers this version to nobody new; attempts under way can still be finished."""
    InstrumentVersion.objects.filter(pk=version.pk, status=Status.PUBLISHED).update(
        status=Status.RETIRED, retired_at=timezone.now()
    )
    version.refresh_from_db()


def start_attempt(*, version: InstrumentVersion, by: User | None) -> Attempt:
    """A new attempt of an adult who has agreed; it belongs to `by` from the start."""
    now = timezone.now()
    return Attempt.objects.create(
        version=version, user=by, adult=True, consented_at=now, started_at=now
    )


@transaction.atomic
def save_answers(*, attempt: Attempt, answers: Mapping[str, int]) -> None:
    """Keeps answers, the last one for an item. Raises AnswerFault, AlreadySubmitted."""
    scoring.check_answers(attempt.questionnaire, answers)
    if _locked(attempt).submitted_at:
        raise AlreadySubmitted
    now = timezone.now()
    Answer.objects.bulk_create(
        [
            Answer(attempt=attempt, item_id=item_id, value=value, answered_at=now)
            for item_id, value in answers.items()
        ],
        update_conflicts=True,
        unique_fields=["attempt", "item_id"],
        update_fields=["value", "answered_at"],
    )


@transaction.atomic
def submit(*, attempt: Attempt) -> Result:
    """Scores the answers, once: whoever comes second gets the first one's result.

    Raises NothingAnswered.
    """
    locked = _locked(attempt)
    if locked.submitted_at:
        return Result.objects.filter(attempt=attempt).latest("created_at")
    answers = locked.answers_by_item
    if not answers:
        raise NothingAnswered
    locked.submitted_at = timezone.now()
    locked.save(update_fields=["submitted_at"])
    result = Result.of(locked, scoring.score(attempt.questionnaire, answers))
    result.save(force_insert=True)
    return result


@transaction.atomic
def keep(*, attempt: Attempt, by: User) -> None:
    """Gives an anonymous attempt to a signed-in person. Raises NotYours."""
    locked = _locked(attempt, {attempt.user_id, by.pk})
    if locked.user_id not in (None, by.pk):
        raise NotYours
    locked.user = by
    locked.save(update_fields=["user"])


@transaction.atomic
def delete(*, attempt: Attempt) -> None:
    """Removes an anonymous attempt with its answers and results. Raises NotYours."""
    locked = _locked(attempt)
    if locked.user_id is not None:
        raise NotYours
    locked.delete()


def _locked(attempt: Attempt, owners: Iterable[UUID | None] | None = None) -> Attempt:
    """The row as it is now, held until the transaction ends.

    Raises NotYours if it is gone, or has changed hands since it was opened.
    """
    locked = Attempt.objects.select_for_update().filter(pk=attempt.pk).first()
    if locked is None or locked.user_id not in (owners or {attempt.user_id}):
        raise NotYours
    return locked
