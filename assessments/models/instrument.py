"""Instruments, their versions and languages, and who may take them."""

import uuid
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, allows
from accounts.database.together import Loader, load
from accounts.models import User
from assessments.instruments import file as instrument_file
from assessments.instruments.definition import Instrument as Questionnaire
from assessments.models.scale_fact import with_facts

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person: TypeAlias = User | AnonymousUser

# Functions that say whether a user is a client. The clients app adds one when it is loaded.
IS_CLIENT: list[Callable[[User], bool]] = []


RETEST_DAYS, LONGEST_RETEST = 28, 366


class Audience(models.TextChoices):
    """Who may begin a questionnaire. Anyone who has begun may finish it and read the result."""

    EVERYONE = "everyone", _("everyone, on the public page")
    CLIENTS = "clients", _("clients of the practice")
    ASKED = "asked", _("only people who were asked")


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    def open_to(self, user: "Person") -> "InstrumentQuerySet":
        """The instruments whose audience includes this person."""
        allowed = Q(audience=Audience.EVERYONE)
        if user.is_authenticated:
            allowed |= Q(pk__in=Assignment.objects.filter(user=user).values("instrument"))
            if any(is_client(user) for is_client in IS_CLIENT):
                allowed |= Q(audience=Audience.CLIENTS)
        return self.filter(allowed)


class Instrument(models.Model):
    """A questionnaire, in all its versions and languages."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("slug"), unique=True)
    audience = models.CharField(
        _("who may take it"),
        max_length=10,
        choices=Audience.choices,
        default=Audience.ASKED,
        db_default=Audience.ASKED,
    )
    names_styles = models.BooleanField(
        _("results name the closest style"), default=True, db_default=True
    )

    # An earlier retest measures memory more than change: four weeks are common practice in the
    # field (no source), which a short list of symptoms does not need.
    retest_days = models.PositiveSmallIntegerField(
        _("days until it can be repeated"), default=RETEST_DAYS, db_default=RETEST_DAYS,
        validators=[MaxValueValidator(LONGEST_RETEST)],
    )  # fmt: skip

    objects: ClassVar[InstrumentQuerySet] = InstrumentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name, verbose_name_plural = _("instrument"), _("instruments")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__iexact="attempts") & ~Q(slug__iexact="here"),
                name="instrument_slug_not_an_address",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="instrument_audience_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        """Its introduction: a public page, or the page on which people who may take it begin."""
        public = self.audience == Audience.EVERYONE
        return reverse("assessment" if public else "assessment-start", args=[self.slug])


class Assignment(models.Model):
    """A person was asked to fill in an instrument, and may take it regardless of its audience."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="assignments")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="assignments")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("assignment"), _("assignments")
        constraints = [
            models.UniqueConstraint(fields=["user", "instrument"], name="assignment_once_a_person")
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"  # It may end up in a log, so it does not name the person.


class InstrumentVersionQuerySet(models.QuerySet["InstrumentVersion"]):
    def published(self) -> "InstrumentVersionQuerySet":
        return self.filter(status=InstrumentVersion.Status.PUBLISHED).select_related("instrument")

    def for_everyone(self) -> "InstrumentVersionQuerySet":
        """The published versions that a public page may list."""
        return self.published().filter(instrument__audience=Audience.EVERYONE)

    def open_to(self, user: "Person") -> "InstrumentVersionQuerySet":
        """The published versions that this person may begin."""
        return self.published().filter(instrument__in=Instrument.objects.open_to(user))

    def offered(self, language: str) -> list["InstrumentVersion"]:
        """One published version of each instrument: in the reader's language, otherwise in English,
        otherwise in any language. One query."""
        return offered_of(self.published(), language)

    def titles(self, language: str) -> dict[str, str]:
        """The title of each instrument on offer, by its slug. One query."""
        return load(self.load_titles(language))

    def load_titles(self, language: str) -> Loader[dict[str, str]]:
        published = self.published()
        yield (published,)
        offered = offered_of(published, language)
        return {v.instrument.slug: v.questionnaire.title for v in offered}

    def visible_to(self, user: "Person") -> "InstrumentVersionQuerySet":
        """All versions, including drafts and retired ones, for people who manage instruments."""
        return self.all() if allows(user, Permission.MANAGE_PRACTICE) else self.open_to(user)


def offered_of(
    published: "Iterable[InstrumentVersion]", language: str
) -> "list[InstrumentVersion]":
    """As `offered`, of versions that are loaded."""
    preferred = language.lower().split("-")[0]
    order = {preferred: 0, "en": 1}
    best: dict[uuid.UUID, tuple[int, InstrumentVersion]] = {}
    for version in published:
        rank = order.get(version.language.lower().split("-")[0], 2)
        if version.instrument_id not in best or rank < best[version.instrument_id][0]:
            best[version.instrument_id] = rank, version
    return sorted((v for _rank, v in best.values()), key=lambda v: v.instrument.slug)


class InstrumentVersion(models.Model):
    """One version in one language: the content of an instrument file, and its status."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="versions", verbose_name=_("instrument")
    )
    version = models.CharField(_("version"), max_length=40)
    language = models.CharField(_("language"), max_length=35)
    definition = models.JSONField(_("definition"))
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    created_at = models.DateTimeField(_("loaded"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects: ClassVar[InstrumentVersionQuerySet] = InstrumentVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name, verbose_name_plural = _("instrument version"), _("instrument versions")
        ordering = ["instrument__slug", "language", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "version", "language"], name="instrument_version_once"
            ),
            models.UniqueConstraint(
                fields=["instrument", "language"],
                condition=Q(status="published"),
                name="instrument_one_published_a_language",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None, retired_at=None)
                | Q(status="published", published_at__isnull=False, retired_at=None)
                | Q(status="retired", published_at__isnull=False, retired_at__isnull=False),
                name="instrument_version_status_and_dates_agree",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument.slug} {self.version} ({self.language})"

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """The definition as value objects; it was checked when it was loaded."""
        return instrument_file.build(self.definition)

    @cached_property
    def known(self) -> Questionnaire:
        """The questionnaire with the norms and reliabilities added later.

        One query if `facts` are not prefetched.
        """
        return with_facts(self.questionnaire, self.facts.all())
