"""An index of each client's state, kept up to date by database triggers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, TypeAlias
from uuid import UUID

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.access import Permission, allows
from accounts.database.together import Loader
from accounts.models import Consent, User
from clients import journey
from clients.flags import UNSEEN, Flag, Signs
from clients.models.callback import Callback
from clients.models.care import CareLink, Client, linked
from clients.models.path import Step
from clients.models.result import ReliableChange, SharedResult
from clients.models.safety_plan import SafetyPlan
from clients.models.session import ChangeRequest, Session
from clients.models.task import Rhythm, Task

CLOSED = Q(last_kind=journey.Kind.CLOSE.value)
GOING = Q(last_kind__in=[kind.value for kind in journey.Kind if kind is not journey.Kind.CLOSE])
WALKING = Q(last_kind__in=[kind.value for kind in journey.WALKS])
NEW_REFLECTION = Q(reflected_at__gt=Coalesce("record_opened_at", "care_began"))
NEW_PLAN = Q(plan_changed_at__gt=Coalesce("record_opened_at", "care_began"))
# Since the last session held, or since care began if there was none.
WAITS_SINCE = Coalesce("last_contact", "care_began")


def nothing_planned(now: datetime) -> Q:
    """Whether no planned session lies ahead."""
    return Q(planned_at=None) | Q(planned_at__lt=now)


class CaseloadIndexQuerySet(models.QuerySet["CaseloadIndex"]):
    """Filters, sorts and counts thousands of clients with this one table."""

    def visible_to(self, user: User, at: datetime | None = None) -> "CaseloadIndexQuerySet":
        """The same rule as `ClientQuerySet.visible_to`."""
        if not allows(user, Permission.SEE_CASELOAD):
            return self.none()
        own = Client.objects.filter(user=user).values("pk")
        return self.filter(linked(user, CareLink.objects.reading(at))).exclude(pk__in=own)

    def with_signs(self, now: datetime) -> "CaseloadIndexQuerySet":
        """Annotates what `CaseloadIndex.signs` needs.

        Each annotation runs a subquery for each row: use it for a page, not to filter thousands.
        For one client, `load_signs` is many times cheaper to plan.
        """
        times, truths = sign_rows(OuterRef("pk"), OuterRef("client__user"), now)
        return self.select_related("step").annotate(
            **{name: Subquery(found) for name, found in times.items()},
            **{name: Exists(found) for name, found in truths.items()},
        )

    def with_needs(self, now: datetime, steps: Iterable[Step]) -> "CaseloadIndexQuerySet":
        """Lets filters, orders and counts ask for `needy`, whether any flag is raised, by the same
        rules as `flags.flags`. Costs nothing where none of them asks."""
        needs = reduce(or_, flag_conditions(now, steps).values())
        return self.alias(needy=Case(When(needs, then=True), default=False))

    def not_measured_for(self, weeks: int, now: datetime) -> "CaseloadIndexQuerySet":
        """Clients without a shared result of the last weeks, who have been in care for as long."""
        before = now - timedelta(weeks=weeks)
        measured = Q(measured_at=None) | Q(measured_at__lt=before)
        return self.filter(measured, care_began__lt=before)

    def with_nothing_planned(self, now: datetime) -> "CaseloadIndexQuerySet":
        return self.filter(nothing_planned(now))

    def with_next(self, now: datetime) -> "CaseloadIndexQuerySet":
        """Annotates `next_at`, the time of the next planned session: one look-up for each client
        who has one."""
        coming = Session.objects.coming(now).filter(client=OuterRef("pk")).values("at")[:1]
        return self.annotate(next_at=Case(When(planned_at__gte=now, then=Subquery(coming))))


Reference: TypeAlias = OuterRef | UUID


def sign_rows(
    client: Reference, user: Reference, now: datetime
) -> tuple[dict[str, models.QuerySet], dict[str, models.QuerySet]]:
    """Where the facts of `CaseloadIndex.signs` come from: those that are a time (the first row, of
    one column), and those that are true if there is a row."""
    plans, today = SafetyPlan.objects.filter(client=client), timezone.localdate(now)
    calls, changes = Callback.objects.waiting(), ChangeRequest.objects.waiting(now)
    times: dict[str, models.QuerySet] = {
        "overdue_since": Task.objects.filter(client=client).overdue(today).values("due_on"),
        "call_asked_at": calls.filter(client=client).values("asked_at"),
        "change_asked_at": changes.filter(client=client).values("asked_at"),
        "follow_up_by": plans.to_follow_up().values("follow_up_by"),
        "review_since": plans.to_review(today).values("review_on"),
    }
    truths: dict[str, models.QuerySet] = {
        "unrecorded_sessions": Session.objects.to_record(now).filter(client=client).values("pk"),
        "unread_results": SharedResult.objects.unread().filter(client=client).values("pk"),
        "higher": ReliableChange.objects.higher().filter(client=client).values("pk"),
        "unchanged": ReliableChange.objects.unchanged().filter(client=client).values("pk"),
        "unanswered": Rhythm.objects.unanswered().filter(client=client).values("pk"),
        # Grouped by person: other columns would part the groups.
        "consent_withdrawn": Consent.objects.needed_and_gone().filter(user=user),
    }
    return {name: found[:1] for name, found in times.items()}, truths


def load_signs(client: Client, now: datetime) -> Loader["CaseloadIndex"]:
    """The client's row as `with_signs` would load it."""
    rows = CaseloadIndex.objects.filter(pk=client.pk).select_related("step")
    times, truths = sign_rows(client.pk, client.user_id, now)
    truths = {name: found.order_by()[:1] for name, found in truths.items()}
    yield (rows, *times.values(), *truths.values())
    index: Any = rows[0]
    for name, found in times.items():
        setattr(index, name, next((value for row in found for value in row.values()), None))
    for name, found in truths.items():
        setattr(index, name, bool(found))
    return index


