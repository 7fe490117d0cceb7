"""What people agree to, and when they did."""

import re
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.consent_texts import blanks
from accounts.models.people import User

TEXTS = Path(__file__).parent.parent / "consent_texts"
SAMPLES_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
# A few words with a full stop, at the beginning of a paragraph, are its heading.
HEADED = re.compile(r"((?:[^\s.?!]+ ){0,5}[^\s.?!]+[.?!])\s+(?=\S)")
# So is a line that begins as a heading does in Markdown.
MARKED = re.compile(r"#{1,6}[ \t]+(.*\S)[ \t\r]*(?:\n|$)")


def paragraphs(text: str) -> list[tuple[str, str]]:
    """The (heading or "", rest) of each paragraph. A marked heading without a rest is that of the
    paragraph after it."""
    headed: list[tuple[str, str]] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        heading = MARKED.match(paragraph) or HEADED.match(paragraph)
        rest = paragraph[heading.end() :] if heading else paragraph
        if not heading and headed and not headed[-1][1]:
            headed[-1] = (headed[-1][0], rest)
        else:
            headed.append((heading[1] if heading else "", rest))
    return headed


class ConsentKind(models.TextChoices):
    """What a consent text is about. Each is agreed to, and withdrawn, on its own."""

    THERAPY = "therapy", _("therapy")
    DATA = "data", _("my data")
    STATISTICS = "statistics", _("statistics")
    # An earlier text about therapy and data together. Nobody is asked for it any more.
    JOINT = "joint", _("therapy and my data together")


ASKED = (ConsentKind.THERAPY, ConsentKind.DATA, ConsentKind.STATISTICS)
# Statistics is the client's free choice; without these two there is no therapy here.
NEEDED = (ConsentKind.THERAPY, ConsentKind.DATA)
# By which kinds of text somebody agrees to each matter.
COVERED_BY: dict[ConsentKind, tuple[ConsentKind, ...]] = {
    ConsentKind.THERAPY: (ConsentKind.THERAPY, ConsentKind.JOINT),
    ConsentKind.DATA: (ConsentKind.DATA, ConsentKind.JOINT),
    ConsentKind.STATISTICS: (ConsentKind.STATISTICS,),
    ConsentKind.JOINT: (ConsentKind.JOINT,),
}


class ConsentText(models.Model):
    """One version of a text that clients agree to. It never changes; a new version replaces it."""

    kind = models.CharField(
        _("about"), max_length=10, choices=ConsentKind, db_default=ConsentKind.JOINT.value
    )
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"))
    published_at = models.DateTimeField(_("published"), default=timezone.now)
    # Came with the software: the practice's lawyer has not read it.
    sample = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("consent text"), _("consent texts")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint("kind", "version", name="consent_text_one_a_version"),
        ]

    def __str__(self) -> str:
        about = _("%(text)s: %(kind)s, version %(version)s")
        return about % {
            "text": self._meta.verbose_name,
            "kind": self.get_kind_display(),
            "version": self.version,
        }

    @classmethod
    def current(cls, kind: ConsentKind) -> "ConsentText":
        """The version that is asked for now. One query."""
        return cls.all_current([kind])[0]

    @classmethod
    def all_current(cls, kinds: Collection[ConsentKind] = ASKED) -> "list[ConsentText]":
        """The version of each kind that is asked for now, in the order of `kinds`. One query."""
        return cls.newest(cls.published(kinds), kinds)

    @classmethod
    def published(cls, kinds: Collection[ConsentKind] = ASKED) -> "models.QuerySet[ConsentText]":
        """Every version of these kinds, the newest last."""
        published = cls.objects.filter(kind__in=kinds, published_at__lte=timezone.now())
        return published.order_by("version")

    @staticmethod
    def newest(
        published: "Iterable[ConsentText]", kinds: Collection[ConsentKind]
    ) -> "list[ConsentText]":
        newest = {text.kind: text for text in published}
        return [newest[kind] for kind in kinds]

    @classmethod
    def next_version(cls, kind: ConsentKind) -> int:
        """One query. Of two managers who add one at once, the database refuses the second."""
        newest = cls.objects.filter(kind=kind).aggregate(models.Max("version"))["version__max"]
        return (newest or 0) + 1

    @classmethod
    def ensure_first(cls, using: str) -> None:
        """Stores the samples of which there is no version yet, as published long ago: whatever
        the server's clock says, there is a text to ask for."""
        for kind in ASKED:
            if not cls.objects.using(using).filter(kind=kind).exists():
                text = (TEXTS / f"{kind}.txt").read_text(encoding="utf-8")
                cls.objects.using(using).create(
                    kind=kind, version=1, text=text, sample=True, published_at=SAMPLES_SINCE
                )


