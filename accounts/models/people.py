"""Who a person is."""

import uuid
from typing import ClassVar

from django.contrib.auth import hashers
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.contact_details import email_addresses


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
        user = self.by_email(email or "")
        if user is None:
            raise self.model.DoesNotExist
        return user

    def by_email(self, typed: str) -> "User | None":
        """The person with this address; people are looked up by it in no other way. One query."""
        try:
            return self.filter(email=User.clean_email(typed)).first()
        except ValidationError:
            return None


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in, by email. What they may do follows from their groups."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(
        _("email"),
        unique=True,
        error_messages={"unique": _("There is already an account with this email.")},
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("As the person is called."))
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switch off instead of deleting an account.")
    )
    # Django's own words for these two are a programmer's.
    is_superuser = models.BooleanField(_("may change everything here"), default=False)
    last_login = models.DateTimeField(_("last sign-in"), null=True, blank=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name, verbose_name_plural = _("person"), _("people")
        ordering = ["name", "email"]
        # The list of a practice's clients reads its first page without sorting all of them.
        indexes = [models.Index(fields=["name"], name="user_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email__regex=email_addresses.PLAIN), name="user_email_plain"
            ),
        ]

    @staticmethod
    def clean_email(email: str) -> str:
        """The address in its one spelling. Raises ValidationError if it isn't plain ASCII."""
        return email_addresses.clean(email)

    def __str__(self) -> str:
        return self.name or self.email

    def check_password(self, raw_password: str | None) -> bool:
        """Django's, but when the hash is renewed, the person is the actor."""
        from accounts.database import row_security

        def renew(raw: str) -> None:
            with row_security.acting_as(self):
                self.set_password(raw)
                self._password = None
                self.save(update_fields=["password"])

        return hashers.check_password(raw_password, self.password, renew)

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
        """Invited, but not opened by its person yet; a closed account has a password."""
        return not self.is_active and not self.has_usable_password()

    @property
    def is_staff(self) -> bool:
        """Whether they may enter the admin at all: derived, so that it ends with the role."""
        return bool(access.roles(self)) or (self.is_active and self.is_superuser)
