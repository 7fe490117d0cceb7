"""Emails, stored until they are sent."""

import uuid
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.contact_details.email_addresses import PLAIN
from accounts.models.people import User


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self) -> "MailQuerySet":
        return self.filter(sent_at=None, given_up_at=None)

    def due(self, now: datetime | None = None) -> "MailQuerySet":
        return self.waiting().filter(next_try_at__lte=now or timezone.now()).order_by("created_at")


class Mail(models.Model):
    """An email to be sent: its kind, its recipient, and a few plain facts.

    Its text is made when it is sent, and contains nothing clinical. Its id is its Message-ID, so
    that a recipient sees it once, even if it was sent twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=60, editable=False)
    user = models.ForeignKey(User, models.CASCADE, null=True, editable=False, related_name="mails")
    to = models.EmailField(_("to"), blank=True, editable=False)
    facts = models.JSONField(default=dict, editable=False)
    # What it is about, if only one email may be about it: a reminder is sent once.
    once = models.CharField(max_length=120, null=True, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    next_try_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    given_up_at = models.DateTimeField(null=True, editable=False)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("mail"), _("mails")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="mail_to_send",
                condition=models.Q(sent_at=None, given_up_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None) ^ models.Q(to=""), name="mail_has_one_reader"
            ),
            models.CheckConstraint(
                condition=models.Q(to="") | models.Q(to__regex=PLAIN), name="mail_to_plain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def address(self) -> str:
        """One query if the user is not loaded."""
        return self.user.email if self.user else self.to
