"""An article; what readers may see follows from its status and the time."""

from datetime import datetime
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Ceil, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import sources as source_texts
from articles.models.library import Author, Image, Topic
from articles.richtext import Prose, RichTextField, render

# Words of our own addresses: /articles/<one of these> is a page, never an article.
RESERVED_SLUGS = ("topics", "authors", "search", "feed.xml")
WORDS_A_MINUTE = 220


def refuse_reserved(slug: str) -> None:
    if slug.lower() in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(slug)s” is an address of the site itself."), "reserved", {"slug": slug}
        )


def _text(name: str, *arguments: object) -> Func:
    return Func(*arguments, function=name, output_field=models.TextField())


def minutes_to_read(field: str) -> Greatest:
    """The words of an HTML column by the reading speed, in SQL: at least one minute."""
    words = _text("regexp_replace", F(field), Value("<[^>]*>"), Value(" "), Value("g"))
    count = Func(
        _text("btrim", words, Value(" \n\r\t")),
        Value(r"\s+"),
        template="cardinality(regexp_split_to_array(%(expressions)s))",
        output_field=models.FloatField(),
    )
    minutes = Ceil(count / Value(float(WORDS_A_MINUTE)), output_field=models.FloatField())
    return Greatest(Value(1.0), minutes, output_field=models.FloatField())


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self, now: datetime | None = None) -> "ArticleQuerySet":
        """What readers may see, newest first; a scheduled article joins by time alone."""
        return self.filter(
            status__in=Article.PUBLIC, publish_at__lte=now or timezone.now()
        ).order_by("-publish_at", "-pk")

    def on_topic(self, topic: Topic) -> "ArticleQuerySet":
        more = Article.more_topics.through.objects.filter(
            article=models.OuterRef("pk"), topic=topic
        )
        return self.filter(Q(topic=topic) | models.Exists(more))

    def topics(self) -> models.QuerySet[Topic]:
        """The topics of these articles, the additional ones too."""
        more = Article.more_topics.through.objects.filter(article__in=self.order_by())
        return Topic.objects.filter(
            Q(pk__in=self.order_by().values("topic")) | Q(pk__in=more.values("topic"))
        )

    def for_lists(self) -> "ArticleQuerySet":
        """With what a card shows, and without the long texts."""
        return self.select_related("topic", "author", "cover").defer("body", "sources")

    def related_to(self, article: "Article") -> "ArticleQuerySet":
        """Other articles, those of the same topic first, then the newest."""
        same = models.Case(models.When(topic=article.topic_id, then=Value(1)), default=Value(0))
        return self.exclude(pk=article.pk).order_by(same.desc(), "-publish_at", "-pk")


class Article(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    PUBLIC = (Status.SCHEDULED, Status.PUBLISHED)

    slug = models.SlugField(
        _("address"), max_length=120, unique=True, validators=[refuse_reserved],
        help_text=_("The last part of the article’s web address."),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=160)
    topic = models.ForeignKey(
        Topic, models.PROTECT, related_name="articles", verbose_name=_("topic")
    )
    more_topics = models.ManyToManyField(
        Topic, blank=True, related_name="+", verbose_name=_("also under")
    )
    author = models.ForeignKey(
        Author, models.PROTECT, related_name="articles", verbose_name=_("author")
    )
    excerpt = models.TextField(
        _("excerpt"), max_length=320, blank=True,
        help_text=_("One or two sentences: what the reader will know afterwards."),
    )  # fmt: skip
    body = RichTextField(_("text"), blank=True)
    cover = models.ForeignKey(
        Image, models.PROTECT, null=True, blank=True, related_name="covers",
        verbose_name=_("picture at the top"),
    )  # fmt: skip
    sources = models.TextField(_("sources"), blank=True, help_text=source_texts.HELP)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    publish_at = models.DateTimeField(
        _("date of publication"), null=True, blank=True,
        help_text=_("Readers see it as the article’s date. To schedule, give a time to come."),
    )  # fmt: skip
    updated_on = models.DateField(
        _("updated on"), null=True, blank=True,
        help_text=_("When something changed that readers should know of."),
    )  # fmt: skip
    reviewed_on = models.DateField(
        _("reviewed on"), null=True, blank=True, help_text=_("When a professional last read it.")
    )
    sample = models.BooleanField(
        _("sample, awaiting review"), default=False,
        help_text=_("Readers see this mark until an editor takes it away."),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)
    # Computed by the database, so that lists need not load the texts.
    reading_minutes = models.GeneratedField(
        expression=minutes_to_read("body"),
        output_field=models.PositiveSmallIntegerField(_("minutes to read")),
        db_persist=True,
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("article"), _("articles")
        ordering = ["-publish_at", "-pk"]
        indexes = [models.Index("status", F("publish_at").desc(), name="article_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS) & ~Q(slug=""),
                name="article_slug_is_free",
                violation_error_message=_("This address belongs to the site itself."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "scheduled", "published", "withdrawn"]),
                name="article_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(publish_at__isnull=False),
                name="article_public_has_a_date",
                violation_error_message=_("An article that readers may see needs its date."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["scheduled", "published"])
                | (~Q(title="") & ~Q(excerpt="") & ~Q(body="")),
                name="article_public_has_text",
                violation_error_message=_(
                    "An article that readers may see needs a title, an excerpt and a text."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    def is_public(self, now: datetime | None = None) -> bool:
        return (
            self.status in self.PUBLIC
            and self.publish_at is not None
            and self.publish_at <= (now or timezone.now())
        )

    def is_gone(self, now: datetime | None = None) -> bool:
        """Whether readers could see it once and can't any more."""
        return (
            self.status == self.Status.WITHDRAWN
            and self.publish_at is not None
            and self.publish_at <= (now or timezone.now())
        )

    def state(self, now: datetime | None = None) -> Status:
        """The status as it is by now: a scheduled article whose time came is published."""
        return self.Status.PUBLISHED if self.is_public(now) else self.Status(self.status)

    def publish(self, now: datetime) -> None:
        """From now on; an earlier date of publication stays as it was."""
        self.status = self.Status.PUBLISHED
        if self.publish_at is None or self.publish_at > now:
            self.publish_at = now

    def schedule(self, now: datetime) -> None:
        """For its date of publication, which must lie ahead."""
        if self.publish_at is None or self.publish_at <= now:
            raise ValidationError({"publish_at": _("To schedule, give a time to come.")})
        self.status = self.Status.SCHEDULED

    def withdraw(self, now: datetime) -> None:
        """Takes it from readers: what they saw is gone; what they never saw is a draft again."""
        seen = self.is_public(now) or self.is_gone(now)
        self.status = self.Status.WITHDRAWN if seen else self.Status.DRAFT

    def confirm(self) -> None:
        """A professional read it: no sample any more."""
        self.sample = False

    @cached_property
    def prose(self) -> Prose:
        """The text ready for the page. One query where the body was left out."""
        return render(self.body)

    @cached_property
    def source_list(self) -> list[source_texts.Source]:
        return source_texts.parse(self.sources)