class CaseloadIndex(models.Model):
    """The last event and the last session held, one row for each client. Derived data.

    Triggers write it whenever an event or a session is written, so that lists of thousands are
    filtered and sorted without replaying each path. `journey.replay` remains the authority.
    Nothing but the triggers writes here.
    """

    client = models.OneToOneField(
        Client, models.CASCADE, primary_key=True, related_name="caseload_index"
    )
    step = models.ForeignKey(Step, models.PROTECT, related_name="+", editable=False)
    since = models.DateTimeField(editable=False)
    last_kind = models.CharField(
        max_length=10, choices=[(k.value, k.value) for k in journey.Kind], editable=False
    )
    last_contact = models.DateTimeField(null=True, editable=False)
    care_began = models.DateTimeField(editable=False)
    # When the client last wrote a reflection on a task or changed their safety plan, and when a
    # therapist last opened the record, which shows both.
    reflected_at = models.DateTimeField(null=True, editable=False)
    plan_changed_at = models.DateTimeField(null=True, editable=False)
    record_opened_at = models.DateTimeField(null=True, editable=False)
    # The last of the planned sessions: one lies ahead as long as this time does.
    planned_at = models.DateTimeField(null=True, editable=False)
    # When the client completed the latest of the results that they share.
    measured_at = models.DateTimeField(null=True, editable=False)
    # From when on no therapist cares for the client: the latest end of their care, null if it has
    # none. And the newest versions of the needed consent texts to which they agree.
    care_ends_at = models.DateTimeField(null=True, editable=False)
    therapy_version = models.PositiveIntegerField(null=True, editable=False)
    data_version = models.PositiveIntegerField(null=True, editable=False)

    objects = CaseloadIndexQuerySet.as_manager()

    class Meta:
        # By which `app_count_unsettled` finds those few who are to be counted.
        indexes = [
            models.Index(
                fields=["care_ends_at"], name="caseload_care_ends",
                condition=Q(care_ends_at__isnull=False),
            ),
            models.Index(fields=["therapy_version"], name="caseload_therapy_version"),
            models.Index(fields=["data_version"], name="caseload_data_version"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.client_id}: {self.step_id}"

    @property
    def signs(self) -> Signs:
        """The facts about this client. Load the row `with_signs`."""
        row: Any = self
        return Signs(
            since=self.care_began,
            last_contact=self.last_contact,
            overdue_since=row.overdue_since,
            unrecorded_sessions=row.unrecorded_sessions,
            planned_at=self.planned_at,
            unread_results=row.unread_results,
            higher=row.higher,
            unchanged=row.unchanged,
            new_plan_at=self.plan_changed_at if self.has_new_plan else None,
            new_reflection=self.has_new_reflection,
            call_asked_at=row.call_asked_at,
            change_asked_at=row.change_asked_at,
            follow_up_by=row.follow_up_by,
            review_since=row.review_since,
            on_step_since=self.since,
            long_days=self.step.long_days,
            walking=journey.Kind(self.last_kind) in journey.WALKS,
            consent_withdrawn=row.consent_withdrawn,
            unanswered=row.unanswered,
        )

    @property
    def has_new_reflection(self) -> bool:
        """The same rule as `NEW_REFLECTION`, for one row."""
        return self._is_new(self.reflected_at)

    @property
    def has_new_plan(self) -> bool:
        return self._is_new(self.plan_changed_at)

    def _is_new(self, at: datetime | None) -> bool:
        return at is not None and at > (self.record_opened_at or self.care_began)


def flag_conditions(now: datetime, steps: Iterable[Step]) -> dict[Flag, Q]:
    """`flags.RULES` in SQL. Each is one subquery for all clients."""
    today = timezone.localdate(now)
    unseen = Q(last_contact__lt=now - UNSEEN) | Q(last_contact=None, care_began__lt=now - UNSEEN)
    return {
        Flag.CALL_WAITS: Q(pk__in=Callback.objects.waiting().values("client")),
        Flag.PLAN_CHANGED: NEW_PLAN,
        Flag.PLAN_FOLLOW_UP: Q(
            pk__in=SafetyPlan.objects.asking_for_follow_up(now).values("client")
        ),
        Flag.PLAN_REVIEW: Q(pk__in=SafetyPlan.objects.to_review(today).values("client")),
        Flag.CONSENT_WITHDRAWN: WALKING & _consent_withdrawn(),
        Flag.CHANGE_WAITS: Q(pk__in=ChangeRequest.objects.waiting(now).values("client")),
        Flag.SESSION_TO_RECORD: Q(pk__in=Session.objects.to_record(now).values("client")),
        Flag.HIGHER: Q(pk__in=ReliableChange.objects.higher().values("client")),
        Flag.UNCHANGED: WALKING & Q(pk__in=ReliableChange.objects.unchanged().values("client")),
        Flag.RESULT_UNREAD: Q(pk__in=SharedResult.objects.unread().values("client")),
        Flag.REFLECTION_UNREAD: NEW_REFLECTION,
        Flag.NOT_SEEN: WALKING & unseen & nothing_planned(now),
        Flag.TASK_OVERDUE: Q(pk__in=Task.objects.overdue(today).values("client")),
        Flag.UNANSWERED: WALKING & Q(pk__in=Rhythm.objects.unanswered().values("client")),
        Flag.LONG_ON_STEP: WALKING & _long_on_step(now, steps),
    }


def _consent_withdrawn() -> Q:
    gone = Consent.objects.needed_and_gone().values("user")
    return Q(pk__in=Client.objects.filter(user__in=gone).values("pk"))


def _long_on_step(now: datetime, steps: Iterable[Step]) -> Q:
    """Clients who have been on their step for longer than usual; nobody if the usual is not known.

    The days of each step are written into the query: a join would look them up for each client.
    """
    long = [
        Q(step=step.number, since__lt=now - timedelta(days=step.long_days))
        for step in steps
        if step.long_days is not None
    ]
    return reduce(or_, long, Q(pk__in=[]))
