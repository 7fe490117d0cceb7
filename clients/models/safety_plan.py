"""The safety plan, which a client and their therapist write for times of crisis.

It has the six elements of Stanley and Brown's safety planning intervention (2012), in their order,
and beside them what matters to the client and whom the practice may call.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.contact_details import phone_numbers
from accounts.encryption.fields import (
    EncryptedJSON,
    EncryptedLine,
    EncryptedModel,
    EncryptedQuerySet,
    EncryptedText,
)
from accounts.encryption.unreadable import Placeholder
from accounts.models import User
from accounts.validators import year_makes_sense
from clients.flags import FOLLOW_UP_ASKED_AHEAD

# A plan is followed up within this time after it was written.
FOLLOW_UP_WITHIN = timedelta(hours=72)


class Call(NamedTuple):
    """Somebody to call: a name and a phone number ("" if none was given).

    Digits in the name are never dialled: "flat 302" and "24x7" are not phone numbers.
    """

    name: str
    number: str

    @property
    def dialled(self) -> str:
        """What a call button dials; "" where the number is not clear: then there is no button."""
        return phone_numbers.dialled(self.number)

    @property
    def button(self) -> str:
        """What a call button dials and shows. This is the text that the writer confirms."""
        return f"{self.dialled} {self.name}"


class ProfessionalKind(models.TextChoices):
    THERAPIST = "therapist", _("My therapist")
    DOCTOR = "doctor", _("My psychiatrist or doctor")
    EMERGENCY = "emergency", _("The nearest emergency department")
    OTHER = "other", _("Somebody else")


class Professional(NamedTuple):
    """`hours`: when they can be reached, in the writer's words."""

    kind: str
    name: str
    number: str
    hours: str

    @property
    def label(self) -> Promise | str:
        return ProfessionalKind(self.kind).label

    @property
    def call(self) -> Call:
        return Call(self.name or self.number, self.number)


@dataclass(frozen=True)
class Part:
    """A part of the plan that is filled in. `element`: its place among the six elements, None if
    it is beside them."""

    element: int | None
    heading: Promise | str
    texts: list[tuple[Promise | str, str]] = field(default_factory=list)
    people: list[Call] = field(default_factory=list)
    professionals: list[Professional] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.texts or self.people or self.professionals)


