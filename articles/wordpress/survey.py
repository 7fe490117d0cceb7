"""The first reading of an export: everything that a post may refer to, wherever it stands."""

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


@dataclass
class Site:
    title: str = ""
    address: str = ""
    people: dict[str, str] = field(default_factory=dict)  # login: name to show
    categories: dict[str, Category] = field(default_factory=dict)
    tags: dict[str, Category] = field(default_factory=dict)
    attachments: dict[str, wxr.Item] = field(default_factory=dict)  # by id
    reusable: dict[str, str] = field(default_factory=dict)  # blocks kept apart, by id
    posts: list[wxr.Item] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    offsets: Counter[tzinfo] = field(default_factory=Counter)

    def zone(self, default: tzinfo) -> tzinfo:
        """Where the old site's clock stood, as its own dates show."""
        return self.offsets.most_common(1)[0][0] if self.offsets else default

    def lineage(self, slug: str) -> Iterator[Category]:
        """A category and those it lies within; a circle, which a broken site can hold, ends."""
        seen: set[str] = set()
        while slug in self.categories and slug not in seen:
            seen.add(slug)
            yield self.categories[slug]
            slug = self.categories[slug].parent


def survey(path: Path) -> Site:
    """Reads the file once from end to end, so that a broken one is known before any change."""
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
    elif item.kind == "attachment":
        site.attachments[item.id] = item.light()
    elif item.kind == "wp_block":
        site.reusable[item.id] = item["content:encoded"]


def _author(site: Site, element: Element) -> None:
    told = wxr.texts(element)
    login = told.get("wp:author_login", "").strip()
    full = f"{told.get('wp:author_first_name', '')} {told.get('wp:author_last_name', '')}"
    site.people[login] = told.get("wp:author_display_name", "").strip() or full.strip() or login


def _category(site: Site, element: Element) -> None:
    told = wxr.texts(element)
    slug = told.get("wp:category_nicename", "")
    site.categories[slug] = Category(
        slug,
        told.get("wp:cat_name") or slug,
        told.get("wp:category_parent", ""),
        told.get("wp:category_description", ""),
    )


def _tag(site: Site, element: Element) -> None:
    told = wxr.texts(element)
    slug = told.get("wp:tag_slug", "")
    description = told.get("wp:tag_description", "")
    site.tags[slug] = Category(slug, told.get("wp:tag_name") or slug, "", description)


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
    # Stands after the other in the file and is nearer to the posts.
    "wp:base_blog_url": _address,
}
