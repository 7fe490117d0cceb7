"""Reads a WordPress export file as a stream; nothing in it is trusted.

One pass yields the parts of its channel one after another, so that a large file needs little
memory. A document type declaration is refused before it is read: WordPress writes none, and
without one no entities can expand or refer to other files.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

# Any version 1.x, with either scheme: published files have https, which WordPress accepts, too.
WORDPRESS = re.compile(r"https?://(?:www\.)?wordpress\.org/export/1(?:\.\d+)*/?(excerpt/?)?")
# The fields of a post's own that are read; plugins store megabytes in others.
META = {
    "_thumbnail_id", "_wp_attached_file", "_wp_attachment_image_alt", "_wp_desired_post_slug",
    "_wp_trash_meta_status", "_yoast_wpseo_metadesc", "_yoast_wpseo_primary_category",
    "rank_math_description", "rank_math_primary_category", "_aioseo_description",
    "_aioseop_description", "footnotes",
}  # fmt: skip
SPACES = {"http://purl.org/rss/1.0/modules/content/": "content:",
          "http://purl.org/dc/elements/1.1/": "dc:"}  # fmt: skip
# The format itself is five deep: rss > channel > item > postmeta > meta_key.
DEEPEST = 20


class BrokenFileError(Exception):
    """Why a file cannot be imported, in words for the person who chose it."""


@dataclass(frozen=True)
class Term:
    """A category or tag, as an item names it."""

    taxonomy: str
    slug: str
    name: str


@dataclass(frozen=True)
class Item:
    """One <item>: a post, or one of the many other things that WordPress stores as posts."""

    texts: dict[str, str]
    terms: tuple[Term, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)
    comments: int = 0
    old_slugs: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    @property
    def kind(self) -> str:
        return self["wp:post_type"].strip() or "unknown"

    @property
    def id(self) -> str:
        return self["wp:post_id"].strip()

    @property
    def key(self) -> str:
        """Identifies it in the old system; the same in each export, even if its address changes."""
        return f"wordpress:{self.id}:{self['guid'].strip() or self['link'].strip()}"

    @property
    def name(self) -> str:
        """Its name in reports."""
        return self["title"].strip() or self["wp:post_name"] or f"without a title ({self.id})"

    def light(self) -> "Item":
        """A copy without the long texts, to keep in memory; `written` says whether it has one."""
        texts = {name: text for name, text in self.texts.items() if not name.endswith(":encoded")}
        texts["written"] = "yes" if self["content:encoded"].strip() else ""
        meta = {name: text for name, text in self.meta.items() if name != "footnotes"}
        return Item(texts, self.terms, meta, self.comments, self.old_slugs)


def _name(tag: object) -> str:
    """`wp:status` for {http://wordpress.org/export/1.2/}status, in any version 1.x."""
    space, _, local = str(tag).removeprefix("{").rpartition("}")
    if wordpress := WORDPRESS.fullmatch(space):
        return f"excerpt:{local}" if wordpress[1] else f"wp:{local}"
    return SPACES.get(space, "" if not space else f"{{{space}}}") + local


def texts(element: Element) -> dict[str, str]:
    """The texts of an element's children by name; of several the first."""
    by_name: dict[str, str] = {}
    for child in element:
        by_name.setdefault(_name(child.tag), child.text or "")
    return by_name


def item(element: Element) -> Item:
    metas = [texts(child) for child in element if _name(child.tag) == "wp:postmeta"]
    terms = [
        Term(child.get("domain", ""), child.get("nicename", ""), child.text or "")
        for child in element
        if child.tag == "category"
    ]
    comments = sum(_name(child.tag) == "wp:comment" for child in element)
    pairs = [(m.get("wp:meta_key", ""), m.get("wp:meta_value", "")) for m in metas]
    meta = {name: text for name, text in pairs if name in META}
    old_slugs = tuple(text for name, text in pairs if name == "_wp_old_slug" and text)
    return Item(texts(element), tuple(terms), meta, comments, old_slugs)


def parts(path: Path) -> Iterator[tuple[str, Element]]:
    """Yields each child of the channel once it is complete. Raises BrokenFileError."""
    try:
        yield from _parts(path)
    except DefusedXmlException as error:
        raise BrokenFileError(
            "it declares a document type or entities, which no WordPress export does"
        ) from error
    except ParseError as error:
        raise BrokenFileError(f"it is incomplete or not XML: {error}") from error
    except (ValueError, LookupError, UnicodeError) as error:
        raise BrokenFileError(f"its encoding cannot be read: {error}") from error
    except OSError as error:
        raise BrokenFileError(error.strerror or "it cannot be read") from error


def _parts(path: Path) -> Iterator[tuple[str, Element]]:
    depth, version, channel = 0, "", None
    for event, element in iterparse(str(path), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            depth += 1
            if depth > DEEPEST or (depth == 1 and element.tag != "rss"):
                raise BrokenFileError("it is not a WordPress export (WXR)")
            channel = element if depth == 2 else channel
            continue
        depth -= 1
        if depth == 2 and channel is not None:
            version = (element.text or "") if _name(element.tag) == "wp:wxr_version" else version
            yield _name(element.tag), element
            channel.clear()  # Its children have been used: this keeps memory small.
    if not version.startswith("1."):
        raise BrokenFileError("it is not a WordPress export (WXR): it names no version 1.x")


def items(path: Path) -> Iterator[Item]:
    return (item(element) for name, element in parts(path) if name == "item")


def host(address: str) -> str:
    """The host of an address, without www."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
