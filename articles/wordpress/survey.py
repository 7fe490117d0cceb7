"""The first pass over an export: collects everything that a post may refer to."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from xml.etree.ElementTree import Element

from articles.wordpress import post_dates, wxr


@dataclass
class Category:
    slug: str
    name: str
    parent: str = ""
    description: str = ""
    id: str = ""


@dataclass
class Site:
    title: str = ""
    address: str = ""
    people: dict[str, str] = field(default_factory=dict)  # Display name by login.
    categories: dict[str, Category] = field(default_factory=dict)
    tags: dict[str, Category] = field(default_factory=dict)
    attachments: dict[str, wxr.Item] = field(default_factory=dict)  # By id.
    reusable: dict[str, str] = field(default_factory=dict)  # Reusable blocks by id.
    posts: list[wxr.Item] = field(default_factory=list)
    pages: list[wxr.Item] = field(default_factory=list)
    people_ids: dict[str, str] = field(default_factory=dict)  # Number by login.
    kinds: Counter[str] = field(default_factory=Counter)
    offsets: Counter[tzinfo] = field(default_factory=Counter)

    def zone(self, default: tzinfo) -> tzinfo:
        """The old site's time zone, derived from the dates of its posts."""
        return self.offsets.most_common(1)[0][0] if self.offsets else default

    def lineage(self, slug: str) -> Iterator[Category]:
        """A category and its ancestors; stops at a cycle, which a broken site may contain."""
        seen: set[str] = set()
        while slug in self.categories and slug not in seen:
            seen.add(slug)
            yield self.categories[slug]
            slug = self.categories[slug].parent


def survey(path: Path) -> Site:
    """Reads the whole file once, so that a broken one is noticed before anything changes."""
    site = Site()
    for name, element in wxr.parts(path):
        read = READERS.get(name)
        if read:
            read(site, element)
    return site


def _item(site: Site, element: Element) -> None:
    item = wxr.item(element)
    site.kinds[item.kind] += 1
    offset = post_dates.offset(item["wp:post_date"], item["wp:post_date_gmt"])
    if offset:
        site.offsets[offset] += 1
    if item.kind == "post":
        site.posts.append(item.light())
    elif item.kind == "page":
        site.pages.append(item.light())
    elif item.kind == "attachment":
        site.attachments[item.id] = item.light()
    elif item.kind == "wp_block":
        site.reusable[item.id] = item["content:encoded"]


def _author(site: Site, element: Element) -> None:
    texts = wxr.texts(element)
    login = texts.get("wp:author_login", "").strip()
    full = f"{texts.get('wp:author_first_name', '')} {texts.get('wp:author_last_name', '')}"
    site.people_ids[login] = texts.get("wp:author_id", "").strip()
    site.people[login] = texts.get("wp:author_display_name", "").strip() or full.strip() or login


def _category(site: Site, element: Element) -> None:
    texts = wxr.texts(element)
    slug = texts.get("wp:category_nicename", "")
    site.categories[slug] = Category(
        slug,
        texts.get("wp:cat_name") or slug,
        texts.get("wp:category_parent", ""),
        texts.get("wp:category_description", ""),
        texts.get("wp:term_id", "").strip(),
    )


def _tag(site: Site, element: Element) -> None:
    texts = wxr.texts(element)
    slug = texts.get("wp:tag_slug", "")
    description = texts.get("wp:tag_description", "")
    name, number = texts.get("wp:tag_name") or slug, texts.get("wp:term_id", "").strip()
    site.tags[slug] = Category(slug, name, "", description, number)


def _title(site: Site, element: Element) -> None:
    site.title = (element.text or "").strip()


def _address(site: Site, element: Element) -> None:
    site.address = (element.text or "").strip() or site.address


READERS = {
    "item": _item,
    "wp:author": _author,
    "wp:category": _category,
    "wp:tag": _tag,
    "title": _title,
    "wp:base_site_url": _address,
    # Follows the other in the file, and replaces it: it is closer to the posts.
    "wp:base_blog_url": _address,
}
