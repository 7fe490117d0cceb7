"""What a folder of Markdown says, as the texts that every import stores."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse

from articles import richtext
from articles.imports.excerpts import EXCERPT
from articles.imports.foreign_texts import ForeignText, Label
from articles.imports.import_report import Report
from articles.imports.old_pictures import PICTURE, PictureFolder
from articles.imports.rewriting import rewritten
from articles.imports.storing import Store
from articles.markdown_site import markdown_text, text_head
from articles.markdown_site.file_links import FileLinks
from articles.markdown_site.folder import LARGEST, Folder, at_root, data, stem_of
from articles.markdown_site.old_paths_of_texts import urlized
from articles.markdown_site.text_file import TextFile


class MarkdownSite:
    """`addresses`: the pattern of an article's address, if not the one of the settings."""

    def __init__(
        self, folder: Folder, zone: tzinfo, report: Report, address: str = "", addresses: str = ""
    ) -> None:
        self.folder, self.zone, self.report = folder, zone, report
        self.addresses, self.now = addresses, datetime.now(UTC)
        self.address, self.base = _address(folder, address)
        host = (urlsplit(self.address).hostname or "").removeprefix("www.")
        self.key = f"markdown:{host}"
        self.pictures = PictureFolder(folder.root, self.key, report)
        self.people = data(folder, "authors")
        self.others = 0
        self.files: dict[str, str] = {}  # The old path of each text, by its file.
        self.by_name: dict[str, str] = {}  # Likewise, by each ending of the file's name.
        self.sections: set[str] = set()
        read = [*self._read()]
        self.texts = [self._text(file, paths) for file, paths in read]

    # --- Texts ----------------------------------------------------------------------------------
    def _read(self) -> Iterator[tuple[TextFile, list[str]]]:
        """Each file with its old paths, so that one can then name another."""
        permalinks = self.folder.settings.get("permalinks") or self.folder.settings.get("permalink")
        for name, path in self.folder.texts():
            try:
                fields, text = text_head.split(_content(path))
            except (ValueError, OSError, RecursionError) as error:
                self._leave_out("files that cannot be read", f"{name}: {error}")
                continue
            if fields is None and self.folder.kind == "jekyll":
                self._leave_out("files without fields at their head", name)
            elif name.rsplit("/", 1)[-1].startswith("_index."):
                self._leave_out("texts of lists", name)
            else:
                file = TextFile(name, fields or {}, text, self.folder.kind, permalinks, self.zone)
                paths = [f"{self.base}{path}" for path in file.paths(self.addresses)]
                self.files[name] = paths[0] if paths else "/"
                stem = name.rsplit(".", 1)[0].removesuffix("/index").split("/")
                for start in range(len(stem)):
                    self.by_name.setdefault("/".join(stem[start:]), self.files[name])
                self.sections.add(file.section.partition("/")[0])
                yield file, paths

    def _leave_out(self, reason: str, name: str) -> None:
        self.others += 1
        self.report.leave_out(reason, " ".join(name.split())[:200])

    def _text(self, file: TextFile, paths: list[str]) -> ForeignText:
        title, text = text_head.text_of(file.fields, "title"), file.text
        if not title:
            title, text = markdown_text.heading_first(text)
        title = title or stem_of(file.name).replace("-", " ").capitalize()
        written = markdown_text.html_of(text, self.path_of)
        status, note = file.status(self.now)
        heading = "shortcodes without a place here, left out"
        checks = [(heading, code[:200]) for code in written.shortcodes]
        people = self._people(file.fields)
        if len(people) > 1:
            checks.append(("texts with several authors; here the first one alone", title))
        described = text_head.text_of(file.fields, "description", "summary", "excerpt", "subtitle")
        return ForeignText(
            key=f"{self.key}:{file.name}", name=title, title=title, slug=file.slug,
            html=written.html, status=status, is_page=file.is_page, note=note,
            excerpts=(described, self._teaser(text)), date=file.date,
            changed_at=file.changed_at(self.now), paths=tuple(paths),
            categories=tuple(self._label(name, "category") for name in file.categories),
            tags=tuple(self._label(name, "tag") for name in file.names("tags", "tag")),
            author=people[0] if people else self.folder.setting("title"),
            author_paths=self._lists("author", people[0]) if people else (),
            cover=file.cover, cover_alt=file.cover_alt, checks=tuple(checks),
        )  # fmt: skip

    def _teaser(self, text: str) -> str:
        """The words before the “more” mark, if there is one and they are short."""
        before = markdown_text.before_more(text)
        html = markdown_text.html_of(before, self.path_of).html if before else ""
        words = richtext.plain(rewritten(html, _NoReferences()))
        return words if len(words) <= EXCERPT else ""

    def _label(self, name: str, kind: str) -> Label:
        paths = self._lists(kind, name)
        return Label(urlized(name) or name, name, "", paths, tuple(f"{p}index.xml" for p in paths))

    def _lists(self, kind: str, name: str) -> tuple[str, ...]:
        several = {"category": "categories"}.get(kind, f"{kind}s")
        # Hugo keeps the dots of a name, Jekyll does not.
        names = dict.fromkeys([urlized(name), urlized(name.replace(".", ""))])
        return tuple(f"{self.base}/{word}/{one}/" for word in (several, kind) for one in names)

    def _people(self, fields: dict[str, Any]) -> list[str]:
        """By the names that a file of authors gives them."""
        found = text_head.texts_of(fields, "author", "authors")
        known = (self.people.get(one) for one in found)
        return [(text_head.text_of(row, "name") if isinstance(row, dict) else "") or one
                for one, row in zip(found, known, strict=True)]  # fmt: skip

    # --- Where things lead ----------------------------------------------------------------------
    def path_of(self, named: str) -> str:
        """The old path of the text that a link or a shortcode names by its file."""
        wanted, sharp, place = named.partition("#")
        wanted = wanted.strip("/").removesuffix(".md")
        path = self.by_name.get(wanted)
        return f"{path}{sharp}{place}" if path else named

    def references(self, text: ForeignText, store: Store) -> FileLinks:
        return FileLinks(self, text, store)

    def lead_on(self, store: Store) -> None:
        sections = {urlized(one) for one in self.sections if one and not one.startswith("_")}
        feeds = ["index.xml", "feed.xml", "atom.xml", "rss.xml"]
        feeds += [f"{one}/index.xml" for one in sections]
        store.lead_on([f"{self.base}/{one}" for one in feeds], reverse("article-feed"))
        lists = [*sections, "tags", "categories", "archive", "archives"]
        store.lead_on([f"{self.base}/{one}/" for one in lists], reverse("article-list"))

    def rest(self, store: Store) -> int:
        """The pictures in the folder that no text shows come into the library, too."""
        count = 0
        for name, _path in self.folder.files():
            if not PICTURE.search(name):
                continue
            count += 1
            if image := self.pictures.take(name, [name], []):
                self.report.pictures["in the library"] += 1
                store.lead_on([f"{self.base}{at_root(name)}"], image.file.url)
            else:
                self.report.leave_out("pictures", name)
        return count + self.others


class _NoReferences:
    """For the words of a text alone."""

    def __init__(self) -> None:
        self.dropped: Counter[str] = Counter()

    def picture(self, address: str, number: str, alt: str) -> None:
        return None

    def link(self, address: str) -> str:
        return ""


def _content(path: Path) -> str:
    if path.stat().st_size > LARGEST:
        raise ValueError("it is too large")
    return path.read_bytes().decode("utf-8-sig")


def _address(folder: Folder, given: str) -> tuple[str, str]:
    """Scheme and host of the old site, as far as anybody says, and the folder that it was in."""
    base = folder.setting("baseurl")
    whole = next((one for one in (given, base, folder.setting("url")) if "://" in one), "")
    parts = urlsplit(whole.rstrip("/"))
    path = base.rstrip("/") if base.startswith("/") else parts.path
    return (f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""), path
