"""Clients, care links, and the querysets that decide which clients a person may see."""

import uuid
from datetime import date, datetime, timedelta
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import (
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
)
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, Role, allows
from accounts.models import User
from accounts.validators import year_makes_sense
from clients import journey
from clients.models.path import StepEvent
from clients.models.task import Task

# Planned care that was cancelled: it ends at the time at which it would have started.
CALLED_OFF = Q(ends_at=F("starts_at"))
# The care links whose therapist cares for the client, and so writes in the record: all of them. A
# kind that only reads is left out here, and in the database by `app_link_writes`.
CARING = Q()

# A time, or the column of the outer query that holds it.
Moment = datetime | OuterRef


class CareLinkQuerySet(models.QuerySet["CareLink"]):
    """Each use says which kind of links it means. `current`, `planned`, `going_on` and `caring` are
    those of therapists who care for the client; `reading` and `every_kind` include links that only
    let somebody read. `open`, `past` and `begun` say when, and nothing of the kind."""

    def caring(self) -> "CareLinkQuerySet":
        """Links of therapists who care for the client, at any time."""
        return self.filter(CARING)

    def every_kind(self, because: str) -> "CareLinkQuerySet":
        """All of these links, also those that only let somebody read, and why they are meant."""
        return self.all()

    def reading(self, at: Moment | None = None) -> "CareLinkQuerySet":
        """Links by which a therapist may read the record at a given time: from their start up to,
        not including, their end."""
        at = at or timezone.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)

    def open(self, at: datetime | None = None) -> "CareLinkQuerySet":
        """Links that have not ended at a given time, or begin after it."""
        ahead = self.filter(Q(ends_at=None) | Q(ends_at__gt=at or timezone.now()))
        return ahead.exclude(CALLED_OFF)

    def past(self, at: datetime | None = None) -> "CareLinkQuerySet":
        """Links that were current once and have ended, the latest first."""
        ended = self.filter(ends_at__lte=at or timezone.now())
        return ended.exclude(CALLED_OFF).order_by("-ends_at")

    def begun(self, at: datetime | None = None) -> "CareLinkQuerySet":
        """Links that have begun, ended or not."""
        return self.filter(starts_at__lte=at or timezone.now()).exclude(CALLED_OFF)

    def current(self, at: Moment | None = None) -> "CareLinkQuerySet":
        """Links by which a therapist cares for the client at a given time."""
        return self.reading(at).caring()

    def covers_of(self, user: User) -> "CareLinkQuerySet":
        """Those of these links by which a person covers for another therapist."""
        return self.filter(therapist=user, covers__isnull=False)

    def planned(self, at: datetime | None = None) -> "CareLinkQuerySet":
        """Care that begins later, the next one first."""
        return (
            self.caring()
            .filter(starts_at__gt=at or timezone.now())
            .exclude(CALLED_OFF)
            .order_by("starts_at")
        )

    def going_on(self, at: datetime | None = None) -> "CareLinkQuerySet":
        """Care that is current at a given time or begins after it."""
        return self.open(at).caring()

    def of_therapists(self) -> "CareLinkQuerySet":
        """Links that open a record: their therapist is active and still has the role."""
        roles = User.groups.through.objects.filter(
            user=OuterRef("therapist"), group__name=Role.THERAPIST.value
        )
        return self.filter(Exists(roles), therapist__is_active=True)


def linked(user: User, links: CareLinkQuerySet) -> Exists:
    """For a query whose primary key is a client's: whether one of the links is this person's."""
    return Exists(links.filter(client=OuterRef("pk"), therapist=user))


def within_care() -> Exists:
    """For a query of sessions: whether the therapist cares for the client when the session is."""
    links = CareLink.objects.current(OuterRef("at"))
    return Exists(links.filter(client=OuterRef("client"), therapist=OuterRef("therapist")))


