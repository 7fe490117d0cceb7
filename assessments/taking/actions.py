"""Actions on attempts: start, answer, submit, keep, delete and expire."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.utils import timezone

from accounts.database import row_security
from accounts.encryption import data_keys
from accounts.encryption.fields import open_all
from accounts.models import User
from assessments.access import NotOwner
from assessments.models import (
    Answer,
    Attempt,
    Instrument,
    InstrumentVersion,
    Result,
    hash_of,
    new_key,
)
from assessments.scoring import engine


class AlreadySubmitted(ValueError):
    """The answers are final; nothing was changed."""


class NothingAnswered(ValueError):
    """No item is answered, so there is nothing to score."""


class UnknownTarget(ValueError):
    """The relationship is not one of the version's targets, or is missing although it has some."""


class NotOffered(ValueError):
    """This person is not in the instrument's audience."""


def start_attempt(*, version: InstrumentVersion, by: User | None, target: str = "") -> Attempt:
    """A new attempt by an adult who has consented; it belongs to `by` from the start.

    `target` is one of the version's relationships, "" only if it has none. Raises NotOffered,
    UnknownTarget.
    """
    reader = by or AnonymousUser()
    if not Instrument.objects.open_to(reader).filter(pk=version.instrument_id).exists():
        raise NotOffered(version.instrument_id)
    if target not in (version.questionnaire.targets or ("",)):
        raise UnknownTarget(target)
    now = timezone.now()
    attempt = Attempt(
        version=version, user=by, target=target, adult=True, consented_at=now, started_at=now
    )
    attempt.key = new_key()
    attempt.key_hash = hash_of(attempt.key)
    if by is None:
        row_security.set_attempt_key(attempt.key_hash)
    attempt.save(force_insert=True)
    return attempt


@transaction.atomic
@data_keys.key_cache()
def save_answers(
    *,
    attempt: Attempt,
    answers: Mapping[str, int | None],
    sequences: Mapping[str, int] | None = None,
) -> int:
    """Stores answers (None: skipped on purpose); for each item, the highest sequence number wins.

    An answer without a sequence number counts as newer than all before it. Returns the highest
    sequence number stored. Raises AnswerFault, AlreadySubmitted.
    """
    chosen = {item: value for item, value in answers.items() if value is not None}
    engine.check_answers(attempt.questionnaire, chosen)
    if _locked(attempt).submitted_at:
        raise AlreadySubmitted
    # The lock makes concurrent saves wait, so what is read here is still true at the write.
    existing = Answer.objects.filter(attempt=attempt).values_list("item_id", "pk", "sequence")
    ids, stored = {item: pk for item, pk, _n in existing}, {item: n for item, _pk, n in existing}
    newest = max(stored.values(), default=0) + 1
    numbered = {item: (sequences or {}).get(item, newest) for item in answers}
    accepted = {item: n for item, n in numbered.items() if n >= stored.get(item, 0)}
    now = timezone.now()
    rows = [
        Answer(
            pk=ids.get(item) or uuid4(), attempt=attempt, item_id=item, value=answers[item],
            sequence=number, answered_at=now,
        )
        for item, number in accepted.items()
    ]  # fmt: skip
    Answer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["value", "sequence", "answered_at"],
    )
    return max([*stored.values(), *accepted.values()], default=0)


@transaction.atomic
@data_keys.key_cache()
def submit(*, attempt: Attempt) -> Result:
    """Scores the answers once; a second request gets the result of the first.

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
    result = Result.of(locked, engine.score(attempt.questionnaire, answers))
    result.save(force_insert=True)
    return result


@transaction.atomic
@data_keys.key_cache()
def keep(*, attempt: Attempt, by: User) -> None:
    """Makes an anonymous attempt belong to a signed-in person. Raises NotOwner."""
    locked = _locked(attempt, {attempt.user_id, by.pk})
    if locked.user_id not in (None, by.pk):
        raise NotOwner
    if locked.user_id is None:
        _hand_over(locked, by)
        data_keys.forget([locked.pk])


def _hand_over(attempt: Attempt, to: User) -> None:
    """Re-encrypts everything under the person's key and makes the attempt theirs."""
    answers, results = list(attempt.answers.all()), list(attempt.results.all())
    open_all(*answers, *results)
    attempt.user = to
    with connection.cursor() as cursor:
        # With this setting, the triggers let the encrypted columns of an anonymous attempt change.
        cursor.execute("SELECT set_config('psywellpath.reencrypting', 'yes', true)")
        for answer in answers:
            answer.save(update_fields=["value"])
        for result in results:
            result.save(update_fields=["scores", "style"])
        cursor.execute("SELECT set_config('psywellpath.reencrypting', '', true)")
    attempt.save(update_fields=["user"])


@transaction.atomic
def delete(*, attempt: Attempt) -> None:
    """Deletes an anonymous attempt with its answers and results. Raises NotOwner."""
    locked = _locked(attempt)
    if locked.user_id is not None:
        raise NotOwner
    key = locked.pk
    locked.delete()
    data_keys.forget([key])  # Only now: the database refuses to delete a key that is still in use.


@dataclass(frozen=True, slots=True)
class ExpiredCounts:
    """How many rows an expiry deletes."""

    attempts: int
    answers: int
    results: int


@transaction.atomic
def expire(*, before: datetime, dry_run: bool = False) -> ExpiredCounts:
    """Deletes anonymous attempts begun before a time, except any that is being kept just now."""
    old = Attempt.objects.select_for_update(skip_locked=True, of=("self",)).anonymous()
    ids = list(old.filter(started_at__lt=before).values_list("pk", flat=True))
    counts = ExpiredCounts(
        attempts=len(ids),
        answers=Answer.objects.filter(attempt__in=ids).count(),
        results=Result.objects.filter(attempt__in=ids).count(),
    )
    if not dry_run:
        Attempt.objects.filter(pk__in=ids).delete()
        data_keys.forget(ids)
    return counts


def _locked(attempt: Attempt, owners: Iterable[UUID | None] | None = None) -> Attempt:
    """The current row, locked until the transaction ends.

    Raises NotOwner if it was deleted, or if its owner changed after it was loaded.
    """
    locked = Attempt.objects.select_for_update().filter(pk=attempt.pk).first()
    if locked is None or locked.user_id not in (owners or {attempt.user_id}):
        raise NotOwner
    return locked