class SafetyPlanQuerySet(EncryptedQuerySet["SafetyPlan"]):
    def in_force(self) -> "SafetyPlanQuerySet":
        """The newest version of each client."""
        newer = SafetyPlan.objects.filter(
            client=OuterRef("client"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(newer))

    def to_review(self, today: date) -> "SafetyPlanQuerySet":
        return self.in_force().filter(review_on__lte=today)

    def to_follow_up(self) -> "SafetyPlanQuerySet":
        """Somebody was to follow up, and nobody has noted that they did."""
        return self.in_force().filter(follow_up_by__isnull=False, followed_up_at=None)

    def asking_for_follow_up(self, now: datetime) -> "SafetyPlanQuerySet":
        """The same rule as the flag's in `clients/flags.py`."""
        return self.to_follow_up().filter(follow_up_by__lte=now + FOLLOW_UP_ASKED_AHEAD)


class SafetyPlan(EncryptedModel):
    """One version of a client's plan. The newest is in force; older ones are kept unchanged.

    If two people save at once, the second finds the version number taken.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="safety_plans")
    version = models.PositiveIntegerField(editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+")
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    signs = EncryptedText(
        _("How I notice that it is getting hard"), max_length=2000, blank=True,
        help_text=_("Thoughts, feelings, places or moments that come before."),
    )  # fmt: skip
    helps = EncryptedText(
        _("What I can do by myself"), max_length=2000, blank=True,
        help_text=_("What has helped before, even a little."),
    )  # fmt: skip
    company = EncryptedText(
        _("People and places that take my mind off it"), max_length=2000, blank=True,
        help_text=_("You do not have to tell them why you are there."),
    )  # fmt: skip
    # [[name, number], …]
    calls = EncryptedJSON(_("People I can ask for help"), null=True, default=list, blank=True)
    # [[kind, name, number, hours], …]
    professionals = EncryptedJSON(_("Professionals who can help me"), null=True, blank=True)
    surroundings = EncryptedText(
        _("What makes the place around me safer"), max_length=2000, blank=True,
        help_text=_("For example: who stays with you, where you do not go alone."),
    )  # fmt: skip
    means = EncryptedText(
        _("Who can keep medicines, pesticides, ropes or blades for now?"), max_length=2000,
        blank=True, help_text=_("What you would have to fetch first gives you time."),
    )  # fmt: skip
    matters = EncryptedText(_("What matters to me"), max_length=2000, blank=True)
    contact_name = EncryptedLine(
        _("Emergency contact"), max_length=120, blank=True,
        help_text=_("Someone you are safe with."),
    )  # fmt: skip
    contact_relation = EncryptedLine(_("Who they are to me"), max_length=80, blank=True)
    contact_phone = EncryptedLine(_("Their phone"), max_length=30, blank=True)
    contact_agreed = models.BooleanField(
        _("The practice may call them if it fears for my safety."), default=False
    )
    review_on = models.DateField(
        _("We look at this plan again on"), null=True, blank=True, validators=[year_makes_sense]
    )
    follow_up_by = models.DateTimeField(null=True, editable=False)
    followed_up_at = models.DateTimeField(null=True, editable=False)
    followed_up_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = SafetyPlanQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("safety plan"), _("safety plans")
        ordering = ["-version"]
        indexes = [
            models.Index(
                fields=["review_on"], name="safety_plan_review",
                condition=Q(review_on__isnull=False),
            ),
            models.Index(
                fields=["follow_up_by"], name="safety_plan_follow_up",
                condition=Q(follow_up_by__isnull=False, followed_up_at=None),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint("client", "version", name="safety_plan_one_a_version"),
            models.CheckConstraint(
                condition=Q(followed_up_at=None, followed_up_by=None)
                | Q(followed_up_at__isnull=False, followed_up_by__isnull=False),
                name="safety_plan_followed_up_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.version}"

    @property
    def parts(self) -> list[Part]:
        """The parts that are filled in: the six elements in their order, then the others."""
        everything = [
            self._text_part(1, "signs"),
            self._text_part(2, "helps"),
            self._text_part(3, "company"),
            Part(4, self._label("calls"), people=self.people_to_call),
            Part(5, self._label("professionals"), professionals=self.professionals_to_call),
            Part(6, _("Making it safer around me"), self._texts("surroundings", "means")),
            self._text_part(None, "matters"),
        ]
        return [part for part in everything if part]

    def _text_part(self, element: int | None, name: str) -> Part:
        return Part(element, self._label(name), [("", text) for _name, text in self._texts(name)])

    def _texts(self, *names: str) -> list[tuple[Promise | str, str]]:
        return [(self._label(name), text) for name in names if (text := getattr(self, name))]

    def _label(self, name: str) -> Promise | str:
        return self._meta.get_field(name).verbose_name  # type: ignore[union-attr]

    @property
    def people_to_call(self) -> list[Call]:
        """The people to call, in the client's order."""
        if isinstance(self.calls, Placeholder):
            return [Call(self.calls, "")]  # type: ignore[arg-type]
        return [Call(*call) for call in self.calls or []]

    @property
    def professionals_to_call(self) -> list[Professional]:
        """In the order of ProfessionalKind."""
        if isinstance(self.professionals, Placeholder):
            unknown = ProfessionalKind.OTHER.value
            return [Professional(unknown, self.professionals, "", "")]  # type: ignore[arg-type]
        return [Professional(*row) for row in self.professionals or []]

    @property
    def contact(self) -> Call:
        """The emergency contact; its name and number are empty if there is none."""
        name, phone = self.contact_name, self.contact_phone
        if isinstance(phone, Placeholder):  # Shown as text without a call button.
            name, phone = f"{name} – {phone}" if name else phone, ""
        return Call(name, phone)

    @property
    def buttons(self) -> list[Call]:
        """Everyone whom this plan offers a call button for."""
        professionals = [row.call for row in self.professionals_to_call]
        everyone = [*self.people_to_call, *professionals, self.contact]
        return [call for call in everyone if call.dialled]

    @property
    def is_to_follow_up(self) -> bool:
        return self.follow_up_by is not None and self.followed_up_at is None