class ClientQuerySet(models.QuerySet["Client"]):
    def of(self, user: User | AnonymousUser) -> "Client | None":
        """The person's own record. One query."""
        return self.filter(user=user).first() if user.is_authenticated else None

    def visible_to(self, user: User, at: datetime | None = None) -> "ClientQuerySet":
        """The clients whose whole record a therapist may read."""
        return self._linked_to(user, CareLink.objects.reading(at))

    def writable_by(self, user: User, at: datetime | None = None) -> "ClientQuerySet":
        """The clients for whom a therapist cares, in whose record they may write, too."""
        return self._linked_to(user, CareLink.objects.current(at))

    def _linked_to(self, user: User, links: CareLinkQuerySet) -> "ClientQuerySet":
        """Nobody's own record, and none for people without the role."""
        if not allows(user, Permission.SEE_CASELOAD):
            return self.none()
        return self.filter(linked(user, links)).exclude(user=user)

    def with_may_write(self, user: User) -> "ClientQuerySet":
        """Annotates whether this person may write in the record."""
        writable = Client.objects.writable_by(user).filter(pk=OuterRef("pk"))
        return self.annotate(may_write=Exists(writable))

    def listed_to(self, user: User) -> "ClientQuerySet":
        """All clients, for managers. Gives access to names and care links, to nothing clinical."""
        return self.all() if allows(user, Permission.MANAGE_PRACTICE) else self.none()

    def without_therapist(self, at: datetime | None = None) -> "ClientQuerySet":
        """Clients without a current or planned therapist whose path is not closed. For managers:
        the database looks into the caseload index for them."""
        nobodys = RawSQL("SELECT * FROM app_clients_of_nobody(%s)", [at or timezone.now()])
        return self.filter(pk__in=nobodys)

    def with_path(self) -> "ClientQuerySet":
        """Loads all that `client.journey` needs. One more query, however many rows. Leaves out a
        client whose step events are hidden by row security: nothing can be said about them."""
        return (
            self.filter(step_events__sequence=1)
            .select_related("user")
            .prefetch_related(Prefetch("step_events", StepEvent.objects.order_by("sequence")))
        )

    def with_next_task(self, now: datetime) -> "ClientQuerySet":
        """Annotates when the next task is due."""
        tasks, today = Task.objects.filter(client=OuterRef("pk")), timezone.localdate(now)
        due = tasks.open().filter(due_on__gte=today).values("due_on")[:1]
        return self.annotate(next_task=Subquery(due))

    def with_caseload_index(self) -> "ClientQuerySet":
        """Loads the caseload index, by which lists are sorted and filtered."""
        return self.select_related("caseload_index__step")


class Client(models.Model):
    """A person in care. Their place on the path follows from their step events."""

    DATA_SUBJECT = F("user_id")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="client")
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # The client's own choice: emails name no therapist and do not say what they are about. Null
    # until they choose, and without a database default, since reading one back needs a policy.
    discreet_emails = models.BooleanField(_("discreet emails"), null=True, editable=False)
    # Since when nobody asks the client how a session was: the client's choice, or a therapist's.
    no_check_ins_since = models.DateTimeField(
        _("not asked after sessions since"), null=True, editable=False
    )
    # When the client folded away what happens in the first days.
    first_days_folded_at = models.DateTimeField(null=True, editable=False)

    objects = ClientQuerySet.as_manager()

    # Whether the reader may write in this record: set by `with_may_write`.
    may_write = False

    class Meta:
        verbose_name, verbose_name_plural = _("client"), _("clients")
        ordering = ["user__name"]

    def __str__(self) -> str:
        return self.user.name

    def get_absolute_url(self) -> str:
        return reverse("client", args=[self.pk])

    @property
    def asks_after_sessions(self) -> bool:
        return self.no_check_ins_since is None

    @property
    def data_subject(self) -> uuid.UUID:
        """The person under whose data key this client's record is encrypted."""
        return self.user_id

    @cached_property
    def journey(self) -> journey.Journey:
        """One query if the step events are not loaded."""
        events = [
            journey.Event(e.sequence, e.step_id, e.at, journey.Kind(e.kind))
            for e in self.step_events.all()
        ]
        return journey.replay(events)


class CareLink(models.Model):
    """A therapist cares for a client, from `starts_at` up to, not including, `ends_at`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, models.CASCADE, related_name="care_links")
    therapist = models.ForeignKey(User, models.PROTECT, related_name="care_links")
    starts_at = models.DateTimeField(_("from"), default=timezone.now, validators=[year_makes_sense])
    ends_at = models.DateTimeField(
        _("until"),
        null=True,
        blank=True,
        validators=[year_makes_sense],
        help_text=_("Leave empty for care without an end."),
    )
    granted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # A cover ends with the care that it covers.
    covers = models.ForeignKey(
        "self", models.SET_NULL, null=True, editable=False, related_name="covered_by"
    )
    # The client was told of the cover by email, and is told if it is cancelled.
    announced = models.BooleanField(default=False, editable=False)

    objects = CareLinkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("care link"), _("care links")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="care_link_ends_no_earlier_than_it_starts",
                violation_error_message=_("The end must be after the start."),
            ),
            ExclusionConstraint(
                name="care_link_once_at_a_time",
                violation_error_message=_("This therapist already cares for this client then."),
                expressions=[
                    ("client", RangeOperators.EQUAL),
                    ("therapist", RangeOperators.EQUAL),
                    (
                        Func("starts_at", "ends_at", RangeBoundary(), function="TSTZRANGE",
                             output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.therapist} – {self.client}"

    def is_open_at(self, at: datetime) -> bool:
        """The rule of `reading`, for one row."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    @property
    def is_called_off(self) -> bool:
        return self.ends_at == self.starts_at

    @property
    def last_day(self) -> date | None:
        """The last day of the link in the practice's time zone; None without an end."""
        just_before = self.ends_at - timedelta(microseconds=1) if self.ends_at else None
        return timezone.localdate(just_before) if just_before else None

    def clean(self) -> None:
        """Refuses an end before the start first: the database cannot check such a range for
        overlaps."""
        if self.ends_at and self.starts_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The end must be after the start.")})
