"""Requests for a first session."""

import uuid
from datetime import date

from django.db import models
from django.db.models import OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, allows
from accounts.encryption.data_keys import KeyOwner
from accounts.encryption.fields import (
    EncryptedJSON,
    EncryptedLine,
    EncryptedModel,
    EncryptedQuerySet,
)
from accounts.encryption.phone_index import PhoneIndex
from accounts.idempotency import IdempotencyKey
from accounts.models import User
from assessments.models import Attempt
from clients import working_days
from clients.first_contact.safe_contact import SafeContact
from clients.models.care import Client

# The constraint that detects a repeated request: visitors cannot read requests, not even their own.
SENT_ONCE = "enquiry_sent_once"


class EnquiryQuerySet(EncryptedQuerySet["Enquiry"]):
    def visible_to(self, user: User) -> "EnquiryQuerySet":
        """All requests, for managers. Nobody else reads them."""
        return self.all() if allows(user, Permission.MANAGE_PRACTICE) else self.none()

    def waiting(self) -> "EnquiryQuerySet":
        return self.filter(closed_at=None)

    def with_clinician(self, user: User) -> "EnquiryQuerySet":
        """Open requests which a manager asked this therapist to look at."""
        if not allows(user, Permission.SEE_CASELOAD):
            return self.none()
        return self.waiting().filter(clinician=user)

    def with_contacts(self) -> "EnquiryQuerySet":
        """Loads who got in touch, and when. One query, however many rows."""
        contacts = EnquiryContact.objects.select_related("made_by")
        return self.prefetch_related(Prefetch("contacts", contacts))

    def with_next_call(self) -> "EnquiryQuerySet":
        """Annotates the day on which the latest contact says to call again."""
        latest = EnquiryContact.objects.filter(enquiry=OuterRef("pk")).order_by("-made_at", "-pk")
        return self.annotate(next_call=Subquery(latest.values("call_on")[:1]))

    def named(self, words: str) -> "EnquiryQuerySet":
        """Searches by part of the name or the email address, or by the whole phone number."""
        matches = Q(name__icontains=words) | Q(email__icontains=words)
        if indexes := PhoneIndex.of(words):
            matches |= Q(phone_index__in=indexes)
        return self.filter(matches)


class Advice(models.TextChoices):
    """What a clinician advises after reading a request."""

    CALL_TODAY = "call today", _("Please call today")
    CAN_WAIT = "can wait", _("It can wait for a first session")
    ELSEWHERE = "elsewhere", _("Another place fits better")


class Enquiry(EncryptedModel):
    """A visitor's request for a first session. Submitting the form twice stores it once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("email"), blank=True)
    phone = EncryptedLine(_("phone"), max_length=30, blank=True)
    about = EncryptedLine(_("what it is about"), max_length=500, blank=True)
    # What they answered about being reached safely: `SafeContact.to_store`.
    contact = EncryptedJSON(_("how to reach them safely"), null=True, editable=False)
    phone_index = PhoneIndex("phone")
    attempt = models.ForeignKey(Attempt, models.SET_NULL, null=True, related_name="+")
    consented_at = models.DateTimeField()
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    idempotency_key = IdempotencyKey()
    # A therapist whom a manager asked to look at it, when they did, and what they advise.
    clinician = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("clinician")
    )
    looked_at = models.DateTimeField(null=True)
    advice = models.CharField(max_length=10, choices=Advice, null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    client = models.OneToOneField(Client, models.SET_NULL, null=True, related_name="enquiry")

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("first-session request"), _("first-session requests")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint("idempotency_key", name=SENT_ONCE),
            models.CheckConstraint(
                condition=~Q(email="") | Q(phone__isnull=False), name="enquiry_can_be_answered"
            ),
            models.CheckConstraint(
                condition=Q(client=None) | Q(closed_at__isnull=False),
                name="enquiry_of_a_client_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(looked_at=None, advice=None)
                | (Q(looked_at__isnull=False, advice__in=Advice.values)),
                name="enquiry_looked_at_with_advice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.created_at:%Y-%m-%d}"

    def belongs_to(self) -> KeyOwner:
        """The client, once there is one; until then the request has a data key of its own."""
        return super().belongs_to() if self.client_id else self.pk

    @property
    def safe_contact(self) -> SafeContact:
        """What cannot be decrypted counts as not answered."""
        return SafeContact.read(self.contact)

    @property
    def takes_email(self) -> bool:
        """Whether they left an address and did not ask to be called instead."""
        return bool(self.email) and self.safe_contact.may_email

    @property
    def look_by(self) -> date:
        """The working day by whose end a clinician should have looked at it."""
        return working_days.due_on(timezone.localtime(self.created_at))

    @property
    def is_late(self) -> bool:
        return not self.looked_at and self.look_by < timezone.localdate()

    @property
    def last_contact(self) -> "EnquiryContact | None":
        """No query if it was loaded `with_contacts`."""
        return next(reversed(self.contacts.all()), None)

    def get_absolute_url(self) -> str:
        return reverse("enquiry-read", args=[self.pk])


class EnquiryContact(models.Model):
    """One time that the practice got in touch about a request, or tried to, and what comes next.

    A row never changes: what comes next is what the latest one says.
    """

    class Outcome(models.TextChoices):
        NO_ANSWER = "no answer", _("Called, no answer")
        MESSAGE = "message", _("Called, left a message")
        SPOKE = "spoke", _("Spoke with them")
        WROTE = "wrote", _("Wrote to them")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="contacts")
    outcome = models.CharField(_("what happened"), max_length=10, choices=Outcome)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, editable=False, related_name="+")
    call_on = models.DateField(_("call again on"), null=True, blank=True)
    proposed_at = models.DateTimeField(_("first session proposed for"), null=True, blank=True)
    idempotency_key = IdempotencyKey()

    class Meta:
        verbose_name = _("contact about a request")
        verbose_name_plural = _("contacts about requests")
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "enquiry", "idempotency_key", name="enquiry_contact_noted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id}: {self.outcome}"

    @property
    def is_due(self) -> bool:
        return self.call_on is not None and self.call_on <= timezone.localdate()
