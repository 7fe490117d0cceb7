"""Writes all articles, pages and the library to a folder that people and programs can read.

library.yaml        topics, authors, series and the descriptions of the pictures
articles/SLUG.md    an article: its fields, then its text in Markdown
pages/SLUG.md       a page of the practice's own, in the same way
pictures/NAME       the picture files
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from articles.exchange import markdown, model_fields
from articles.imports import front_matter
from articles.imports.front_matter import RefusedError
from articles.models import Article, Image, Page

FORMAT = 1
LIBRARY = "library.yaml"
ARTICLES, PAGES, PICTURES = "articles", "pages", "pictures"
_PICTURE = re.compile(r'(<img [^<>]*?\bsrc=")([^"]*?)([\w.-]+)(")')

Progress = Callable[[Iterable[Article], int], Iterable[Article]]


def run(folder: Path, *, progress: Progress = lambda rows, _count: rows) -> Counter[str]:
    """Writes everything and returns the number of files by kind.

    Raises RefusedError, in which case nothing has been written.
    """
    images = list(Image.objects.order_by("pk"))
    _refuse(folder, images)
    for name in (ARTICLES, PAGES, PICTURES):
        (folder / name).mkdir(parents=True, exist_ok=True)
    written = {_write(folder / LIBRARY, front_matter.dump(_library()).encode())}
    rows = Article.objects.order_by("pk")
    written |= {
        _write_text(folder / ARTICLES, row) for row in progress(rows.iterator(100), rows.count())
    }
    written |= {_write_text(folder / PAGES, page) for page in Page.objects.order_by("pk")}
    for image in images:
        written.add(_write(folder / PICTURES / model_fields.name_of(image), _bytes(image)))
    _delete_outdated(folder, written)
    return Counter(path.parent.name for path in written if path.name != LIBRARY)


def _refuse(folder: Path, images: list[Image]) -> None:
    if folder.exists() and not folder.is_dir():
        raise RefusedError([f"{folder.name}: is not a folder"])
    if folder.exists() and any(folder.iterdir()) and not is_export(folder):
        raise RefusedError(
            [f"{folder.name}: contains other files; choose an empty or a new folder"]
        )
    missing = [i for i in images if not i.file.storage.exists(str(i.file.name))]
    if missing:
        raise RefusedError(
            [f"{model_fields.name_of(i)} (“{i.alt}”): its file is missing" for i in missing]
        )


def is_export(folder: Path) -> bool:
    try:
        library = front_matter.load((folder / LIBRARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return library.get("format") == FORMAT


def _library() -> dict[str, Any]:
    library: dict[str, Any] = {"format": FORMAT}
    for name, (model, _by) in model_fields.LIBRARY.items():
        rows = model._default_manager.order_by("pk")
        library[name] = [model_fields.plain_values(row) for row in rows]
    return library


def _write_text(folder: Path, row: Article | Page) -> Path:
    fields = model_fields.plain_values(row)
    fields.pop(model_fields.BODY)
    text, layout = markdown.write(row.body)
    content = front_matter.join({**fields, "layout": layout}, with_relative_pictures(text))
    name = row.slug if re.fullmatch(r"[A-Za-z0-9_-]+", row.slug) else f"{row.pk}"
    return _write(folder / f"{name}.md", content.encode())


def with_relative_pictures(text: str) -> str:
    """Makes the library's pictures relative to the file, so that a Markdown viewer shows them."""
    prefix = f"{settings.MEDIA_URL}{PICTURES}/"
    return _PICTURE.sub(
        lambda m: f"{m[1]}../{PICTURES}/{m[3]}{m[4]}" if m[2] == prefix else m[0], text
    )


def with_stored_pictures(text: str, addresses: dict[str, str]) -> str:
    """The reverse; `addresses` has the present address of each picture by its file name."""
    prefix = f"../{PICTURES}/"
    return _PICTURE.sub(
        lambda m: f"{m[1]}{addresses.get(m[3], '')}{m[4]}" if m[2] == prefix else m[0], text
    )


def _bytes(image: Image) -> bytes:
    with image.file.storage.open(str(image.file.name)) as file:
        return file.read()


def _write(path: Path, data: bytes) -> Path:
    """Replaces the file: never writes through a link that somebody has put in its place."""
    path.unlink(missing_ok=True)
    path.write_bytes(data)
    return path


def _delete_outdated(folder: Path, written: set[Path]) -> None:
    """Deletes the files of an earlier export that this one has not written."""
    texts = (path for name in (ARTICLES, PAGES) for path in (folder / name).glob("*.md"))
    for path in [*texts, *(folder / PICTURES).iterdir()]:
        if path not in written and not path.is_dir():
            path.unlink()
