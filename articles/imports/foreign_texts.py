"""Imports the texts of another system that are read into memory: all of them, or nothing.

What each system is read into is a `ForeignText`; the addresses, topics, authors, pictures and the
report are then the same for all.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from articles.imports.excerpts import EXCERPT, first_sentences, prose_of
from articles.imports.import_report import Entry, Report
from articles.imports.library_rows import LibraryRows, words
from articles.imports.old_pictures import PictureFolder
from articles.imports.rewriting import References, rewritten
from articles.imports.storing import Store
from articles.models import Article, Page, Topic
from articles.picture_rollback import all_or_nothing

Status = Article.Status
TITLE = 160
Progress = Callable[[list["ForeignText"]], Iterable["ForeignText"]]


@dataclass(frozen=True)
class Label:
    """A category or a tag of the old site; `paths`: where its list was, `feeds`: the list's."""

    slug: str
    name: str
    description: str = ""
    paths: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True)
class ForeignText:
    """`note`: what an editor should check about its status. `paths`: where it was, first the
    present one."""

    key: str
    name: str
    title: str
    slug: str
    html: str
    status: Article.Status
    is_page: bool = False
    note: str = ""
    excerpts: tuple[str, ...] = ()
    date: datetime | None = None
    changed_at: datetime | None = None
    paths: tuple[str, ...] = ()
    # Categories become topics; a tag does if enough texts have it.
    categories: tuple[Label, ...] = ()
    tags: tuple[Label, ...] = ()
    author: str = ""
    author_paths: tuple[str, ...] = ()
    cover: str = ""
    cover_alt: str = ""
    checks: tuple[tuple[str, str], ...] = field(default=())


class ForeignSite(Protocol):
    """`address`: of the old site, for the report; empty if nobody knows."""

    texts: list[ForeignText]
    pictures: PictureFolder
    address: str

    def references(self, text: ForeignText, store: Store) -> References: ...
    def lead_on(self, store: Store) -> None: ...
    def rest(self, store: Store) -> int: ...


UNSORTED = Label("uncategorized", "Uncategorized")


def run(
    site: ForeignSite,
    *,
    tags: int | None = None,
    dry_run: bool = False,
    progress: Progress = lambda texts: texts,
    now: datetime | None = None,
) -> tuple[Report, int]:
    """Imports what is not here yet; returns the report and the number of items.

    `tags`: how many texts a tag needs to become a topic; None: none does. Raises ValidationError
    if a text breaks one of our rules; then nothing has changed.
    """
    with all_or_nothing(site.pictures.saved, dry_run=dry_run):
        importer = Importer(site, tags, now or timezone.now())
        importer.plan()
        for text in progress(site.texts):
            importer.process(text)
        more = importer.finish()
    return importer.report, len(site.texts) + more


class Importer:
    def __init__(self, site: ForeignSite, tags: int | None, now: datetime) -> None:
        self.site, self.least, self.now = site, tags, now
        self.report = site.pictures.report
        self.rows = LibraryRows(self.report)
        self.store = Store(self.report, now)
        self.uses = Counter(tag.slug for text in site.texts for tag in text.tags)
        self.done: set[str] = set()

    def plan(self) -> None:
        """Assigns an address to each new text before those that link to it are read."""
        for text in self.site.texts:
            if not self.store.is_known(text.key):
                self.store.plan(_model(text), text.key, [text.slug, text.title], text.slug)
            self.store.lead(text.paths, text.key)
        for text in self.site.texts:
            self._lead_labels(text)
        self.site.lead_on(self.store)

    def _lead_labels(self, text: ForeignText) -> None:
        for label in (*text.categories, *text.tags):
            to = f"{reverse('article-search')}?{urlencode({'q': label.name})}"
            if label in text.categories or self._is_topic(label):
                to = self._topic(label).get_absolute_url()
            elif not text.is_page:
                heading = "tags that did not become topics; their addresses lead to a search"
                self.report.note(heading, f"{label.name} ({self.uses[label.slug]})")
            self.store.lead_on(label.paths, to)
            self.store.lead_on(label.feeds, reverse("article-feed"))
        if text.author_paths and not text.is_page:
            self.store.lead_on(text.author_paths, self.rows.author(text.author).get_absolute_url())

    def _is_topic(self, tag: Label) -> bool:
        return self.least is not None and self.uses[tag.slug] >= self.least

    def _topic(self, label: Label) -> Topic:
        return self.rows.topic(label.slug, label.name, label.description)

    def process(self, text: ForeignText) -> None:
        counts = self.report.pages if text.is_page else self.report.posts
        if text.key in self.done:
            self.report.leave_out("texts that occur twice", text.name)
        elif self.store.is_known(text.key):
            counts["already imported"] += 1
        else:
            counts[self._import(text)] += 1
        self.done.add(text.key)

    def _import(self, text: ForeignText) -> str:
        old = f"{self.site.address}{text.paths[0]}" if text.paths else ""
        kind = "page" if text.is_page else "article"
        entry = Entry(text.name, kind, old, self.store.paths[text.key[:500]])
        with self.report.about(entry):
            references = self.site.references(text, self.store)
            body = rewritten(text.html, references)
            self.report.drop(references.dropped)
            for heading, name in text.checks:
                self.report.note(heading, name)
            fields = self._fields(text, body)
            if not text.is_page:
                cover = references.picture(text.cover, "", text.cover_alt) if text.cover else None
                fields |= self._of_article(text) | {"cover": cover}
            row = self.store.add(
                _model(text), text.key, name=text.name, changed_at=text.changed_at, **fields
            )
            entry.state = str(row.state(self.now).value)
        return entry.state

    def _fields(self, text: ForeignText, body: str) -> dict[str, Any]:
        prose, status, note = prose_of(body), text.status, text.note
        title = words(text.title, TITLE) or words(prose, 60) or "Untitled"
        written = (words(one, EXCERPT) for one in text.excerpts)
        excerpt = next(filter(None, written), "") or first_sentences(prose) or title
        date = text.date or (self.now if text.is_page else None)
        if status in Article.PUBLIC and not (body and excerpt):
            status, note = Status.DRAFT, "published without a text: drafts"
        if status in Article.PUBLIC and date is None:
            status, note = Status.DRAFT, "published without a readable date: drafts"
        if status in Article.PUBLIC and date and date > self.now:
            status = Status.SCHEDULED
        if note:
            self.report.note(note, text.name)
        name = "description" if text.is_page else "excerpt"
        created = min(date or self.now, self.now)
        return {"title": title, name: excerpt, "body": body, "status": status,
                "publish_at": date if status in Article.PUBLIC else None,
                "created_at": created}  # fmt: skip

    def _of_article(self, text: ForeignText) -> dict[str, Any]:
        chosen = [*text.categories, *filter(self._is_topic, text.tags)]
        topics = list(dict.fromkeys(self._topic(label) for label in chosen or [UNSORTED]))
        author = self.rows.author(text.author)
        return {"topic": topics[0], "more_topics": topics[1:], "author": author}

    def finish(self) -> int:
        """The number of other items that the site had: its pictures, and what was left out."""
        more = self.site.rest(self.store)
        self.store.finish()
        self.report.created["pictures"] += len(self.site.pictures.saved)
        self.report.created += Counter()  # Without the zeros.
        return more


def _model(text: ForeignText) -> type[Article] | type[Page]:
    return Page if text.is_page else Article
