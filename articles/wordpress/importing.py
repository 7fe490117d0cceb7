"""Imports a WordPress export into the database: all of it, or nothing."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from django.utils import timezone

from articles.imports.import_report import Entry, Report
from articles.imports.storing import Store
from articles.models import Article, Page
from articles.picture_rollback import all_or_nothing
from articles.wordpress import bodies, old_paths, posts, wxr
from articles.wordpress.media import Media
from articles.wordpress.references import PostReferences
from articles.wordpress.survey import Site, survey
from articles.wordpress.topics_and_authors import Library, note_unused

Progress = Callable[[Iterator[wxr.Item], int], Iterable[wxr.Item]]


def run(
    path: Path,
    *,
    media: Path | None,
    zone: tzinfo | None,
    tags: int | None = None,
    dry_run: bool = False,
    progress: Progress = lambda items, _count: items,
    now: datetime | None = None,
) -> tuple[Report, int]:
    """Imports everything that is not here yet; returns the report and the number of items.

    `tags`: how many posts a tag needs to become a topic; None: none does. Raises BrokenFileError,
    and ValidationError if a post breaks one of our rules; in both cases nothing has changed.
    """
    site = survey(path)
    report = Report()
    found = Media(media, site, report)
    with all_or_nothing(found.saved, dry_run=dry_run):
        importer = Importer(site, found, zone, tags, now or timezone.now())
        importer.plan()
        for item in progress(wxr.items(path), site.kinds.total()):
            importer.process(item)
        importer.finish()
    return report, site.kinds.total()


class Importer:
    def __init__(
        self, site: Site, media: Media, zone: tzinfo | None, tags: int | None, now: datetime
    ) -> None:
        self.site, self.media, self.now, self.report = site, media, now, media.report
        self.zone = zone or site.zone(timezone.get_default_timezone())
        self.library = Library(site, self.report, tags)
        self.store = Store(self.report, now)
        self.new: list[wxr.Item] = []
        self.done: set[str] = set()

    def plan(self) -> None:
        """Assigns an address to each new text before those that link to it are read."""
        for item in [*self.site.posts, *self.site.pages]:
            if posts.reason_to_skip(item):
                continue
            if not self.store.is_known(item.key):
                self._plan(item)
            self.store.lead(old_paths.of_text(item), item.key)
        old_paths.plan_lists(self.store, self.site, self.library, self.new)

    def _plan(self, item: wxr.Item) -> None:
        own = item["wp:post_name"].removesuffix("__trashed")
        candidates = [item.meta.get("_wp_desired_post_slug", ""), own, item["title"]]
        self.store.plan(_model(item), item.key, candidates, own)
        if item.kind == "post":
            self.new.append(item)

    def process(self, item: wxr.Item) -> None:
        self.report.comments += item.comments
        if item.kind == "attachment":
            self._attachment(item)
        elif reason := self._reason(item):
            self.report.leave_out(reason, item.name)
        elif self.store.is_known(item.key):
            self._counts(item)["already imported"] += 1
        else:
            self._import(item)
        self.done.add(item.key)

    def _reason(self, item: wxr.Item) -> str:
        if item.kind not in ("post", "page"):
            return item.kind
        twice = f"{item.kind}s that occur twice in the file" if item.key in self.done else ""
        return posts.reason_to_skip(item.light()) or twice

    def _counts(self, item: wxr.Item) -> Any:
        return self.report.pages if item.kind == "page" else self.report.posts

    def _attachment(self, item: wxr.Item) -> None:
        """Into the library even if no text shows it; an address of it leads to the picture."""
        address = item["wp:attachment_url"] or item["guid"]
        image = self.media.find(address) if self.media.is_upload(address) else None
        if image is None:
            picture = self.media.is_upload(address)
            self.report.leave_out("attachment" if picture else "files without a place here (such"
                                  " as PDF); keep them where they are", item.name)  # fmt: skip
            return
        self.report.pictures["in the library"] += 1
        self.store.lead_on([old_paths.path_of(address), *old_paths.of_text(item)], image.file.url)

    def _import(self, item: wxr.Item) -> None:
        key = item.key
        old = item["link"].strip()
        with self.report.about(
            Entry(item.name, item.kind, old, self.store.paths[key[:500]])
        ) as entry:
            references = PostReferences(item, self.site, self.media, self.store, self.report)
            body = bodies.convert(item["content:encoded"], references)
            self.report.drop(references.dropped)
            fields, note = posts.fields_of(item, body, self.zone, self.now)
            if note:
                self.report.note(note, item.name)
            if item["wp:is_sticky"].strip() == "1":
                self.report.note("pinned to the top there; nothing is pinned here", item.name)
            fields |= self._of_article(item) if item.kind == "post" else _of_page(fields)
            changed = posts.changed_at(item, self.zone, self.now)
            row = self.store.add(_model(item), key, name=item.name, changed_at=changed, **fields)
            entry.state = str(row.state(self.now).value)
        self._counts(item)[entry.state] += 1

    def _of_article(self, item: wxr.Item) -> dict[str, Any]:
        topics = self.library.topics_of(item)
        cover = self.media.by_id(item.meta.get("_thumbnail_id", ""))
        author = self.library.author_of(item)
        return {"topic": topics[0], "more_topics": topics[1:], "author": author, "cover": cover}

    def finish(self) -> None:
        self.store.finish()
        self.report.created["pictures"] += len(self.media.saved)
        self.report.created += type(self.report.created)()  # Without the zeros.
        note_unused(self.library, self.new)


def _model(item: wxr.Item) -> type[Article] | type[Page]:
    return Page if item.kind == "page" else Article


def _of_page(fields: dict[str, Any]) -> dict[str, Any]:
    fields["description"] = fields.pop("excerpt")
    return {}
