"""The safety plan: what a client and their therapist write together for hard hours."""

import re
import uuid
from typing import NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sealed_fields import SealedLine, SealedModel, SealedQuerySet, SealedText

PHONE = re.compile(r"\+?\d[\d \-()]{1,20}\d")


class Call(NamedTuple):
    """A line of "whom to call": its words, and the number to dial ("" where it names none)."""

    words: str
    number: str


class SafetyPlan(SealedModel):
    """One version of a client's plan; the newest holds, older ones stay as they were written.

    Two people who save at once both name the version they saw: the second finds it taken.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="safety_plans")
    version = models.PositiveIntegerField(editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+")
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    signs = SealedText(
        _("How I notice that it is getting hard"), max_length=2000, blank=True,
        help_text=_("Thoughts, feelings, places or moments that come before."),
    )  # fmt: skip
    helps = SealedText(
        _("What I can do by myself"), max_length=2000, blank=True,
        help_text=_("What has helped before, even a little."),
    )  # fmt: skip
    company = SealedText(
        _("People and places that take my mind off it"), max_length=2000, blank=True
    )
    calls = SealedText(
        _("Whom I can call"), max_length=2000, blank=True,
        help_text=_("One on each line: a name and a number. Then one tap calls them."),
    )  # fmt: skip
    surroundings = SealedText(
        _("How I make the place around me safer"), max_length=2000, blank=True
    )
    matters = SealedText(_("What matters to me"), max_length=2000, blank=True)
    contact_name = SealedLine(_("Emergency contact"), max_length=120, blank=True)
    contact_relation = SealedLine(_("Who they are to me"), max_length=80, blank=True)
    contact_phone = SealedLine(_("Their phone"), max_length=30, blank=True)
    contact_agreed = models.BooleanField(
        _("The practice may call them if it fears for my safety."), default=False
    )

    objects = SealedQuerySet.as_manager()

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
        """What was written, as (heading, text), without the empty ones and the calls."""
        names = ("signs", "helps", "company", "surroundings", "matters")
        written = [(str(self._meta.get_field(n).verbose_name), getattr(self, n)) for n in names]  # type: ignore[union-attr]
        return [(heading, text) for heading, text in written if text]

    @property
    def whom(self) -> list[Call]:
        """The people to call, the emergency contact last, if their number is not there already."""
        found = [_call(line.strip()) for line in self.calls.splitlines() if line.strip()]
        contact = _call(" ".join(filter(None, [self.contact_name, self.contact_phone])))
        if contact.words and contact.number not in {call.number for call in found if call.number}:
            found.append(contact)
        return found


def _call(line: str) -> Call:
    found = PHONE.search(line)
    if not found:
        return Call(line, "")
    words = (line[: found.start()] + line[found.end() :]).strip(" :,;-–()")
    return Call(words or found[0], re.sub(r"[^\d+]", "", found[0]))
