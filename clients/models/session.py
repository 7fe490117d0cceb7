"""Sessions: planned, held, missed, or rescheduled or cancelled; what clients ask about them; and a
therapist's calendar of them."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Count, Prefetch, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.encryption.fields import (
    EncryptedLine,
    EncryptedModel,
    EncryptedQuerySet,
    EncryptedText,
)
from accounts.encryption.unreadable import Placeholder
from accounts.models import User

USUAL_MINUTES, LONGEST_MINUTES = 50, 480
# The columns that `Session.cancel` sets.
CANCELLED = ("state", "recorded_at", "calendar_sequence")


class Part(models.IntegerChoices):
    """The sections of a list of sessions."""

    TO_RECORD = 1, _("To record")
    AHEAD = 2, _("Upcoming")
    EARLIER = 3, _("Earlier")


# Within a part the earliest first, but in EARLIER the latest first.
_AT = (Case(When(part__lt=Part.EARLIER, then="at")), "-at")


class SessionQuerySet(EncryptedQuerySet["Session"]):
    def coming(self, now: datetime | None = None) -> "SessionQuerySet":
        """Planned sessions that have not begun, the next one first."""
        planned = self.filter(state=Session.State.PLANNED, at__gte=now or timezone.now())
        return planned.order_by("at")

    def next_of_each(self, now: datetime) -> "SessionQuerySet":
        """The next planned session of each client."""
        return self.coming(now).order_by("client_id", "at").distinct("client_id")

    def following(self, session: "Session", now: datetime) -> "SessionQuerySet":
        """The coming sessions of its series with the same therapist from this one on, with it."""
        later = self.coming(now).filter(series=session.series, series__isnull=False)
        return later.filter(therapist=session.therapist_id, at__gte=session.at)

    def to_record(self, now: datetime | None = None) -> "SessionQuerySet":
        """Planned sessions whose time has passed and whose outcome is not recorded yet."""
        return self.filter(state=Session.State.PLANNED, at__lt=now or timezone.now())

    def in_order(self, now: datetime) -> "SessionQuerySet":
        """Sessions to record, then upcoming ones (the next one first), then earlier ones (the
        latest first). Annotates `part`."""
        ahead = Q(state__in=[Session.State.PLANNED, Session.State.MOVED], at__gte=now)
        return self.annotate(
            part=Case(
                When(state=Session.State.PLANNED, at__lt=now, then=Value(Part.TO_RECORD)),
                When(ahead, then=Value(Part.AHEAD)),
                default=Value(Part.EARLIER),
            )
        ).order_by("part", *_AT)

    def first_of_each_part(self, many: int, now: datetime) -> "SessionQuerySet":
        """The first `many` of each part of `in_order`. Annotates `of_part`, the size of the
        part."""
        row_number = Window(RowNumber(), partition_by="part", order_by=list(_AT))
        counted = Window(Count("pk"), partition_by="part")
        numbered = self.in_order(now).annotate(row_number=row_number, of_part=counted)
        return numbered.filter(row_number__lte=many)

    def begun(self, now: datetime | None = None) -> "SessionQuerySet":
        """Sessions whose time has come, and those that were held before their planned time."""
        return self.filter(Q(at__lte=now or timezone.now()) | Q(state=Session.State.HELD))

    def for_notes(self, now: datetime) -> "SessionQuerySet":
        """Sessions that a note can be about, the latest first: today's, and those before, unless
        they were rescheduled or cancelled."""
        tomorrow = timezone.localdate(now) + timedelta(days=1)
        midnight = timezone.make_aware(datetime.combine(tomorrow, time.min))
        return self.filter(at__lt=midnight).exclude(state=Session.State.MOVED).order_by("-at")

    def with_check_ins(self) -> "SessionQuerySet":
        """Loads `answers`, what the client said about each session, or None. One more query."""
        return self.prefetch_related(Prefetch("check_in", to_attr="answers"))

    def held(self) -> "SessionQuerySet":
        return self.filter(state=Session.State.HELD).order_by("-at")


# How a session's time is written: in the lists of staff, in a table, on the client's own path
# (beside the day), in an email, and where the day is known.
FORMATS = {
    "list": "D, j M Y, H:i",
    "table": "j M, H:i",
    "path": "l, H:i",
    "email": "l, j F Y, H:i",
    "clock": "H:i",
}


def when(at: datetime, form: str = "list") -> str:
    """The time of a session as every page and email writes it. `form` is one of FORMATS."""
    return date_format(timezone.localtime(at), FORMATS[form])


class Session(EncryptedModel):
    """One meeting of a client and a therapist. Its content is kept in notes.

    A session that gets another time or another therapist is a new row; the old one becomes MOVED.
    Both have one `calendar_uid`, so that the client's calendar has one entry for them, and each
    change has a higher `calendar_sequence` than the one before (UID and SEQUENCE of RFC 5545).
    Sessions that were planned together have one `series`, which their new rows keep, too.
    """

    # What the therapist enters. The forms have these fields, and a session that is handed over to
    # another therapist keeps them, but those that are a therapist's own, such as their video link.
    ENTERED = ("at", "minutes", "place", "place_detail")
    OF_ONE_THERAPIST = ("place_detail",)

    class Place(models.TextChoices):
        PRACTICE = "practice", _("at the practice")
        PHONE = "phone", _("by phone")
        VIDEO = "video", _("by video")

        __empty__ = _("not said")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        MISSED = "missed", _("missed")
        MOVED = "moved", _("rescheduled or cancelled")

    # Those that take time of a therapist and a client.
    TAKES_TIME = (State.PLANNED, State.HELD)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="sessions")
    therapist = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=USUAL_MINUTES, db_default=USUAL_MINUTES, blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(LONGEST_MINUTES)],
    )  # fmt: skip
    place = models.CharField(
        _("place"), max_length=10, choices=Place, blank=True, default="", db_default=""
    )
    place_detail = EncryptedLine(
        _("room, number or link"), max_length=200, blank=True,
        help_text=_("The client sees it on their path, and never in an email."),
    )  # fmt: skip
    calendar_uid = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    calendar_sequence = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    series = models.UUIDField(null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    recorded_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("session"), _("sessions")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["client", "-at"], name="session_of_a_client"),
            models.Index(fields=["therapist", "at"], name="session_of_a_therapist"),
            models.Index(fields=["at"], name="session_planned", condition=Q(state="planned")),
        ]
        constraints = [
            # A cancelled session leaves its time free for another.
            models.UniqueConstraint(
                fields=["client", "at"],
                condition=~Q(state="moved"),
                name="session_once_at_a_time",
                violation_error_message=_("There is already a session at that time."),
            ),
            models.UniqueConstraint(
                fields=["calendar_uid"],
                condition=Q(state="planned"),
                name="session_planned_once_in_a_calendar",
                violation_error_message=_("This session has another time or therapist by now."),
            ),
            models.CheckConstraint(
                condition=Q(state="planned", recorded_at=None)
                | (~Q(state="planned") & Q(recorded_at__isnull=False)),
                name="session_recorded_once_it_is_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {timezone.localtime(self.at):%Y-%m-%d %H:%M}"

    def when(self, form: str = "list") -> str:
        """When it is, as every page and email writes it. `form` is one of FORMATS."""
        return when(self.at, form)

    def may_change(self, now: datetime) -> bool:
        """Whether it can be moved or cancelled: it is planned, and has not begun."""
        return self.state == self.State.PLANNED and self.at >= now

    @property
    def ends_at(self) -> datetime:
        return self.at + timedelta(minutes=self.minutes)

    @property
    def place_url(self) -> str:
        """The detail of the place if it is a link; "" otherwise."""
        if isinstance(self.place_detail, Placeholder):
            return ""
        detail = self.place_detail.strip()
        return detail if detail.startswith("https://") and " " not in detail else ""

    def cancel(self, now: datetime) -> None:
        """Marks a planned session as rescheduled or cancelled. Saves nothing."""
        self.state, self.recorded_at = self.State.MOVED, now
        self.calendar_sequence += 1

    def with_therapist(self, therapist: User) -> "Session":
        """The same session planned with another therapist, not saved yet."""
        kept = [name for name in self.ENTERED if name not in self.OF_ONE_THERAPIST]
        return self._again(therapist, {name: getattr(self, name) for name in kept})

    def changed(self, **entered: Any) -> "Session":
        """The same session with other values in the columns of ENTERED, not saved yet. What is not
        given takes the column's default."""
        return self._again(self.therapist, entered)

    def _again(self, therapist: User, entered: dict[str, Any]) -> "Session":
        return Session(
            client_id=self.client_id,
            therapist=therapist,
            calendar_uid=self.calendar_uid,
            calendar_sequence=self.calendar_sequence + 1,
            series=self.series,
            **entered,
        )

    def may_become(self, now: datetime) -> list[State]:
        """The states that can be recorded now. Today's session may be held before its planned
        time."""
        state = Session.State
        if self.at < now:
            possible = [state.HELD, state.MISSED, state.MOVED]
        elif timezone.localdate(self.at) == timezone.localdate(now):
            possible = [state.HELD, state.MOVED, state.PLANNED]
        else:
            possible = [state.MOVED, state.PLANNED]
        return [one for one in possible if one != self.state]


