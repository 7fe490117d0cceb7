"""Sittings: making a code, opening it on a device, and ending it."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.models import Attempt, Instrument, Sitting, hash_of, new_key
from assessments.sittings import codes, queries

# Functions that share a completed attempt with its person's therapist. The clients app adds one
# when it is loaded.
SHARE: list[Callable[[Attempt], None]] = []


@transaction.atomic
def make(*, user: User, instrument: Instrument, by: User) -> str:
    """A code for this person. The ones that `by` made for them before open nothing any more."""
    now, code = timezone.now(), codes.new_code()
    mine = Sitting.objects.filter(user=user, made_by=by, opened_at=None, ended_at=None)
    mine.update(ended_at=now)
    Sitting.objects.create(
        user=user, instrument=instrument, made_by=by, made_at=now,
        code_hash=codes.hash_of(code), expires_at=now + Sitting.CODE_LASTS,
    )  # fmt: skip
    return code


def open_code(typed: str) -> str:
    """The token for the device on which a code was typed; "" if the code opens nothing."""
    code, token = codes.normalized(typed), new_key()
    opened = bool(code) and queries.ask("app_open_sitting", codes.hash_of(code), hash_of(token))
    return token if opened else ""


def begin(*, sitting: Sitting, attempt: Attempt, share: bool) -> None:
    sitting.attempt, sitting.share = attempt, share
    sitting.save(update_fields=["attempt", "share"])


@transaction.atomic
def finish(*, sitting: Sitting) -> None:
    """Closes the questionnaire on this device, and shares the result if its person chose so."""
    locked = Sitting.objects.select_for_update(of=("self",)).get(pk=sitting.pk)
    if locked.ended_at:
        return
    locked.ended_at = timezone.now()
    locked.save(update_fields=["ended_at"])
    attempt = locked.attempt
    if attempt and attempt.submitted_at and locked.share:
        for share in SHARE:
            share(attempt)
