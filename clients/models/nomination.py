"""Whom a client names for the case that they cannot act themselves."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption.fields import EncryptedModel, EncryptedQuerySet, EncryptedText

WORDS = ("nominee", "representative", "directive")


class Nomination(EncryptedModel):
    """One version of a client's nominee (DPDP Act, s. 14), nominated representative and advance
    directive (Mental Healthcare Act, ss. 14 and 5). The client alone writes them, and all may stay
    empty. The newest version holds; earlier ones are kept unchanged."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="nominations")
    version = models.PositiveIntegerField(editable=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    nominee = EncryptedText(
        _("For my data: my nominee"), max_length=500, blank=True,
        help_text=_(
            "This person may ask about your data if you die or can no longer ask yourself. Please"
            " write their name, who they are to you, and how to reach them."
        ),
    )  # fmt: skip
    representative = EncryptedText(
        _("For my treatment: my nominated representative"), max_length=500, blank=True,
        help_text=_(
            "This person stands by you in decisions about treatment, if illness ever keeps you from"
            " deciding. To be valid, the choice has to be on paper with your signature. Please"
            " write their name, who they are to you, and how to reach them."
        ),
    )  # fmt: skip
    directive = EncryptedText(
        _("My advance directive"), max_length=500, blank=True,
        help_text=_(
            "If you have written down how you wish to be treated and not treated: where is it, and"
            " has it been registered?"
        ),
    )  # fmt: skip

    objects = EncryptedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("named person"), _("named people")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint("client", "version", name="nomination_one_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.version}"

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What is filled in, as (heading, text)."""
        written = [(str(self._meta.get_field(n).verbose_name), getattr(self, n)) for n in WORDS]  # type: ignore[union-attr]
        return [(heading, text) for heading, text in written if text]
