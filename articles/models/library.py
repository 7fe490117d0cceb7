"""Topics, series, authors and the library of pictures."""

import posixpath
from typing import Any
from zlib import crc32

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import pictures
from articles.models.page import Page

LONGEST_WITHOUT_REVIEW = 36  # Months.


def picture_path(image: "Image", name: str) -> str:
    return f"pictures/{name}"


class Image(models.Model):
    """A picture in the library, with its alternative text."""

    file = models.FileField(_("file"), upload_to=picture_path)
    alt = models.CharField(
        _("alternative text"),
        max_length=250,
        help_text=_("What the picture shows, for people who cannot see it."),
    )
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+",
        verbose_name=_("uploaded by"),
    )  # fmt: skip
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)
    # Renditions of a new picture, until it is saved.
    _renditions: tuple[tuple[str, bytes], ...] = ()

    class Meta:
        verbose_name, verbose_name_plural = _("picture"), _("pictures")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(alt=""),
                name="image_has_alternative_text",
                violation_error_message=_("A picture needs an alternative text."),
            ),
            models.CheckConstraint(
                condition=Q(width__gte=1, height__gte=1), name="image_has_a_size"
            ),
        ]

    def __str__(self) -> str:
        return self.alt

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Stores the renditions beside the picture, under names derived from its own."""
        super().save(*args, **kwargs)
        folder = posixpath.dirname(str(self.file.name))
        for name, data in self._renditions:
            self.file.storage.save(f"{folder}/{name}", ContentFile(data))
        self._renditions = ()

    def take(self, picture: pictures.Picture) -> None:
        """Sets a redrawn picture as this row's file, which is stored when the row is saved."""
        self.width, self.height = picture.width, picture.height
        self.file = ContentFile(picture.data, picture.name)
        self._renditions = picture.renditions

    def forget_files(self) -> None:
        """Deletes the picture's files, renditions included."""
        sizes = pictures.sizes_of(f"/{self.file.name}")
        for part in sizes.srcset.split(", ") if sizes else ():
            self.file.storage.delete(part.split(" ")[0].lstrip("/"))
        self.file.delete(save=False)

    @property
    def sizes(self) -> pictures.Sizes | None:
        return pictures.sizes_of(self.file.url)

    @property
    def small(self) -> str:
        """The address of its narrowest version, for a list of pictures."""
        sizes = self.sizes
        return sizes.srcset.split(" ")[0] if sizes else self.file.url

    def in_use(self) -> bool:
        """Whether a text, a cover, a portrait or a topic shows it. Six queries at most."""
        shown = {"body__contains": f'src="{self.file.url}"'}
        return (
            self.covers.exists()
            or self.portraits.exists()
            or self.topics.exists()
            or self.shares.exists()
            or self.covers.model.objects.filter(**shown).exists()
            or Page.objects.filter(**shown).exists()
        )


class Illustration(models.TextChoices):
    """Our drawings in static/img/sprite.svg, each with a picture to share in static/img/share/."""

    ATTACHMENT = "attachment", _("A bridge between two banks")
    CALM = "calm", _("Balanced stones in a quiet lake")
    FAMILY = "family", _("A banyan tree with saplings")
    MIND = "mind", _("Clouds over mountains")
    TRAUMA = "trauma", _("A plant growing from a broken stone")
    WORK = "work", _("A path to a house on a hill")

    @classmethod
    def by_name(cls, slug: str) -> "Illustration":
        """One for a topic for which nobody has chosen: always the same, and seldom that of its
        neighbour."""
        return list(cls)[crc32(slug.encode()) % len(cls)]


class Topic(models.Model):
    slug = models.SlugField(_("web address (slug)"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), max_length=600, blank=True)
    illustration = models.CharField(
        _("illustration"), max_length=20, choices=Illustration,
        default=Illustration.CALM, db_default=Illustration.CALM,
        help_text=_("Shown with the topic, and with its articles that have no cover picture."),
    )  # fmt: skip
    picture = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="topics",
        verbose_name=_("own picture"),
        help_text=_("From the picture library, wider than high. It replaces the illustration."),
    )  # fmt: skip
    review_months = models.PositiveSmallIntegerField(
        _("review after (months)"), default=12, db_default=12,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_WITHOUT_REVIEW)],
        help_text=_(
            "Its articles are due for a review so long after they were last read: sooner where"
            " knowledge changes quickly, and after 36 months at the latest."
        ),
    )  # fmt: skip

    class Meta:
        verbose_name, verbose_name_plural = _("topic"), _("topics")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(review_months__gte=1, review_months__lte=LONGEST_WITHOUT_REVIEW),
                name="topic_review_within_three_years",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article-topic", args=[self.slug])

    @property
    def share_picture(self) -> str:
        """The path of the picture that shared links show."""
        return (
            self.picture.file.url if self.picture else static(f"img/share/{self.illustration}.png")
        )


class OldTopicAddress(models.Model):
    """A former slug of a topic that was renamed or merged; redirects to the present one."""

    slug = models.SlugField(_("old address"), max_length=80, unique=True)
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="old_addresses")

    class Meta:
        verbose_name, verbose_name_plural = _("old topic address"), _("old topic addresses")

    def __str__(self) -> str:
        return self.slug


class Series(models.Model):
    """Articles meant to be read in order."""

    title = models.CharField(_("title"), max_length=120, unique=True)

    class Meta:
        verbose_name, verbose_name_plural = _("series"), _("series")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class AuthorQuerySet(models.QuerySet["Author"]):
    def team(self) -> "AuthorQuerySet":
        """Those whom the team's page shows, in its order."""
        rows = self.filter(team_place__isnull=False).select_related("portrait")
        return rows.order_by("team_place", "name")


class Author(models.Model):
    slug = models.SlugField(_("web address (slug)"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    credentials = models.CharField(
        _("credentials"),
        max_length=200,
        blank=True,
        help_text=_("Qualifications relevant to the subject."),
    )
    bio = models.TextField(_("about the author"), max_length=3000, blank=True)
    role = models.CharField(
        _("role in the team"), max_length=120, blank=True, default="", db_default="",
        help_text=_("What this person does at the practice, as the page of the team says it."),
    )  # fmt: skip
    team_place = models.PositiveSmallIntegerField(
        _("place on the team"), null=True, blank=True,
        help_text=_("A number such as 10: the lowest comes first. Empty: not on the team’s page."),
    )  # fmt: skip
    portrait = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="portraits",
        verbose_name=_("portrait"),
    )  # fmt: skip

    objects = AuthorQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("author"), _("authors")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("article-author", args=[self.slug])
