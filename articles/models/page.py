"""The practice's own pages: about, fees, contact, and whatever else it wants to say."""

from functools import cached_property

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import gettext_lazy as _

from articles.models.publication import Publication, PublicationQuerySet, Version, VersionQuerySet
from articles.richtext import Prose, render

PLACE_HELP = _("A number such as 10: the lowest comes first. Empty: only at the foot of each page.")


def reserved_names() -> set[str]:
    """The first parts of the addresses that the site uses itself."""
    names = {code.split("-")[0] for code, _name in settings.LANGUAGES}
    names |= {url.strip("/").split("/")[0] for url in (settings.STATIC_URL, settings.MEDIA_URL)}
    return names | _first_parts(get_resolver().url_patterns)


def _first_parts(patterns: list[URLPattern | URLResolver]) -> set[str]:
    names: set[str] = set()
    for entry in patterns:
        first = str(entry.pattern).lstrip("^").split("/")[0]
        if first and not first.startswith("<"):
            names.add(first)
        elif not first and isinstance(entry, URLResolver):
            names |= _first_parts(entry.url_patterns)
    return names


def refuse_taken(slug: str) -> None:
    """Raises ValidationError for an address at which the site has something else."""
    if slug.lower() in reserved_names():
        raise ValidationError(
            _("“%(slug)s” is used by the site itself."), "reserved", {"slug": slug}
        )


class Page(Publication):
    slug = models.SlugField(
        _("web address (slug)"), max_length=80, unique=True, validators=[refuse_taken],
        help_text=_("The page’s web address, such as /about/."),
    )  # fmt: skip
    description = models.TextField(
        _("description"), max_length=320, blank=True,
        help_text=_("One or two sentences for search engines and shared links."),
    )  # fmt: skip
    shows_team = models.BooleanField(
        _("shows the team"), default=False, db_default=False,
        help_text=_("Below the text: every author with a place on the team."),
    )  # fmt: skip
    menu_label = models.CharField(
        _("name in the menu"), max_length=40, blank=True, default="", db_default="",
        help_text=_("Shorter than the title. Empty: the title."),
    )  # fmt: skip
    menu_place = models.PositiveSmallIntegerField(
        _("place in the menu"), null=True, blank=True, help_text=PLACE_HELP
    )

    objects = PublicationQuerySet["Page"].as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("page"), _("pages")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(condition=~Q(slug=""), name="page_has_an_address"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "review", "scheduled", "published", "withdrawn"]),
                name="page_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "review"]) | Q(publish_at__isnull=False),
                name="page_public_has_a_date",
                violation_error_message=_("A public page needs a date."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["scheduled", "published"])
                | (~Q(title="") & ~Q(description="") & ~Q(body="")),
                name="page_public_has_text",
                violation_error_message=_("A public page needs a title, a description and a text."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def redirect_from(self, old_slug: str) -> None:
        old = OldPageAddress.objects
        old.filter(slug=self.slug).delete()
        old.update_or_create(slug=old_slug, defaults={"page": self})

    def get_absolute_url(self) -> str:
        return reverse("practice-page", args=[self.slug])

    @property
    def label(self) -> str:
        return self.menu_label or self.title

    @cached_property
    def prose(self) -> Prose:
        """The text, ready for the page. One query if the body was deferred."""
        return render(self.body, notes_apart=True)


class PageVersion(Version):
    page = models.ForeignKey(Page, models.CASCADE, related_name="revisions")

    objects = VersionQuerySet["PageVersion"].as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("version of a page"), _("versions of pages")
        ordering = ["page", "-number"]
        constraints = [
            models.UniqueConstraint("page", "number", name="page_version_one_a_number"),
            models.CheckConstraint(
                condition=~Q(step="returned") | ~Q(comment=""), name="page_version_return_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id}, {self.number}"


class OldPageAddress(models.Model):
    """A former slug of a page; redirects to the present one."""

    slug = models.SlugField(_("old address"), max_length=80, unique=True)
    page = models.ForeignKey(Page, models.CASCADE, related_name="old_addresses")

    class Meta:
        verbose_name, verbose_name_plural = _("old page address"), _("old page addresses")

    def __str__(self) -> str:
        return self.slug
