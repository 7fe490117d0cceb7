"""The audit log, and its hash chain."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """Who did or read what, about which client, when and from where. Append-only.

    People and objects are opaque ids, not foreign keys: the audit log outlives them. Triggers
    refuse UPDATE, DELETE and TRUNCATE (`accounts/database/audit_log.sql`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    verb = models.CharField(_("what"), max_length=40, editable=False)
    actor = models.UUIDField(_("who"), null=True, editable=False)
    client = models.UUIDField(_("client"), null=True, editable=False)
    target = models.CharField(_("thing"), max_length=80, blank=True, editable=False)
    address = models.GenericIPAddressField(_("from"), null=True, editable=False)
    # The name of the page's route, never its URL, which may contain what somebody typed.
    route = models.CharField(_("page"), max_length=80, blank=True, default="", editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("audit event"), _("audit log")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["client", "-at"], name="audit_by_client"),
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
            models.Index(fields=["-at"], name="audit_by_time"),
            models.Index(fields=["verb", "-at"], name="audit_by_verb"),
            models.Index(fields=["address", "-at"], name="audit_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class AuditLink(models.Model):
    """One link of the hash chain over the audit log, created by `manage.py link_audit_log`.

    `digest` covers the previous link and every column of the event, so that nothing in the audit
    log can be changed, deleted or inserted without breaking the rest of the chain. Append-only,
    like the audit log itself.
    """

    number = models.PositiveBigIntegerField(primary_key=True, editable=False)
    event = models.UUIDField(unique=True, editable=False)
    linked_at = models.DateTimeField(editable=False)
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("audit link"), _("audit links")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.digest}"
