"""Where the links and pictures of a Markdown text lead: they may name files beside its own."""

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from articles.imports.foreign_texts import ForeignText
from articles.imports.old_links import OldLinks
from articles.imports.storing import Store
from articles.models import Image

if TYPE_CHECKING:
    from articles.markdown_site.markdown_site import MarkdownSite


class FileLinks(OldLinks):
    def __init__(self, site: "MarkdownSite", text: ForeignText, store: Store) -> None:
        base = text.paths[0] if text.paths else "/"
        super().__init__(store, site.address, base, self._found)
        self.markdown = site
        self.file = text.key.removeprefix(f"{site.key}:")

    def picture(self, address: str, number: str, alt: str) -> Image | None:
        """A relative address is that of a file beside the text's."""
        try:
            parts = urlsplit(address.strip())
        except ValueError:
            return None
        if parts.path and not parts.scheme and not parts.netloc and not parts.path.startswith("/"):
            return self._found(unquote(parts.path), alt)
        return super().picture(address, number, alt)

    def link(self, address: str) -> str:
        bare, sharp, place = address.partition("#")
        if bare.endswith(".md") and "://" not in bare:
            near = posixpath.normpath(posixpath.join(posixpath.dirname(self.file), bare))
            known = self.markdown.files.get(near)
            address = f"{known}{sharp}{place}" if known else self.markdown.path_of(address)
        return super().link(address)

    def _found(self, path: str, alt: str) -> Image | None:
        """The picture at a path of the old site, or beside the text's own file."""
        site = self.markdown
        plain = path.removeprefix(f"{site.base}/" if site.base else "/").lstrip("/")
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(self.file), plain))
        names = [f"static/{plain}", f"assets/{plain}", plain, f"content/{plain}"]
        for name in [*names, beside] if path.startswith("/") else [beside, *names]:
            found = site.pictures.inside(name)
            if found and found.is_file():
                kept = found.relative_to(site.folder.root).as_posix()
                return site.pictures.take(kept, [kept], [alt])
        self.report.note("pictures not found in the folder", path[:200])
        return None
