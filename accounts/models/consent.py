"""What people agree to, and when they did."""

import re
from pathlib import Path

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User

# A few words with a full stop, at the beginning of a paragraph, are its heading.
HEADED = re.compile(r"((?:[^\s.?!]+ ){0,5}[^\s.?!]+[.?!])\s+(?=\S)")


class ConsentText(models.Model):
    """One version of what a new client agrees to. Once somebody agreed to it, it never changes."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    text = models.TextField(_("text"))
    published_at = models.DateTimeField(_("published"), default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = _("consent text"), _("consent texts")
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.version}"

    @property
    def paragraphs(self) -> list[tuple[str, str]]:
        """The (heading or "", rest) of each paragraph."""
        paragraphs = []
        for paragraph in re.split(r"\n\s*\n", self.text.strip()):
            heading = HEADED.match(paragraph)
            start = heading.end() if heading else 0
            paragraphs.append((heading[1] if heading else "", paragraph[start:]))
        return paragraphs

    @classmethod
    def current(cls) -> "ConsentText":
        return cls.objects.filter(published_at__lte=timezone.now()).order_by("-version")[0]

    @classmethod
    def to_ask(cls, user: User) -> "ConsentText | None":
        """The current text, if this person has not agreed to it. Two queries."""
        text = cls.current()
        return None if user.consents.standing().filter(text=text).exists() else text

    @classmethod
    def ensure_first(cls, using: str) -> None:
        text = (Path(__file__).parent.parent / "texts" / "consent-1.txt").read_text(
            encoding="utf-8"
        )
        cls.objects.using(using).get_or_create(version=1, defaults={"text": text})


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """A person's consent to one version of the text: when it was given, and when withdrawn."""

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