@dataclass(frozen=True)
class FilledText:
    """A consent text with the values of its blanks, as it is shown and agreed to."""

    text: ConsentText
    values: Mapping[str, str]

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What is still blank. While there is anything, the text cannot be shown."""
        return blanks.missing(self.text.text, self.values)

    @property
    def words(self) -> str:
        """Raises ValueError while something is blank."""
        return blanks.fill(self.text.text, self.values)

    @property
    def paragraphs(self) -> list[tuple[str, str]]:
        return paragraphs(self.words)

    @property
    def fingerprint(self) -> str:
        """The form carries it, so that nobody agrees to other words than those that were shown."""
        return sha256(self.words.encode()).hexdigest()


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)

    def about(self, kind: ConsentKind) -> "ConsentQuerySet":
        """Consents by texts of this kind, or by an earlier one that covered it."""
        return self.filter(text__kind__in=COVERED_BY[kind])

    def to_each(self, texts: "Collection[ConsentText]") -> "models.QuerySet[Any, Any]":
        """The users (as values) who agree to each of these texts now. One look at the index
        `consent_once`, and not one for each person and text."""
        given = self.standing().filter(text__in=[text.pk for text in texts]).order_by()
        return given.values("user").alias(n=Count("text")).filter(n=len(texts))

    def needed_and_gone(self) -> "models.QuerySet[Consent, dict[str, Any]]":
        """The users (as values) who withdrew their consent to a needed matter, and agree to it by
        no other text.

        One look at the table: each further one would cost its row security again.
        """
        gone, people = Q(), self.order_by().values("user")
        for kind in NEEDED:
            of_kind = Q(text__kind__in=COVERED_BY[kind])
            standing = Count("pk", filter=of_kind & Q(withdrawn_at=None))
            withdrawn = Count("pk", filter=of_kind & Q(withdrawn_at__isnull=False))
            people = people.alias(**{f"standing_{kind}": standing, f"withdrawn_{kind}": withdrawn})
            gone |= Q(**{f"standing_{kind}": 0, f"withdrawn_{kind}__gt": 0})
        return people.filter(gone)


def agreed(kind: ConsentKind, user: str) -> Exists:
    """For a query whose column `user` leads to a person: whether they agree to this now."""
    return Exists(Consent.objects.standing().about(kind).filter(user=OuterRef(user)))


def agreed_to(text: ConsentText, user: str) -> Exists:
    """The same for this version of a text."""
    return Exists(Consent.objects.standing().filter(text=text.pk, user=OuterRef(user)))


class Consent(models.Model):
    """A person's consent to one version of a text: when it was given, and when withdrawn."""

    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="consents")
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # What filled the text's blanks when it was given: the words that were agreed to stay readable,
    # whatever the practice says today.
    values = models.JSONField(default=dict, db_default={})

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("consent"), _("consents")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                "user", "text", condition=Q(withdrawn_at=None), name="consent_once"
            )
        ]
        indexes = [
            models.Index("user", condition=Q(withdrawn_at__isnull=False), name="consent_withdrawn"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.text}"

    @property
    def paragraphs(self) -> list[tuple[str, str]]:
        """The words that were agreed to, also those of a text from before there were blanks."""
        return paragraphs(blanks.fill_known(self.text.text, self.values))


class PracticeDetail(models.Model):
    """What fills one blank of the consent texts. `person` is the therapist whose registration it
    is, and None where the whole practice says the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="practice_details"
    )
    name = models.CharField(_("name"), max_length=40)
    value = models.TextField(_("text"), max_length=2000, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = (
            _("detail of the practice"),
            _("details of the practice"),
        )
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "person", "name", name="practice_detail_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name
