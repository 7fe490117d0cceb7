"""Stores imported articles and pages in batches, with their keys and old addresses.

Texts from an earlier import stay as they are. The caller opens a transaction around everything,
and calls `finish` at the end.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from articles.imports.import_report import Report
from articles.imports.slugs import free_slug
from articles.models import RESERVED_SLUGS, Article, OldAddress, Origin, Page, Topic, reserved_names
from articles.pages import first_drafts

BATCH = 200
KEY = 500
ADDRESS = 500
RELATIONS = {"body", "topic", "author", "cover", "reviewer", "series"}
LIMITS: dict[type[Article] | type[Page], int] = {Article: 120, Page: 80}


class Store:
    def __init__(self, report: Report, now: datetime) -> None:
        self.report, self.now = report, now
        self.paths: dict[str, str] = {}  # The path of each text here, by key.
        self.before = self._imported_before()
        self.paths.update(self.before)
        self.taken: dict[type, set[str]] = {
            Article: {*RESERVED_SLUGS, *Article.objects.values_list("slug", flat=True)},
            Page: {*reserved_names(), *Page.objects.values_list("slug", flat=True)},
        }
        self.drafts = {page.slug: page for page in first_drafts.untouched()}
        self.waiting: list[tuple[Any, str, datetime | None, list[Topic]]] = []
        self.redirects: dict[str, tuple[str, str]] = {}  # By old path: a key, or a path here.
        self.keys: dict[str, int] = {}
        self.places: dict[str, int | None] = {}  # Of pages, in the menu.

    def _imported_before(self) -> dict[str, str]:
        rows = Origin.objects.filter(image=None).select_related("article", "page")
        return {
            row.key: text.get_absolute_url()
            for row in rows.only("key", "article__slug", "page__slug")
            if (text := row.article or row.page)
        }

    def is_known(self, key: str) -> bool:
        return key[:KEY] in self.before

    def plan(
        self, model: type[Article] | type[Page], key: str, candidates: Collection[str], own: str
    ) -> None:
        """Assigns an address, so that texts can link to one that is not stored yet."""
        key = key[:KEY]
        if key in self.paths:
            return
        taken = self.taken[model] - (set(self.drafts) if model is Page else set())
        fallback = model._meta.model_name or ""
        number = key.split(":")[1] if key.count(":") else ""
        fallback += f"-{number}" if number.isdigit() else ""
        slug = free_slug(candidates, fallback=fallback, taken=taken, limit=LIMITS[model])
        if own and slug != own:
            self.report.note("addresses that had to change", f"{own} → {slug}")
        self.taken[model].add(slug)
        draft = self.drafts.pop(slug, None) if model is Page else None
        if draft:
            self.places[key] = draft.menu_place
            draft.delete()
            self.report.note("empty drafts of ours that your own page replaced", draft.title)
        self.paths[key] = model(slug=slug).get_absolute_url()

    def lead(self, paths: Iterable[str], key: str) -> None:
        """The old paths lead to the text with this key."""
        for path in paths:
            self.redirects.setdefault(path[:ADDRESS], (key[:KEY], ""))

    def lead_on(self, paths: Iterable[str], leads_to: str) -> None:
        """The old paths lead to another path of this site."""
        for path in paths:
            if path != leads_to and path.startswith("/") and len(path) <= ADDRESS:
                self.redirects.setdefault(path, ("", leads_to))

    def leads_to(self, path: str) -> str:
        """The path here for one of the old site, for links in texts; empty if there is none."""
        key, other = self.redirects.get(path) or self.redirects.get(f"{path}/") or ("", "")
        return self.paths.get(key, "") if key else other

    def add(
        self, model: type[Article] | type[Page], key: str, *, changed_at: datetime | None,
        more_topics: list[Topic] | None = None, name: str = "", **fields: Any,
    ) -> Article | Page:  # fmt: skip
        """Stores it with the next batch. Raises ValidationError if it breaks one of our rules."""
        if key[:KEY] in self.places:
            fields["menu_place"] = self.places[key[:KEY]]
        row = model(slug=self.paths[key[:KEY]].strip("/").rpartition("/")[2], **fields)
        try:
            row.clean_fields(exclude=RELATIONS)
        except ValidationError as error:
            raise ValidationError(f"{name}: {' '.join(error.messages)}") from error
        self.waiting.append((row, key[:KEY], changed_at, more_topics or []))
        if len(self.waiting) >= BATCH:
            self._store()
        return row

    def _store(self) -> None:
        for model in (Article, Page):
            rows = [entry for entry in self.waiting if type(entry[0]) is model]
            model.objects.bulk_create([row for row, *_rest in rows])
            dated = [row for row, _key, changed_at, _more in rows if changed_at]
            for row, _key, changed_at, _more in rows:
                row.changed_at = changed_at or row.changed_at
            model.objects.bulk_update(dated, ["changed_at"])
            of = "article" if model is Article else "page"
            Origin.objects.bulk_create(Origin(key=key, **{of: row}) for row, key, *_rest in rows)
            self.keys |= {key: row.pk for row, key, *_rest in rows if model is Article}
        through = Article.more_topics.through
        through.objects.bulk_create(
            through(article_id=row.pk, topic_id=topic.pk)
            for row, _key, _changed, topics in self.waiting
            for topic in topics
        )
        self.waiting.clear()

    def finish(self) -> None:
        """Stores the last batch, and then every old address that no other text has already."""
        self._store()
        new = [
            row
            for path, (key, leads_to) in self.redirects.items()
            if (row := self._old_address(path, key, leads_to))
        ]
        stored: dict[str, OldAddress] = {}
        for start in range(0, len(new), BATCH * 5):
            part = {row.path: row for row in new[start : start + BATCH * 5]}
            stored |= OldAddress.objects.in_bulk(list(part), field_name="path")
        added = [row for row in new if row.path not in stored]
        OldAddress.objects.bulk_create(added, batch_size=BATCH * 5)
        self.report.created["old addresses"] += len(added)
        for row in new:
            other = stored.get(row.path)
            if other and (other.article_id, other.leads_to) != (row.article_id, row.leads_to):
                self.report.note("old addresses that lead to something else already", row.path)

    def _old_address(self, path: str, key: str, leads_to: str) -> OldAddress | None:
        if key in self.keys:
            own = self.paths[key] == path
            return None if own else OldAddress(path=path, article_id=self.keys[key])
        if key:  # A page, or a text of an earlier import, whose addresses are stored.
            leads_to = "" if key in self.before else self.paths.get(key, "")
        return OldAddress(path=path, leads_to=leads_to) if leads_to not in ("", path) else None
