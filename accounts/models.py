"""Who a person is: users, invitations, consents; and the audit trail."""

import base64
import hashlib
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.key_rows import DataKey  # noqa: F401  (a model of this app)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """A user with a lower-case address; without a password they can't sign in yet."""
        user = self.model(email=User.clean_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, **fields | {"is_superuser": True})

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=User.clean_email(email or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in, by e-mail. What they may do follows from their groups."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("There is already an account with this e-mail.")},
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("As the person is called."))
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switch off instead of deleting an account.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name, verbose_name_plural = _("person"), _("people")
        ordering = ["name", "email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
        ]

    @staticmethod
    def clean_email(email: str) -> str:
        return email.strip().lower()

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = self.clean_email(self.email)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        """The first word, without a title: "Dr. Meera Nair" is greeted as "Meera"."""
        words = [w for w in self.name.split() if w.lower().rstrip(".") not in ("dr", "prof")]
        return words[0] if words else self.email

    @property
    def is_waiting(self) -> bool:
        """Invited, and never opened by its person; a closed account has a password."""
        return not self.is_active and not self.has_usable_password()

    @property
    def is_staff(self) -> bool:
        """Who may enter the admin at all: derived, so that it ends with the role."""
        return bool(access.roles(self)) or (self.is_active and self.is_superuser)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime | None = None) -> "InvitationQuerySet":
        return self.filter(
            accepted_at=None, withdrawn_at=None, expires_at__gt=now or timezone.now()
        )

    def by_token(self, token: str) -> "InvitationQuerySet":
        return self.filter(token_hash=Invitation.hash(token))


class Invitation(models.Model):
    """A single-use way in for a person whose account waits. Only the token's hash is kept."""

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
        """Made of the id and SECRET_KEY, so that a mail can be tried again without keeping it."""
        made = salted_hmac("accounts.Invitation", str(self.pk), algorithm="sha256").digest()
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def why_closed(self, now: datetime) -> str | None:
        """Why this invitation opens nothing (any more): "used", "withdrawn", "expired", or None."""
        if self.accepted_at:
            return "used"
        if self.withdrawn_at:
            return "withdrawn"
        return "expired" if now >= self.expires_at else None


class ConsentText(models.Model):
    """A version of what a new client agrees to. A version that someone agreed to never changes."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    text = models.TextField(_("text"))
    published_at = models.DateTimeField(_("published"), default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = _("consent text"), _("consent texts")
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.version}"

    @classmethod
    def current(cls) -> "ConsentText":
        return cls.objects.filter(published_at__lte=timezone.now()).order_by("-version")[0]

    @classmethod
    def ensure_first(cls, using: str) -> None:
        text = (Path(__file__).parent / "texts" / "consent-1.txt").read_text(encoding="utf-8")
        cls.objects.using(using).get_or_create(version=1, defaults={"text": text})


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """One person's yes to one version of the text, and when; withdrawn, with when."""

    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="consents")
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("consent"), _("consents")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                "user", "text", condition=models.Q(withdrawn_at=None), name="consent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.text}"


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self) -> "MailQuerySet":
        return self.filter(sent_at=None, given_up_at=None)

    def due(self, now: datetime | None = None) -> "MailQuerySet":
        return self.waiting().filter(next_try_at__lte=now or timezone.now()).order_by("created_at")


class Mail(models.Model):
    """A mail that is to go out, kept until it is gone: what kind, to whom, and a few plain facts.

    Its words are made when it is sent, and hold nothing clinical. Its id is its Message-ID, so
    that one which was sent twice arrives as one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=60, editable=False)
    user = models.ForeignKey(User, models.CASCADE, null=True, editable=False, related_name="mails")
    to = models.EmailField(_("to"), blank=True, editable=False)
    facts = models.JSONField(default=dict, editable=False)
    # What it is the one mail about: a reminder is sent once.
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def address(self) -> str:
        """One query if the user is not loaded."""
        return self.user.email if self.user else self.to


class Tally(models.Model):
    """How often something was tried (`accounts/limits.py`); nobody can read who or where. Gone
    soon after `until`."""

    key = models.CharField(primary_key=True, max_length=64, editable=False)
    until = models.DateTimeField(editable=False, db_index=True)

    class Meta:
        verbose_name, verbose_name_plural = _("tally"), _("tallies")

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.until:%Y-%m-%d %H:%M}"


class AuditEvent(models.Model):
    """Who did or saw what, of which client, when and from where. Added to, never changed.

    People and things are opaque ids, not foreign keys: the trail outlives what it speaks of.
    A trigger refuses UPDATE, DELETE and TRUNCATE (migration 0002).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    verb = models.CharField(_("what"), max_length=40, editable=False)
    actor = models.UUIDField(_("who"), null=True, editable=False)
    client = models.UUIDField(_("client"), null=True, editable=False)
    target = models.CharField(_("thing"), max_length=80, blank=True, editable=False)
    address = models.GenericIPAddressField(_("from"), null=True, editable=False)
    # The name of the page's route, never its address: addresses may hold what was typed.
    route = models.CharField(_("page"), max_length=80, blank=True, default="", editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("audit event"), _("audit trail")
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


class TrailSeal(models.Model):
    """One link of the chain over the audit trail, made by `manage.py seal_trail`.

    `digest` is made of the link before it and of every column of the event, so that nothing in
    the trail changes, goes or comes in between without breaking what follows. Append-only, like
    the trail itself (migration 0009).
    """

    number = models.PositiveBigIntegerField(primary_key=True, editable=False)
    event = models.UUIDField(unique=True, editable=False)
    sealed_at = models.DateTimeField(editable=False)
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("seal of the trail"), _("seals of the trail")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.digest}"


# Below, because they speak of the user above.
from accounts.account_models import EmailChange, Unsent  # noqa: E402, F401
