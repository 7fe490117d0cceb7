"""Invitations, by which people open their accounts."""

import base64
import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, allows
from accounts.models.people import User


@dataclass(frozen=True)
class Background:
    """What led to an invitation. `asked_on`: when its person asked for it, if they did.
    `colleagues`: with whom they will have to do. `by_colleague`: whether one of these invites
    them. `unnamed`: whether an email leaves out who writes. `values`: what fills the blanks of
    the texts to which they agree."""

    asked_on: date | None = None
    colleagues: tuple[str, ...] = ()
    by_colleague: bool = False
    unnamed: bool = False
    values: Mapping[str, str] = field(default_factory=dict)


# Asked about an invitation, in its person's name. Other apps register these, since they know for
# what somebody is invited, and this app must not import them.
BACKGROUNDS: list[Callable[["Invitation"], Background | None]] = []


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime | None = None) -> "InvitationQuerySet":
        return self.filter(
            accepted_at=None, withdrawn_at=None, expires_at__gt=now or timezone.now()
        )

    def by_token(self, token: str) -> "InvitationQuerySet":
        return self.filter(token_hash=Invitation.hash(token))


class Invitation(models.Model):
    """A single-use link that opens a person's pending account. Only its token's hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("invitation"), _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "user",
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open_for_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(withdrawn_at=None),
                name="invitation_not_both_accepted_and_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.created_at:%Y-%m-%d})"

    @staticmethod
    def hash(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def issue(cls, user: User, by: User | None, now: datetime) -> tuple["Invitation", str]:
        """A new invitation and its token, which is never stored."""
        expires = now + timedelta(days=settings.INVITATION_DAYS)
        invitation = cls(user=user, invited_by=by, created_at=now, expires_at=expires)
        invitation.token_hash = cls.hash(invitation.token)
        invitation.save(force_insert=True)
        return invitation, invitation.token

    @property
    def token(self) -> str:
        """Derived from the id and SECRET_KEY, so that an email is retried without storing it."""
        digest = salted_hmac("accounts.Invitation", str(self.pk), algorithm="sha256").digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def by_manager(self) -> bool:
        """One query."""
        return self.invited_by is not None and allows(self.invited_by, Permission.MANAGE_PRACTICE)

    def background(self) -> Background:
        found = (tell(self) for tell in BACKGROUNDS)
        return next((one for one in found if one), Background())

    def why_closed(self, now: datetime) -> str | None:
        """Why this invitation no longer works: "used", "withdrawn", "expired"; None if it works."""
        if self.accepted_at:
            return "used"
        if self.withdrawn_at:
            return "withdrawn"
        return "expired" if now >= self.expires_at else None
