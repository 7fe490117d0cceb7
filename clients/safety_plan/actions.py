"""Writing the safety plan, by the client or by one of their therapists."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import recording as audit
from accounts.models import User
from accounts.optimistic_lock import demand_current
from clients import emails
from clients.access import lock_record
from clients.audit_verbs import CareVerb
from clients.models import Client, SafetyPlan
from clients.models.safety_plan import FOLLOW_UP_WITHIN, Call
from clients.safety_plan import queries


class NumbersUnconfirmed(Exception):
    """The plan has call buttons for `calls`, which the writer has not confirmed yet."""

    def __init__(self, calls: list[Call]):
        super().__init__(f"{len(calls)} numbers")
        self.calls = calls


@transaction.atomic
def write(
    *,
    client: Client,
    by: User,
    plan: SafetyPlan,
    seen: int,
    confirmed: Collection[str] = (),
    follow_up: bool = False,
    request: HttpRequest | None = None,
) -> SafetyPlan:
    """Saves `plan` as the next version. `seen` is the version on the page, 0 if there was none.

    `confirmed` holds the call buttons (`Call.button`) that the writer has confirmed; those of the
    version before count as confirmed.

    `follow_up` asks a therapist to follow up within 72 hours. This is also asked for after what the
    client writes; a follow-up that is still open stays open until its own time.

    Raises Stale, NumbersUnconfirmed, and PermissionDenied for anyone but the client and
    their therapists.
    """
    if by.pk == client.user_id:
        client = Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    else:
        client = lock_record(client, by)
    existing = queries.current(client)
    damaged = bool(existing and existing.unreadable)  # A new version can still be written.
    if existing and not damaged and _content(existing) == _content(plan):
        return existing  # A double click, or no change.
    version = existing.version if existing else 0
    if existing:
        demand_current(existing, version=version, seen=seen)
    _demand_confirmed(plan, confirmed, before=None if damaged else existing)
    plan.client, plan.written_by, plan.version = client, by, version + 1
    is_due = follow_up or by.pk == client.user_id
    plan.follow_up_by = _follow_up_by(existing, timezone.now() if is_due else None)
    plan.full_clean()
    plan.save(force_insert=True)
    audit.record(CareVerb.SAFETY_WRITTEN, by=by, client=client.pk, target=plan, request=request)
    if by.pk == client.user_id:
        emails.notify_of_writing(client)
    return plan


@transaction.atomic
def note_follow_up(*, client: Client, by: User, request: HttpRequest | None = None) -> None:
    """A therapist has followed up on the plan in force. Without an open follow-up, nothing
    changes."""
    client = lock_record(client, by)
    plan = queries.current(client)
    if plan is None or not plan.is_to_follow_up:
        return
    plan.followed_up_by, plan.followed_up_at = by, timezone.now()
    plan.save(update_fields=["followed_up_by", "followed_up_at"])
    verb = CareVerb.SAFETY_FOLLOWED_UP
    audit.record(verb, by=by, client=client.pk, target=plan, request=request)


def _follow_up_by(existing: SafetyPlan | None, asked_at: datetime | None) -> datetime | None:
    times = [asked_at + FOLLOW_UP_WITHIN] if asked_at else []
    if existing and existing.is_to_follow_up and existing.follow_up_by:
        times.append(existing.follow_up_by)
    return min(times, default=None)


def _demand_confirmed(
    plan: SafetyPlan, confirmed: Collection[str], *, before: SafetyPlan | None
) -> None:
    """Raises NumbersUnconfirmed unless the writer, or the version before, confirmed each button."""
    known = {*confirmed, *(call.button for call in (before.buttons if before else ()))}
    if unknown := [call for call in plan.buttons if call.button not in known]:
        raise NumbersUnconfirmed(unknown)


def _content(plan: SafetyPlan) -> list:
    own = {
        "id", "client", "version", "written_by", "written_at", "follow_up_by", "followed_up_at",
        "followed_up_by",
    }  # fmt: skip
    return [getattr(plan, f.name) for f in SafetyPlan._meta.concrete_fields if f.name not in own]
