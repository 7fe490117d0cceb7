"""Imports a WordPress export into the database: all of it, or nothing."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.models import RESERVED_SLUGS, Article, OldAddress, Origin
from articles.picture_rollback import all_or_nothing
from articles.wordpress import bodies, posts, wxr
from articles.wordpress.import_report import Report
from articles.wordpress.media import Media
from articles.wordpress.references import PostReferences
from articles.wordpress.slugs import free_slug
from articles.wordpress.survey import Site, survey
from articles.wordpress.topics_and_authors import Library, unused

Progress = Callable[[Iterator[wxr.Item], int], Iterable[wxr.Item]]
SLUG = 120
KEY = 500


def run(
    path: Path,
    *,
    media: Path | None,
    zone: tzinfo | None,
    dry_run: bool = False,
    progress: Progress = lambda items, _count: items,
    now: datetime | None = None,
) -> tuple[Report, int]:
    """Imports every post that is not here yet; returns the report and the number of items.

    Raises BrokenFileError, and ValidationError if a post breaks one of our rules; in both cases
    nothing has changed.
    """
    site = survey(path)
    importer = Importer(site, media, zone, now or timezone.now())
    with all_or_nothing(importer.media.saved, dry_run=dry_run):
        importer.plan()
        for item in progress(wxr.items(path), site.kinds.total()):
            importer.process(item)
    importer.finish()
    return importer.report, site.kinds.total()


class Importer:
    def __init__(self, site: Site, media: Path | None, zone: tzinfo | None, now: datetime) -> None:
        self.site, self.now, self.report = site, now, Report()
        self.zone = zone or site.zone(timezone.get_default_timezone())
        self.media = Media(media, site, self.report)
        self.library = Library(site, self.report)
        self.slugs: dict[str, str] = {}  # By key; of earlier imports, too.
        self.imported_before: set[str] = set()
        self.done: set[str] = set()
        self.new_addresses: dict[str, str] = {}  # By old path.

    def plan(self) -> None:
        """Assigns an address to each new post before the texts that link to it are read."""
        known = {
            origin.key: origin.article.slug
            for origin in Origin.objects.filter(article__isnull=False).select_related("article")
            if origin.article
        }
        taken = {*RESERVED_SLUGS, *Article.objects.values_list("slug", flat=True)}
        for item in self.site.posts:
            if item.key[:KEY] in known:
                self.slugs[item.key] = known[item.key[:KEY]]
                self.imported_before.add(item.key)
            elif item.key not in self.slugs and not posts.reason_to_skip(item):
                self.slugs[item.key] = slug = self._slug(item, taken)
                taken.add(slug)
        self._plan_addresses()

    def _plan_addresses(self) -> None:
        for item in self.site.posts:
            if item.key in self.slugs:
                for path in posts.old_paths(item):
                    self.new_addresses.setdefault(path, f"/articles/{self.slugs[item.key]}/")

    def _slug(self, item: wxr.Item, taken: set[str]) -> str:
        own = item["wp:post_name"].removesuffix("__trashed")
        candidates = [item.meta.get("_wp_desired_post_slug", ""), own, item["title"]]
        fallback = f"article-{item.id}" if item.id.isdigit() else "article"
        slug = free_slug(candidates, fallback=fallback, taken=taken, limit=SLUG)
        if own and slug != own:
            self.report.note("addresses that had to change", f"{own} → {slug}")
        return slug

    def process(self, item: wxr.Item) -> None:
        self.report.comments += item.comments
        reason = posts.reason_to_skip(item.light()) if item.kind == "post" else item.kind
        if reason:
            self.report.leave_out(reason, item.name)
        elif item.key in self.done:
            self.report.leave_out("posts that occur twice in the file", item.name)
        elif item.key in self.imported_before:
            self.report.posts["already imported"] += 1
        else:
            self._import(item)
        self.done.add(item.key)

    def _import(self, item: wxr.Item) -> None:
        references = PostReferences(item, self.site, self.media, self.new_addresses, self.report)
        body = bodies.convert(item["content:encoded"], references)
        fields, note = posts.fields_of(item, body, self.zone, self.now)
        if note:
            self.report.note(note, item.name)
        topics = self.library.topics_of(item)
        article = Article(
            slug=self.slugs[item.key],
            topic=topics[0],
            author=self.library.author_of(item),
            cover=self.media.by_id(item.meta.get("_thumbnail_id", "")),
            **fields,
        )
        self._save(article, item, {"more_topics": topics[1:]})
        self.report.posts[str(article.state(self.now).value)] += 1

    def _save(self, article: Article, item: wxr.Item, many: dict[str, list[Any]]) -> None:
        try:
            article.full_clean()
        except ValidationError as error:
            raise ValidationError(f"{item.name}: {' '.join(error.messages)}") from error
        article.save()
        for name, rows in many.items():
            getattr(article, name).set(rows)
        Origin.objects.create(key=item.key[:KEY], article=article)
        self._redirect_old_paths(article, item)

    def _redirect_old_paths(self, article: Article, item: wxr.Item) -> None:
        for path in posts.old_paths(item):
            if path == article.get_absolute_url():
                continue
            address, new = OldAddress.objects.get_or_create(
                path=path, defaults={"article": article}
            )
            self.report.created["old addresses"] += new
            if address.article_id != article.pk:
                self.report.note("old addresses that lead to another article already", path)

    def finish(self) -> None:
        self.report.created["pictures"] += len(self.media.saved)
        self.report.created += type(self.report.created)()  # Without the zeros.
        used = [item for item in self.site.posts if item.key in self.slugs]
        for name in unused(self.site, used):
            self.report.note("categories and tags without an article: no topics", name)
