"""What an account has for a while: an address to be confirmed, and parked forms."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.contact_details.email_addresses import PLAIN


class EmailChange(models.Model):
    """A person's request to sign in with another address, until that mailbox confirms it."""

    LASTS = timedelta(days=2)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="email_changes")
    was = models.EmailField(_("address before"), editable=False)
    to = models.EmailField(_("new address"), editable=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    done_at = models.DateTimeField(_("confirmed"), null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("change of address"), _("changes of address")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                "user", condition=models.Q(done_at=None), name="email_change_one_open_for_a_person"
            ),
            models.CheckConstraint(
                condition=models.Q(was__regex=PLAIN, to__regex=PLAIN), name="email_change_plain"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.asked_at:%Y-%m-%d}"

    @property
    def token(self) -> str:
        """Derived from the id and SECRET_KEY when the email is sent; it is not stored."""
        return signing.dumps(str(self.pk), salt="accounts.EmailChange")

    @classmethod
    def waiting_for(cls, token: str) -> "EmailChange | None":
        try:
            pk = signing.loads(token, salt="accounts.EmailChange", max_age=cls.LASTS)
        except signing.BadSignature:
            return None
        return cls.objects.filter(pk=pk, done_at=None).first()

    def is_over(self, now: datetime) -> bool:
        return self.done_at is not None or now - self.asked_at > self.LASTS


class ParkedForm(models.Model):
    """A form sent after its session had ended: encrypted, for its person alone, for a day."""

    LASTS = timedelta(days=1)
    # The longest, in bytes before encryption; and the most that a person may have (by a trigger).
    LONGEST, MOST = 400_000, 20

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="parked_forms")
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    ciphertext = models.BinaryField(editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("parked form"), _("parked forms")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    models.Func(
                        "ciphertext", function="octet_length", output_field=models.IntegerField()
                    ),
                    500_000,
                ),
                name="parked_form_not_too_long",
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
