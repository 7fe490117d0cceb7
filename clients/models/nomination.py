"""Whom a client names for the case that they cannot act themselves, and how they can be reached."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
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
from clients.first_contact.safe_contact import SafeContact

if TYPE_CHECKING:
    from clients.models.care import Client
    from clients.models.enquiry import Enquiry

WORDS = ("nominee", "representative", "directive")
CONTACT_WORDS = ("phone", "contact_name", "contact_relation", "contact_phone")


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


class ContactDetails(EncryptedModel):
    """One version of a client's phone number and emergency contact, with what the client allows.
    The client and their therapists write it. The newest version holds; earlier ones are kept
    unchanged."""

    class MayCall(models.TextChoices):
        """Whether the practice may call the emergency contact."""

        YES = "yes", _("Yes")
        IN_DANGER = "in danger", _("Only if you fear for my safety")
        NO = "no", _("No")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="contact_details")
    version = models.PositiveIntegerField(editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+")
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    phone = EncryptedLine(_("Phone number"), max_length=30, blank=True)
    # What the client allows on the telephone: `SafeContact.to_store`.
    permission = EncryptedJSON(_("how to call safely"), null=True, editable=False)
    contact_name = EncryptedLine(_("Emergency contact: name"), max_length=120, blank=True)
    contact_relation = EncryptedLine(_("Who they are to the client"), max_length=80, blank=True)
    contact_phone = EncryptedLine(_("Their phone number"), max_length=30, blank=True)
    may_call_contact = models.CharField(
        _("May we call them?"), max_length=10, choices=MayCall, default=MayCall.NO
    )

    objects = EncryptedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("contact details"), _("contact details")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint("client", "version", name="contact_details_one_a_version"),
            models.CheckConstraint(
                condition=Q(may_call_contact__in=["yes", "in danger", "no"]),
                name="contact_details_permission_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.version}"

    @classmethod
    def of_request(cls, enquiry: "Enquiry", client: "Client", by: User) -> "ContactDetails | None":
        """The first version, taken over from the client's first-session request; None if it says
        nothing about calling them."""
        permission = enquiry.safe_contact.to_store()
        if not (enquiry.phone or permission):
            return None
        return cls(
            client=client, version=1, written_by=by, phone=enquiry.phone, permission=permission
        )

    @property
    def safe_contact(self) -> SafeContact:
        """What cannot be decrypted counts as not answered."""
        return SafeContact.read(self.permission)

    @property
    def dialled(self) -> str:
        """What a call button dials; "" where the number is not clear or cannot be decrypted: then
        there is no button."""
        return "" if isinstance(self.phone, Placeholder) else phone_numbers.dialled(self.phone)