class ChangeRequestQuerySet(EncryptedQuerySet["ChangeRequest"]):
    def waiting(self, now: datetime | None = None) -> "ChangeRequestQuerySet":
        """Neither answered nor withdrawn. One whose session has begun or is no longer planned has
        lapsed."""
        open_ones = self.filter(answered_at=None, withdrawn_at=None)
        return open_ones.filter(
            session__state=Session.State.PLANNED, session__at__gte=now or timezone.now()
        ).order_by("asked_at")


class ChangeRequest(EncryptedModel):
    """Asked for by the client, then answered by a therapist, withdrawn, or lapsed."""

    class Wish(models.TextChoices):
        MOVE = "move", _("I need another time")
        CANCEL = "cancel", _("I can’t come")

    class Answer(models.TextChoices):
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")
        KEPT = "kept", _("kept as planned")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="change_requests")
    session = models.ForeignKey(Session, models.CASCADE, related_name="change_requests")
    wish = models.CharField(_("what they ask for"), max_length=10, choices=Wish)
    times = EncryptedText(_("when they can come"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True, default="")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reply = EncryptedText(_("a line to the client"), max_length=300, blank=True)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("change request"), _("change requests")
        ordering = ["-asked_at"]
        indexes = [
            models.Index(
                fields=["client"], name="change_request_waits",
                condition=Q(answered_at=None, withdrawn_at=None),
            )
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                "session",
                condition=Q(answered_at=None, withdrawn_at=None),
                name="change_request_once_a_session",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None, answered_at=None, answer="")
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                name="change_request_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(withdrawn_at=None),
                name="change_request_not_answered_and_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.asked_at:%Y-%m-%d}"

    def waits(self, now: datetime) -> bool:
        """The rule of `waiting`, for one row with its session."""
        is_open = self.answered_at is None and self.withdrawn_at is None
        return is_open and self.session.may_change(now)


class CalendarFeed(models.Model):
    """The secret address of a therapist's calendar. To renew it is to replace its key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    therapist = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    key_hash = models.CharField(max_length=64, unique=True)
    # The therapist's own choice: entries say whom a session is with.
    names = models.BooleanField(_("names of clients"), default=False)
    created_at = models.DateTimeField(default=timezone.now)
    # What the audit log last recorded of its reading: a hash of the day and of who was named.
    recorded = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name, verbose_name_plural = _("calendar feed"), _("calendar feeds")

    def __str__(self) -> str:
        return str(self.therapist)
