"""One Markdown file: what its name and the fields at its head say about the text."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from articles.markdown_site import text_head
from articles.markdown_site.folder import stem_of
from articles.markdown_site.old_paths_of_texts import PATTERNS, Place, by_pattern, urlized, ways
from articles.models import Article

Status = Article.Status
DATES = ("date", "publishdate", "published_at", "published_on", "created")
CHANGES = ("lastmod", "last_modified_at", "modified", "updated", "date_modified")
COVERS = ("featured_image", "feature_image", "featuredimage", "image", "cover", "thumbnail",
          "images", "banner", "hero")  # fmt: skip
# Folders that hold any text: not a topic.
ANY_TEXT = {"post", "posts", "blog", "article", "articles", "news", "writing", "content", ""}
PAGES = {"page", "pages"}
_DATE = re.compile(r"^(\d{4}-\d{2}-\d{2})-")


@dataclass(frozen=True)
class TextFile:
    """`kind`: of its folder; `permalinks`: the folder's patterns of addresses, as they stand in its
    settings; `zone`: of dates without one."""

    name: str
    fields: dict[str, Any]
    text: str
    kind: str
    permalinks: Any
    zone: tzinfo

    @cached_property
    def section(self) -> str:
        """The folders of a text below the content, without that of its own bundle."""
        path = self.name.removeprefix("content/") if self.kind == "hugo" else self.name
        folders = path.split("/")[:-1]
        if path.rsplit("/", 1)[-1].startswith("index.") and folders:
            folders = folders[:-1]
        return "/".join(folders)

    @cached_property
    def is_page(self) -> bool:
        kind = text_head.text_of(self.fields, "type", "layout").lower()
        if self.kind == "jekyll":
            is_post = re.search(r"(?:^|/)_(?:posts|drafts)(?:/|$)", self.section)
            return not is_post and kind != "post"
        at_root = self.section == "" and self.kind == "hugo"
        return kind in PAGES or self.section.partition("/")[0].lower() in PAGES or at_root

    @cached_property
    def slug(self) -> str:
        return text_head.text_of(self.fields, "slug") or stem_of(self.name)

    @cached_property
    def date(self) -> datetime | None:
        in_name = _DATE.match(self.name.rsplit("/", 1)[-1])
        named = {"date": in_name[1]} if in_name else {}
        written = text_head.date_of(self.fields, *DATES, zone=self.zone)
        return written or text_head.date_of(named, "date", zone=self.zone)

    def changed_at(self, now: datetime) -> datetime | None:
        at = text_head.date_of(self.fields, *CHANGES, zone=self.zone)
        return min(at, now) if at else None

    def status(self, now: datetime) -> tuple[Article.Status, str]:
        """An import never publishes what readers could not see before."""
        hidden = self.fields.get("draft") is True or self.fields.get("published") is False
        if hidden or text_head.text_of(self.fields, "status").lower() in ("draft", "private"):
            return Status.DRAFT, ""
        if "/_drafts/" in f"/{self.name}":
            return Status.DRAFT, ""
        ends = text_head.date_of(self.fields, "expirydate", zone=self.zone)
        if ends and ends <= now:
            return Status.DRAFT, "past its own last day: drafts"
        return Status.PUBLISHED, ""

    def names(self, *fields: str) -> list[str]:
        """Categories or tags. Jekyll splits a single text at its spaces."""
        found = text_head.texts_of(
            self.fields, *fields, split_at=" " if self.kind == "jekyll" else ","
        )
        taxonomies = self.fields.get("taxonomies")
        return found or (
            text_head.texts_of(taxonomies, *fields) if isinstance(taxonomies, dict) else []
        )

    @cached_property
    def categories(self) -> list[str]:
        """Those that it names, or the folder that it lies in."""
        found = self.names("categories", "category")
        section = self.section.partition("/")[0]
        plain = section.lower() in ANY_TEXT | PAGES or section.startswith("_")
        return found or ([] if plain else [section.replace("-", " ").capitalize()])

    @property
    def cover(self) -> str:
        covers = text_head.texts_of(self.fields, *COVERS)
        header = self.fields.get("header")
        if isinstance(header, dict):
            covers += text_head.texts_of(header, "image", "teaser", "overlay_image")
        return covers[0] if covers else ""

    @property
    def cover_alt(self) -> str:
        cover = self.fields.get("cover") or self.fields.get("image")
        inner = {str(n).lower(): v for n, v in cover.items()} if isinstance(cover, dict) else {}
        return text_head.text_of(inner, "alt", "caption") or text_head.text_of(
            self.fields, "image_alt", "featured_image_alt", "imagealt", "cover_alt"
        )

    def paths(self, addresses: str) -> Iterator[str]:
        """Its paths on the old site, the present one first. `addresses`: a pattern that the
        settings do not name."""
        at = self.date.astimezone(self.zone) if self.date else None
        categories = tuple(self.names("categories", "category"))
        place = Place(urlized(self.slug), urlized(stem_of(self.name)), urlized(self.section),
                      categories, at)  # fmt: skip
        own = text_head.text_of(self.fields, "url", "permalink")
        patterns = [PATTERNS.get(own, own) if own else "", "" if self.is_page else addresses]
        found: list[str] = []
        for pattern in filter(None, [*patterns, *self._usual()]):
            found += ways(by_pattern(pattern, place))
        for alias in text_head.texts_of(self.fields, "aliases", "alias", "redirect_from"):
            path = urlsplit(alias).path if "://" in alias else alias
            base = found[0] if found else "/"
            ends = "/" if path.endswith("/") else ""
            found += ways(posixpath.normpath(posixpath.join(base, path)) + ends)
        yield from (path for path in dict.fromkeys(found) if path != "/")

    def _usual(self) -> Iterator[str]:
        """What Hugo or Jekyll does without a word in the text itself."""
        given = self.permalinks
        if self.kind == "jekyll" and self.is_page:
            yield f"/{self.name.rsplit('.', 1)[0].removesuffix('/index')}/"
        elif self.kind == "jekyll":
            written = given if isinstance(given, str) else ""
            yield PATTERNS.get(written, written)
        else:
            nested = given.get("page") if isinstance(given, dict) else None
            given = nested if isinstance(nested, dict) else given
            first = self.section.partition("/")[0]
            if isinstance(given, dict) and isinstance(given.get(first), str):
                yield given[first]
            yield "/:sections/:slug/" if self.section else "/:slug/"
