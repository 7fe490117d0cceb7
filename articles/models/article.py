"""An article. Its status and the time decide whether readers may see it."""

from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles import corrections as correction_texts
from articles import sources as source_texts
from articles.models.library import Author, Image, Series, Topic
from articles.models.publication import Publication
from articles.models.queryset import ArticleQuerySet, Neighbours
from articles.models.sql import minutes_to_read, search_vector
from articles.richtext import Prose, render

# /articles/<one of these> is another page, never an article.
RESERVED_SLUGS = ("topics", "authors", "search", "feed.xml")
# A reader of a withdrawn article is led on over so many others that were withdrawn, too.
MOST_LED_ON = 5


def refuse_reserved(slug: str) -> None:
    if slug.lower() in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(slug)s” is used by the site itself."), "reserved", {"slug": slug}
        )


class Language(models.TextChoices):
    """What an article can be written in."""

    ENGLISH = "en", "English"
    HINDI = "hi", "हिन्दी"


class Article(Publication):
    slug = models.SlugField(
        _("web address (slug)"), max_length=120, unique=True, validators=[refuse_reserved],
        help_text=_("The last part of the article’s web address."),
    )  # fmt: skip
    topic = models.ForeignKey(
        Topic, models.PROTECT, related_name="articles", verbose_name=_("topic")
    )
    more_topics = models.ManyToManyField(
        Topic, blank=True, related_name="+", verbose_name=_("other topics")
    )
    author = models.ForeignKey(
        Author, models.PROTECT, related_name="articles", verbose_name=_("author")
    )
    excerpt = models.TextField(
        _("excerpt"), max_length=320, blank=True,
        help_text=_("One or two sentences: what the reader will know afterwards."),
    )  # fmt: skip
    cover = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="covers",
        verbose_name=_("cover picture"),
    )  # fmt: skip
    sources = models.TextField(_("sources"), blank=True, help_text=source_texts.HELP)
    corrections = models.TextField(
        _("corrections"), max_length=4000, blank=True, default="", db_default="",
        help_text=correction_texts.HELP,
    )  # fmt: skip
    # What readers of a withdrawn article are told, and the slug of the one that they are led to.
    withdrawn_because = models.TextField(
        _("why it was withdrawn"), max_length=500, blank=True, default="", db_default="",
        editable=False,
    )  # fmt: skip
    instead = models.CharField(
        _("article to read instead"), max_length=120, blank=True, default="", db_default="",
        editable=False,
    )  # fmt: skip
    updated_on = models.DateField(
        _("updated on"), null=True, blank=True,
        help_text=_("When something changed that readers should know about."),
    )  # fmt: skip
    reviewed_on = models.DateField(
        _("reviewed on"), null=True, blank=True, help_text=_("When a professional last read it.")
    )
    sample = models.BooleanField(
        _("sample, awaiting review"), default=False,
        help_text=_("Readers see this mark until an editor removes it."),
    )  # fmt: skip
    about_danger = models.BooleanField(
        _("about suicide, violence or abuse"), default=False, db_default=False,
        help_text=_(
            "Beside it, readers see the help lines instead of the invitation to the"
            " self-assessment."
        ),
    )  # fmt: skip
    reviewer = models.ForeignKey(
        Author, models.PROTECT, null=True, blank=True, related_name="reviewed",
        verbose_name=_("reviewed by"),
    )  # fmt: skip
    series = models.ForeignKey(
        Series, models.SET_NULL, null=True, blank=True, related_name="articles",
        verbose_name=_("series"),
    )  # fmt: skip
    series_place = models.PositiveSmallIntegerField(_("place in the series"), null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=Language, default=Language.ENGLISH,
        db_default=Language.ENGLISH,
        help_text=_("For search engines, and for programs that read the text aloud."),
    )  # fmt: skip
    # What readers' programs know it by: a new web address does not make it a new article.
    feed_id = models.UUIDField(default=uuid4, db_default=RandomUUID(), unique=True, editable=False)
    # Computed by the database, so that lists need not load the texts.
    reading_minutes = models.GeneratedField(
        expression=minutes_to_read("body"),
        output_field=models.PositiveSmallIntegerField(_("minutes to read")),
        db_persist=True,
    )
    search = models.GeneratedField(
        expression=search_vector(), output_field=SearchVectorField(), db_persist=True
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("article"), _("articles")
        ordering = ["-publish_at", "-pk"]
        indexes = [
            models.Index("status", F("publish_at").desc(), name="article_newest"),
            GinIndex(fields=["search"], name="article_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS) & ~Q(slug=""),
                name="article_slug_is_free",
                violation_error_message=_("This web address is used by the site itself."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "review", "scheduled", "published", "withdrawn"]),
                name="article_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "review"]) | Q(publish_at__isnull=False),
                name="article_public_has_a_date",
                violation_error_message=_("A public article needs a date."),
            ),
            models.UniqueConstraint(
                fields=["series", "series_place"],
                name="article_one_a_place_in_a_series",
                violation_error_message=_("Another article has this place in the series."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["scheduled", "published"])
                | (~Q(title="") & ~Q(excerpt="") & ~Q(body="")),
                name="article_public_has_text",
                violation_error_message=_("A public article needs a title, an excerpt and a text."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def redirect_from(self, old_slug: str) -> None:
        self.old_addresses.filter(path=self.get_absolute_url()).delete()
        path = reverse("article", args=[old_slug])
        self.old_addresses.model.objects.update_or_create(path=path, defaults={"article": self})
        Article.objects.filter(instead=old_slug).update(instead=self.slug)

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    @property
    def share_picture(self) -> str:
        """The path of the picture that shared links show: its own, its title's, or its topic's."""
        if self.cover:
            return self.cover.file.url
        return self.drawn_picture or self.topic.share_picture

    def confirm(self) -> None:
        """Removes the sample mark, since a professional has read the text."""
        self.sample = False

    def successor(self, now: datetime | None = None) -> "Article | None":
        """The public article to read instead of this withdrawn one. One query as a rule: more only
        if the other one was withdrawn later."""
        article, seen = self, {self.slug}
        while article.instead and article.instead not in seen and len(seen) <= MOST_LED_ON:
            seen.add(article.instead)
            rows = Article.objects.only("slug", "status", "publish_at", "instead")
            following = rows.filter(slug=article.instead).first()
            if following is None or not following.is_gone(now):
                return following if following and following.is_public(now) else None
            article = following
        return None

    def led_on_to(self, successor: "Article") -> str:
        """The address of its successor, which then says why the reader is there."""
        return f"{successor.get_absolute_url()}?{urlencode({'instead-of': self.slug})}"

    def neighbours(self) -> "Neighbours | None":
        """Its position among its series' public articles. One query, none without a series."""
        if not self.series:
            return None
        rows = Article.objects.published().filter(series=self.series_id)
        others = list(rows.order_by("series_place", "publish_at", "pk").only("slug", "title"))
        index = next((n for n, other in enumerate(others) if other.pk == self.pk), None)
        if index is None:
            return None
        return Neighbours(
            self.series, index + 1, len(others), others[index - 1] if index else None,
            others[index + 1] if index + 1 < len(others) else None,
        )  # fmt: skip

    @cached_property
    def prose(self) -> Prose:
        """The text, ready for the page. One query if the body was deferred."""
        return render(self.body, notes_apart=True)

    @cached_property
    def correction_list(self) -> list[correction_texts.Correction]:
        return correction_texts.parse(self.corrections)

    @cached_property
    def source_list(self) -> list[source_texts.Source]:
        return source_texts.parse(self.sources)
