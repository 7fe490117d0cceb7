"""Setting, changing and stopping a rhythm; asking now."""

from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import recording as audit
from accounts.models import User
from accounts.optimistic_lock import demand_current
from assessments.catalogue import actions as catalogue
from assessments.models import Instrument
from assessments.sittings import actions as sittings
from clients.access import lock_record
from clients.audit_verbs import CareVerb
from clients.models import Client, Rhythm, Task
from clients.rhythm import queries
from clients.tasks import actions as tasks

# The columns that `_resume` sets.
RESUMED = ("resumed_on", "rests_since")


@transaction.atomic
def set_rhythm(
    *,
    client: Client,
    by: User,
    instrument: Instrument | None,
    kind: str,
    every: int,
    begins_on: date,
    reason: str,
    key: UUID | None = None,
    request: HttpRequest | None = None,
) -> Rhythm:
    """Begins a rhythm; without an instrument it asks for the goals. A second call with the same
    `key` changes nothing. Raises ValidationError."""
    client, key = lock_record(client, by), key or uuid4()
    if existing := client.rhythms.filter(idempotency_key=key).first():
        return existing
    if client.rhythms.going_on().filter(instrument=instrument, kind=kind).exists():
        raise ValidationError(_("The client is asked for this in this way already."))
    rhythm = Rhythm(client=client, instrument=instrument, set_by=by, idempotency_key=key)
    _enter(rhythm, kind, every, begins_on, reason)
    rhythm.save(force_insert=True)
    audit.record(CareVerb.RHYTHM_SET, by=by, client=client.pk, target=rhythm, request=request)
    return rhythm


@transaction.atomic
def change_rhythm(
    *,
    rhythm: Rhythm,
    by: User,
    kind: str,
    every: int,
    begins_on: date,
    reason: str,
    seen: int,
    request: HttpRequest | None = None,
) -> Rhythm:
    """Changes a rhythm, which then asks in the name of the person who changed it. Raises Stale
    and ValidationError."""
    locked = _locked(rhythm, by)
    _demand_going_on(locked)
    demand_current(locked, version=locked.version, seen=seen)
    others = locked.client.rhythms.going_on().exclude(pk=locked.pk)
    if others.filter(instrument=locked.instrument, kind=kind).exists():
        raise ValidationError(_("The client is asked for this in this way already."))
    _enter(locked, kind, every, begins_on, reason)
    locked.set_by, locked.version = by, locked.version + 1
    _resume(locked)
    locked.save(
        update_fields=[
            "kind", "every", "begins_on", "reason", "set_by", "version", *RESUMED
        ]
    )  # fmt: skip
    verb = CareVerb.RHYTHM_CHANGED
    audit.record(verb, by=by, client=locked.client_id, target=locked, request=request)
    return locked


@transaction.atomic
def go_on(*, rhythm: Rhythm, by: User, request: HttpRequest | None = None) -> None:
    """Asks again after nobody had answered. A second call changes nothing. Raises
    ValidationError."""
    locked = _locked(rhythm, by)
    _demand_going_on(locked)
    if locked.rests_since is None:
        return
    _resume(locked)
    locked.save(update_fields=RESUMED)
    verb = CareVerb.RHYTHM_RESUMED
    audit.record(verb, by=by, client=locked.client_id, target=locked, request=request)


def _resume(rhythm: Rhythm) -> None:
    rhythm.resumed_on, rhythm.rests_since = timezone.localdate(), None


@transaction.atomic
def stop_rhythm(*, rhythm: Rhythm, by: User, request: HttpRequest | None = None) -> None:
    """Asks no more, and withdraws the task that is open. A second call changes nothing."""
    locked = _locked(rhythm, by)
    if locked.stopped_at:
        return
    locked.stopped_at = timezone.now()
    locked.save(update_fields=["stopped_at"])
    for asking in locked.askings.filter(task__done_at=None, task__withdrawn_at=None):
        tasks.withdraw_task(task=asking.task, by=by, request=request)
    verb = CareVerb.RHYTHM_STOPPED
    audit.record(verb, by=by, client=locked.client_id, target=locked, request=request)


@transaction.atomic
def ask_now(
    *,
    client: Client,
    by: User,
    instrument: Instrument,
    title: str,
    reason: str,
    key: UUID | None = None,
    request: HttpRequest | None = None,
) -> Task:
    """Gives the client a questionnaire as a task. Raises ValidationError if they have it
    already."""
    client, key = lock_record(client, by), key or uuid4()
    given = client.tasks.filter(given_by=by, idempotency_key=key).exists()
    if not given and queries.open_task(client, instrument):
        raise ValidationError(
            _("The client has been asked for this questionnaire already, and has not answered yet.")
        )
    return tasks.give_task(
        client=client, by=by, title=title, text=reason, instrument=instrument, key=key,
        request=request,
    )  # fmt: skip


@transaction.atomic
def hand_over(
    *, client: Client, by: User, instrument: Instrument, request: HttpRequest | None = None
) -> str:
    """The code by which the client fills in this questionnaire on a device of the practice."""
    client = lock_record(client, by)
    catalogue.assign(instrument=instrument, to=client.user)
    code = sittings.make(user=client.user, instrument=instrument, by=by)
    verb = CareVerb.HANDED_OVER
    audit.record(verb, by=by, client=client.pk, target=instrument, request=request)
    return code


def _locked(rhythm: Rhythm, by: User) -> Rhythm:
    """The row, locked with the client's."""
    client = lock_record(rhythm.client, by)
    locked = Rhythm.objects.select_for_update(of=("self",)).select_related("instrument")
    row = locked.get(pk=rhythm.pk)
    row.client = client
    return row


def _demand_going_on(rhythm: Rhythm) -> None:
    if rhythm.stopped_at:
        when = date_format(timezone.localtime(rhythm.stopped_at), "j F Y")
        raise ValidationError(_("This was stopped on %(when)s.") % {"when": when})


def _enter(rhythm: Rhythm, kind: str, every: int, begins_on: date, reason: str) -> None:
    rhythm.kind, rhythm.begins_on, rhythm.reason = kind, begins_on, reason.strip()
    rhythm.every = 1 if kind == Rhythm.Kind.STEPS else every
    apart = queries.retest_days(rhythm)
    if kind == Rhythm.Kind.WEEKS and every * 7 < apart:
        words = ngettext(
            "This questionnaire is not repeated within %(n)d day.",
            "This questionnaire is not repeated within %(n)d days.",
            apart,
        )
        raise ValidationError({"every": words % {"n": apart}})
    rhythm.full_clean(exclude=["client", "instrument", "set_by"])
