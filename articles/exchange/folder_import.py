"""A folder of articles into the database: all or nothing, and never over an editor's work."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models, transaction

from articles.exchange import front_matter, markdown, model_fields, picture_files, rows
from articles.exchange.folder_export import ARTICLES, FORMAT, LIBRARY, PICTURES, from_beside
from articles.exchange.front_matter import RefusedError
from articles.kept_files import all_or_nothing
from articles.models import Article, Image

Progress = Callable[[list[Path]], Iterable[Path]]


@dataclass
class Result:
    added: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    differ: list[str] = field(default_factory=list)


def run(folder: Path, *, dry_run: bool = False, progress: Progress = lambda paths: paths) -> Result:
    """Adds what is not here yet, by its slug or file name. Raises RefusedError: nothing changed."""
    reader = Reader(folder)
    with all_or_nothing(reader.images, dry_run=dry_run):
        reader.library()
        for path in progress(reader.articles()):
            reader.tried(f"{ARTICLES}/{path.name}", reader.article, path)
        if reader.problems:
            raise RefusedError(reader.problems)
    return reader.result


class Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[tuple[type, str], Any] = {}
        self.addresses: dict[str, str] = {}  # Of the folder's pictures: name, address now.
        self.problems: list[str] = []
        self.images: list[Image] = []  # Whose files this run has written.
        self.result = Result()

    def tried(self, name: str, act: Callable[[Any], None], told: Any) -> None:
        """Goes on after a fault, so that all of them are named at once."""
        try:
            with transaction.atomic():
                act(told)
        except ValidationError as error:
            self.problems += [f"{name}: {message}" for message in rows.messages(error)]
        except (ValueError, OSError) as error:
            self.problems.append(f"{name}: {_why(error)}")

    # --- The library --------------------------------------------------------------------------
    def library(self) -> None:
        try:
            told = front_matter.load(self._text(self.folder / LIBRARY))
        except (OSError, ValueError) as error:
            raise RefusedError(
                [f"{LIBRARY}: {getattr(error, 'strerror', None) or error}"]
            ) from error
        if told.pop("format", None) != FORMAT or set(told) - set(model_fields.LIBRARY):
            raise RefusedError([f"{LIBRARY}: is not of an export in format {FORMAT}"])
        for kind, (model, by) in model_fields.LIBRARY.items():
            listed = told.get(kind) or []
            for row in listed if isinstance(listed, list) else [listed]:
                name = f"{LIBRARY}: {kind}: {row.get(by) if isinstance(row, dict) else row}"
                self.tried(name, partial(self._library_row, model), row)

    def _library_row(self, model: type[models.Model], told: Any) -> None:
        by = model_fields.named_by(model)
        if not isinstance(told, dict) or not isinstance(told.get(by), str):
            raise ValidationError(f"{by}: is missing")
        name = model_fields.file_name(told[by]) if model is Image else told[by]
        row = self._image(name, told) if model is Image else self._named(model, by, name, told)
        self.known[model, name] = row
        if isinstance(row, Image):
            self.addresses[name] = row.file.url

    def _named(self, model: Any, by: str, name: str, told: dict[str, Any]) -> models.Model:
        found = model._default_manager.filter(**{by: name}).first()
        values = model_fields.understood(model, told, self.known)
        return self._there(found, model) if found else self._added(model(), values, told)

    def _image(self, name: str, told: dict[str, Any]) -> Image:
        values = model_fields.understood(Image, told | {"file": name}, self.known)
        source = self._inside(self.folder / PICTURES / name)
        drawn = picture_files.take(source)
        place = f"{PICTURES}/{drawn.name}"
        if default_storage.exists(place) and not _same_bytes(place, drawn.data):
            stem = picture_files.by_content(source.read_bytes(), drawn)
            drawn = picture_files.called(drawn, stem)
            place = f"{PICTURES}/{drawn.name}"
        found = Image.objects.filter(file=place).first()
        if found:
            return self._there(found, Image)
        image = Image()
        image.take(drawn)
        if default_storage.exists(place):
            image = Image(file=place)
        else:
            self.images.append(image)
        del values["file"]
        return self._added(image, values | {"width": drawn.width, "height": drawn.height}, told)

    def _there(self, row: Any, model: type[models.Model]) -> Any:
        self.result.there[str(model._meta.verbose_name_plural)] += 1
        return row

    # --- Articles -----------------------------------------------------------------------------
    def articles(self) -> list[Path]:
        return sorted((self.folder / ARTICLES).glob("*.md"))

    def article(self, path: Path) -> None:
        told, text = front_matter.split(self._text(path))
        layout = told.pop("layout", markdown.LAYOUTS[0])
        if layout not in markdown.LAYOUTS:
            raise ValidationError(f"layout: one of {', '.join(markdown.LAYOUTS)}")
        values = model_fields.understood(Article, told, self.known)
        pictures = partial(from_beside, addresses=self.addresses)
        values[model_fields.BODY] = markdown.read(text, layout, pictures)
        found = Article.objects.filter(slug=str(values.get("slug", ""))).first()
        if found is None:
            self._added(Article(), values, told)
        elif rows.same(found, values, told):
            self._there(found, Article)
        else:
            self.result.differ.append(found.slug)

    def _added(self, row: Any, values: dict[str, Any], told: dict[str, Any]) -> Any:
        rows.add(row, values, told)
        self.result.added[str(row._meta.verbose_name_plural)] += 1
        return row

    # --- Files --------------------------------------------------------------------------------
    def _inside(self, path: Path) -> Path:
        """A file of the folder itself: no link that leads out of it."""
        if path.is_symlink() or not path.resolve().is_relative_to(self.folder.resolve()):
            raise ValidationError("is a link, and not a file of this folder")
        return path

    def _text(self, path: Path) -> str:
        with self._inside(path).open(encoding="utf-8", newline="") as file:
            return file.read()


def _same_bytes(place: str, data: bytes) -> bool:
    with default_storage.open(place) as file:
        return file.read() == data


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8"
    return getattr(error, "strerror", None) or str(error)
