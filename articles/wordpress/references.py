"""What the text of a post refers to: pictures, other posts, reusable blocks."""

from collections import Counter
from typing import Protocol
from urllib.parse import urlsplit

from articles import richtext
from articles.imports import rewriting
from articles.imports.import_report import Report
from articles.imports.storing import Store
from articles.models import Image
from articles.wordpress import wxr
from articles.wordpress.footnotes import footnotes_of
from articles.wordpress.media import Media
from articles.wordpress.old_paths import path_of
from articles.wordpress.survey import Site


class References(rewriting.References, Protocol):
    def gallery(self, ids: str) -> list[str]: ...
    def reusable(self, number: str) -> str: ...
    def footnotes(self) -> str: ...


class PostReferences:
    def __init__(
        self, item: wxr.Item, site: Site, media: Media, store: Store, report: Report
    ) -> None:
        self.item, self.site, self.media, self.store = item, site, media, store
        self.report, self.dropped = report, Counter[str]()

    def picture(self, address: str, number: str, alt: str) -> Image | None:
        return (self.media.by_id(number, alt) if number else None) or self.media.find(address, alt)

    def gallery(self, ids: str) -> list[str]:
        """The pictures that a gallery names; without names all that were uploaded to this post."""
        named = [part.strip() for part in ids.split(",") if part.strip()]
        return named or [
            number
            for number, picture in self.site.attachments.items()
            if picture["wp:post_parent"] == self.item.id
        ]

    def reusable(self, number: str) -> str:
        return self.site.reusable.get(number, "")

    def footnotes(self) -> str:
        return footnotes_of(self.item.meta.get("footnotes", ""))

    def link(self, address: str) -> str:
        """The present address of a link; empty for one to a picture or within the page."""
        if address.startswith("#") or self.media.is_upload(address):
            return ""
        try:
            parts = urlsplit(address)
        except ValueError:
            return ""
        if parts.scheme and parts.scheme not in richtext.SCHEMES:
            return ""
        own = wxr.host(self.site.address)
        if self.media.is_own_file(address):
            self.report.note("files that stayed on the old site, such as PDFs", address[:200])
            return address
        if not parts.scheme.startswith("http") or not own or wxr.host(address) != own:
            return address
        path = path_of(address.partition("#")[0])
        here = self.store.leads_to(path)
        if not here:
            self.report.note("links to the old site that lead to nothing here", address[:200])
        return here or address
