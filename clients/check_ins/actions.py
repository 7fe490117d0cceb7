"""Saying how a session was, and whether that is asked. Nobody gets an email about it."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import recording as audit
from accounts.models import User
from accounts.optimistic_lock import demand_current
from clients.access import lock_record
from clients.audit_verbs import CareVerb
from clients.check_ins.queries import may_answer
from clients.models import CheckIn, Client, Session
from clients.models.portal import QUESTIONS

ENTERED = (*QUESTIONS, "words")


@transaction.atomic
def answer(
    *,
    session: Session,
    by: User,
    values: Mapping[str, int | str | None],
    seen: int,
    request: HttpRequest | None = None,
) -> CheckIn:
    """Stores what the client answers about a session, or changes it. A second call with the same
    values changes nothing. Raises Stale if another window has answered, and ValidationError if
    nothing is answered, or if it can't be answered any more."""
    if by.pk != session.client.user_id:
        raise PermissionDenied
    client = Client.objects.select_for_update(of=("self",)).get(pk=session.client_id)
    session, now = Session.objects.select_related("client").get(pk=session.pk), timezone.now()
    existing = CheckIn.objects.filter(session=session).first()
    new = existing or CheckIn(client=client, session=session, answered_at=now)
    if existing and all(getattr(existing, name) == values[name] for name in ENTERED):
        return existing
    if not may_answer(session, now):
        raise ValidationError(_("The time to answer about this session is over."))
    if existing:
        demand_current(existing, version=existing.version, seen=seen)
    if not any(values[name] for name in ENTERED):
        raise ValidationError(_("Please answer one question at least, or write a line."))
    _enter(new, values, now, changed=existing is not None)
    verb = CareVerb.CHECK_IN_CHANGED if existing else CareVerb.CHECK_IN_ANSWERED
    audit.record(verb, by=by, client=client.pk, target=new, request=request)
    return new


@transaction.atomic
def switch(*, client: Client, by: User, on: bool, request: HttpRequest | None = None) -> None:
    """Whether the client is asked how a session was, as the client or their therapist chooses. A
    repeated choice changes nothing."""
    own = Client.objects.select_for_update(of=("self",))
    locked = own.get(pk=client.pk) if by.pk == client.user_id else lock_record(client, by)
    if locked.asks_after_sessions == on:
        return
    locked.no_check_ins_since = None if on else timezone.now()
    locked.save(update_fields=["no_check_ins_since"])
    verb = CareVerb.CHECK_INS_ON if on else CareVerb.CHECK_INS_OFF
    audit.record(verb, by=by, client=client.pk, target=client, request=request)


def _enter(
    row: CheckIn, values: Mapping[str, int | str | None], now: datetime, *, changed: bool
) -> None:
    for name in ENTERED:
        setattr(row, name, values[name])
    if changed:
        row.version, row.changed_at = row.version + 1, now
    row.full_clean()
    row.save(
        force_insert=not changed,
        update_fields=[*ENTERED, "version", "changed_at"] if changed else None,
    )
