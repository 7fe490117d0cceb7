"""All articles, with what they are made of, as a folder that people and programs can read.

library.yaml        topics, authors, what is known of each picture
articles/SLUG.md    a text in Markdown under its fields
pictures/NAME       the files of the library
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from articles.exchange import front_matter, markdown, model_fields
from articles.exchange.front_matter import RefusedError
from articles.models import Article, Image

FORMAT = 1
LIBRARY = "library.yaml"
ARTICLES, PICTURES = "articles", "pictures"
_PICTURE = re.compile(r'(<img [^<>]*?\bsrc=")([^"]*?)([\w.-]+)(")')

Progress = Callable[[Iterable[Article], int], Iterable[Article]]


def run(folder: Path, *, progress: Progress = lambda rows, _count: rows) -> Counter[str]:
    """Writes everything and returns how many of each. Raises RefusedError before it writes."""
    images = list(Image.objects.order_by("pk"))
    _refuse(folder, images)
    for name in (ARTICLES, PICTURES):
        (folder / name).mkdir(parents=True, exist_ok=True)
    written = {_write(folder / LIBRARY, front_matter.dump(_library()).encode())}
    rows = Article.objects.order_by("pk")
    written |= {_article(folder, row) for row in progress(rows.iterator(100), rows.count())}
    for image in images:
        written.add(_write(folder / PICTURES / model_fields.name_of(image), _bytes(image)))
    _tidy(folder, written)
    return Counter(path.parent.name for path in written if path.name != LIBRARY)


def _refuse(folder: Path, images: list[Image]) -> None:
    if folder.exists() and not folder.is_dir():
        raise RefusedError([f"{folder.name}: is no folder"])
    if folder.exists() and any(folder.iterdir()) and not is_export(folder):
        raise RefusedError([f"{folder.name}: holds other files; name an empty or a new folder"])
    lost = [i for i in images if not i.file.storage.exists(str(i.file.name))]
    if lost:
        raise RefusedError(
            [f"{model_fields.name_of(i)} (“{i.alt}”): its file is missing" for i in lost]
        )


def is_export(folder: Path) -> bool:
    try:
        told = front_matter.load((folder / LIBRARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return told.get("format") == FORMAT


def _library() -> dict[str, Any]:
    told: dict[str, Any] = {"format": FORMAT}
    for name, (model, _by) in model_fields.LIBRARY.items():
        told[name] = [model_fields.described(row) for row in model._default_manager.order_by("pk")]
    return told


def _article(folder: Path, article: Article) -> Path:
    told = model_fields.described(article)
    told.pop(model_fields.BODY)
    text, layout = markdown.write(article.body)
    whole = front_matter.join({**told, "layout": layout}, beside(text))
    name = article.slug if re.fullmatch(r"[A-Za-z0-9_-]+", article.slug) else f"{article.pk}"
    return _write(folder / ARTICLES / f"{name}.md", whole.encode())


def beside(text: str) -> str:
    """Pictures of the library by where they lie in the folder, so that readers of it see them."""
    prefix = f"{settings.MEDIA_URL}{PICTURES}/"
    return _PICTURE.sub(
        lambda m: f"{m[1]}../{PICTURES}/{m[3]}{m[4]}" if m[2] == prefix else m[0], text
    )


def from_beside(text: str, addresses: dict[str, str]) -> str:
    """The same the other way: by the address of each picture's file now."""
    prefix = f"../{PICTURES}/"
    return _PICTURE.sub(
        lambda m: f"{m[1]}{addresses.get(m[3], '')}{m[4]}" if m[2] == prefix else m[0], text
    )


def _bytes(image: Image) -> bytes:
    with image.file.storage.open(str(image.file.name)) as file:
        return file.read()


def _write(path: Path, data: bytes) -> Path:
    """Into a file of its own name: never through a link that somebody has put there."""
    path.unlink(missing_ok=True)
    path.write_bytes(data)
    return path


def _tidy(folder: Path, written: set[Path]) -> None:
    """What an earlier export wrote and this one did not is no article any more."""
    for path in [*(folder / ARTICLES).glob("*.md"), *(folder / PICTURES).iterdir()]:
        if path not in written and not path.is_dir():
            path.unlink()
