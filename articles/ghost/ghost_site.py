"""What a Ghost export says, as the texts that every import stores."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import reverse

from articles.ghost.export_file import Export, Row
from articles.imports.foreign_texts import ForeignText, Label, Status
from articles.imports.import_report import Report
from articles.imports.old_links import OldLinks
from articles.imports.old_pictures import PICTURE, PictureFolder
from articles.imports.storing import Store
from articles.models import Article, Image

IMAGES = "/content/images/"
# The sizes that Ghost serves of one picture, and the original that it kept beside it.
_SIZE = re.compile(r"^size/w\d+(?:h\d+)?/(?:format/\w+/)?|^format/\w+/")
_TOKEN = re.compile(r":(\w+)")
DEFAULT_ADDRESS = "/:slug/"


class GhostSite:
    """`addresses`: the pattern of a post's address, such as /blog/:slug/, if not Ghost's own."""

    def __init__(
        self, export: Export, media: Path | None, address: str, report: Report, addresses: str = ""
    ) -> None:
        self.export, self.report = export, report
        self.address = (address or export.settings.get("url", "")).rstrip("/")
        host = (urlsplit(self.address).hostname or "").removeprefix("www.")
        self.base = urlsplit(self.address).path.rstrip("/")
        self.title = export.settings.get("title", "")
        self.pictures = PictureFolder(media, f"ghost:{host}", report)
        patterns = [addresses, export.settings.get("permalinks", ""), DEFAULT_ADDRESS]
        self.patterns = [one for one in dict.fromkeys(patterns) if one.startswith("/")]
        self.texts = [self._text(row) for row in export.posts]

    # --- Texts ----------------------------------------------------------------------------------
    def _text(self, row: Row) -> ForeignText:
        meta = self.export.meta.get(row["id"], Row({}))
        is_page = row["type"] == "page" or row["page"] == "1"
        status, note = _status(row)
        tags = [tag for key in self.export.tags_of.get(row["id"], []) if (tag := self._tag(key))]
        people = self.export.people_of.get(row["id"]) or [row["author_id"]]
        date = row.date("published_at") or (
            row.date("created_at") if status != Status.DRAFT else None
        )
        name = row["title"].strip() or row["slug"] or f"without a title ({row['id']})"
        return ForeignText(
            key=f"ghost:{row['uuid'] or row['id']}", name=name, title=row["title"],
            slug=row["slug"], html=_html(row, meta), status=status, is_page=is_page, note=note,
            excerpts=(row["custom_excerpt"], meta["meta_description"], row["meta_description"]),
            date=date, changed_at=row.date("updated_at"),
            paths=tuple(self._paths(row, is_page, tags, people)),
            categories=tuple(tags[:1]), tags=tuple(tags[1:]),
            author=self._person(people[0]) or self.title,
            author_paths=self._author_paths(people[0]), cover=row["feature_image"] or row["image"],
            cover_alt=meta["feature_image_alt"],
            checks=tuple(self._checks(row, meta, people, is_page, name)),
        )  # fmt: skip

    def _tag(self, key: str) -> Label | None:
        """None for Ghost's internal tags, which readers never saw."""
        row = self.export.tags.get(key)
        if not row or row["visibility"] == "internal" or row["name"].startswith("#"):
            return None
        path = f"{self.base}/tag/{row['slug']}/"
        name = row["name"] or row["slug"]
        return Label(row["slug"], name, row["description"], (path,), (f"{path}rss/",))

    def _person(self, key: str) -> str:
        row = self.export.people.get(key)
        return (row["name"] or row["slug"]) if row else ""

    def _author_paths(self, key: str) -> tuple[str, ...]:
        row = self.export.people.get(key)
        return (f"{self.base}/author/{row['slug']}/",) if row and row["slug"] else ()

    def _paths(
        self, row: Row, is_page: bool, tags: list[Label], people: list[str]
    ) -> Iterator[str]:
        date = row.date("published_at")
        author = self.export.people.get(people[0], Row({}))["slug"]
        tokens = {"slug": row["slug"], "id": row["id"], "author": author, "primary_author": author,
                  "primary_tag": tags[0].slug if tags else "all"}  # fmt: skip
        if date:
            tokens |= {"year": f"{date:%Y}", "month": f"{date:%m}", "day": f"{date:%d}"}
        for pattern in [DEFAULT_ADDRESS] if is_page else self.patterns:
            if set(_TOKEN.findall(pattern)) <= set(tokens) and row["slug"]:
                path = _TOKEN.sub(lambda m: tokens[m[1]], pattern)
                yield f"{self.base}{path if path.endswith('/') else f'{path}/'}"
        if row["uuid"]:
            yield f"{self.base}/p/{row['uuid']}/"

    def _checks(
        self, row: Row, meta: Row, people: list[str], is_page: bool, name: str
    ) -> Iterator[tuple[str, str]]:
        if len(people) > 1:
            others = ", ".join(filter(None, map(self._person, people[1:])))
            yield "texts with several authors; here the first one alone", f"{name}: {others}"
        if row["featured"] == "1":
            yield "featured there; nothing is pinned here", name
        if row["codeinjection_head"].strip() or row["codeinjection_foot"].strip():
            yield "code in the text’s page, left out", name
        if is_page and row["feature_image"]:
            yield "cover pictures of pages: they stand above the text", name
        if not row["html"].strip() and (row["lexical"] or row["mobiledoc"]):
            yield "without HTML in the file: the plain words came in, if any", name
        if caption := meta["feature_image_caption"].strip():
            yield (
                "captions of cover pictures: they stand below the text",
                f"{name}: {caption[:200]}",
            )

    # --- Where things lead ----------------------------------------------------------------------
    def references(self, text: ForeignText, store: Store) -> OldLinks:
        base = text.paths[0] if text.paths else "/"
        return OldLinks(store, self.address, base, self.picture)

    def picture(self, path: str, alt: str) -> Image | None:
        """The picture at a path of the old site, in whichever size that names."""
        _before, found, name = path.partition(IMAGES)
        if not found:
            self.report.note("pictures not found in the folder of media", path[:200])
            return None
        name = _SIZE.sub("", name)
        stem, dot, ending = name.rpartition(".")
        names = (name, f"{stem}_o{dot}{ending}", f"images/{name}", f"content/images/{name}",
                 Path(name).name)  # fmt: skip
        return self.pictures.take(name, names, [alt])

    def lead_on(self, store: Store) -> None:
        feed = reverse("article-feed")
        store.lead_on([f"{self.base}/rss/"], feed)
        for person in self.export.people.values():
            store.lead_on([f"{self.base}/author/{person['slug']}/rss/"], feed)

    def rest(self, store: Store) -> int:
        """The pictures in the folder that no text shows come into the library, too."""
        folder, count = self.pictures.folder, 0
        files = sorted(folder.rglob("*")) if folder else []
        for file in files:
            name = file.relative_to(folder).as_posix() if folder else ""
            name = re.sub(r"^(?:content/)?images/", "", name)
            if not file.is_file() or not PICTURE.search(name) or name.startswith("size/"):
                continue
            count += 1
            plain = re.sub(r"_o(\.\w+)$", r"\1", name)
            image = self.picture(f"{IMAGES}{plain if plain in self.pictures.known else name}", "")
            if image:
                self.report.pictures["in the library"] += 1
                store.lead_on([f"{self.base}{IMAGES}{name}"], image.file.url)
            else:
                self.report.leave_out("pictures", name)
        return count


def _status(row: Row) -> tuple[Article.Status, str]:
    """An import never publishes what readers could not see before."""
    if row["status"] == "sent":
        return Status.DRAFT, "sent by email only: drafts"
    if row["status"] not in ("published", "scheduled"):
        return Status.DRAFT, "" if row["status"] == "draft" else "unknown status: drafts"
    if row["visibility"] not in ("", "public"):
        return Status.DRAFT, "for members only: drafts"
    return Status.PUBLISHED if row["status"] == "published" else Status.SCHEDULED, ""


def _html(row: Row, meta: Row) -> str:
    """The text; of a page also its picture, which has no place of its own here."""
    plain = "".join(f"<p>{escape(part)}</p>" for part in row["plaintext"].split("\n\n"))
    html = row["html"] if row["html"].strip() else plain
    is_page = row["type"] == "page" or row["page"] == "1"
    if is_page and row["feature_image"]:
        alt = escape(meta["feature_image_alt"])
        html = f'<figure><img src="{escape(row["feature_image"])}" alt="{alt}"></figure>{html}'
    if caption := meta["feature_image_caption"].strip():
        html = f"{html}<p>{caption}</p>"
    return html
