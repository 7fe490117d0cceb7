"""The safety plan, which a client and their therapist write for times of crisis."""

import uuid
from typing import NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption import phone_index
from accounts.encryption.fields import (
    EncryptedJSON,
    EncryptedLine,
    EncryptedModel,
    EncryptedQuerySet,
    EncryptedText,
)
from accounts.encryption.unreadable import Placeholder
from accounts.models import User


class Call(NamedTuple):
    """Somebody to call: a name and a phone number ("" if none was given).

    Digits in the name are never dialled: "flat 302" and "24x7" are not phone numbers.
    """

    name: str
    number: str

    @property
    def dialled(self) -> str:
        return phone_index.digits_of(self.number)

    @property
    def button(self) -> str:
        """What a call button dials and shows. This is the text that the writer confirms."""
        return f"{self.dialled} {self.name}"


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
        _("People and places that take my mind off it"), max_length=2000, blank=True
    )
    # [[name, number], …]
    calls = EncryptedJSON(_("Whom I can call"), null=True, default=list, blank=True)
    surroundings = EncryptedText(
        _("How I make the place around me safer"), max_length=2000, blank=True
    )
    matters = EncryptedText(_("What matters to me"), max_length=2000, blank=True)
    contact_name = EncryptedLine(_("Emergency contact"), max_length=120, blank=True)
    contact_relation = EncryptedLine(_("Who they are to me"), max_length=80, blank=True)
    contact_phone = EncryptedLine(_("Their phone"), max_length=30, blank=True)
    contact_agreed = models.BooleanField(
        _("The practice may call them if it fears for my safety."), default=False
    )

    objects = EncryptedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("safety plan"), _("safety plans")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint("client", "version", name="safety_plan_one_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.version}"

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The sections that are filled in, as (heading, text), without the calls."""
        names = ("signs", "helps", "company", "surroundings", "matters")
        written = [(str(self._meta.get_field(n).verbose_name), getattr(self, n)) for n in names]  # type: ignore[union-attr]
        return [(heading, text) for heading, text in written if text]

    @property
    def people_to_call(self) -> list[Call]:
        """The people to call, in the client's order."""
        if isinstance(self.calls, Placeholder):
            return [Call(self.calls, "")]  # type: ignore[arg-type]
        return [Call(*call) for call in self.calls or []]

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
        return [call for call in [*self.people_to_call, self.contact] if call.number]
