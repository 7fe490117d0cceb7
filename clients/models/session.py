"""Sessions: planned, held, missed, or rescheduled or cancelled."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Case, Count, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Part(models.IntegerChoices):
    """The sections of a list of sessions."""

    TO_RECORD = 1, _("To record")
    AHEAD = 2, _("Upcoming")
    EARLIER = 3, _("Earlier")


# Within a part the earliest first, but in EARLIER the latest first.
_AT = (Case(When(part__lt=Part.EARLIER, then="at")), "-at")


class SessionQuerySet(models.QuerySet["Session"]):
    def coming(self, now: datetime | None = None) -> "SessionQuerySet":
        """Planned sessions that have not begun, the next one first."""
        planned = self.filter(state=Session.State.PLANNED, at__gte=now or timezone.now())
        return planned.order_by("at")

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


class Session(models.Model):
    """One meeting of a client and a therapist. Its content is kept in notes."""

    # What the therapist enters. The forms have these fields, and a session that is handed over to
    # another therapist keeps them.
    ENTERED = ("at",)

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        MISSED = "missed", _("missed")
        MOVED = "moved", _("rescheduled or cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="sessions")
    therapist = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    recorded_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("session"), _("sessions")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["client", "-at"], name="session_of_a_client"),
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
        return date_format(timezone.localtime(self.at), FORMATS[form])

    def with_therapist(self, therapist: User) -> "Session":
        """The same session planned with another therapist, not saved yet."""
        entered = {name: getattr(self, name) for name in self.ENTERED}
        return Session(client_id=self.client_id, therapist=therapist, **entered)

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
