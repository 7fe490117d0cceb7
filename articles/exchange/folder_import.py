"""Imports a folder of articles: all of it or nothing, and never over an editor's work."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models, transaction

from articles.exchange import markdown, model_fields, picture_files, rows
from articles.exchange.folder_export import (
    ARTICLES,
    FORMAT,
    LIBRARY,
    PAGES,
    PICTURES,
    with_stored_pictures,
)
from articles.imports import front_matter
from articles.imports.front_matter import RefusedError
from articles.models import Article, Image, Page
from articles.pages import first_drafts
from articles.picture_rollback import all_or_nothing

Progress = Callable[[list[Path]], Iterable[Path]]


@dataclass
class Result:
    added: Counter[str] = field(default_factory=Counter)
    existing: Counter[str] = field(default_factory=Counter)
    different: list[str] = field(default_factory=list)


def run(folder: Path, *, dry_run: bool = False, progress: Progress = lambda paths: paths) -> Result:
    """Adds the rows that do not exist yet, by slug or file name.

    Raises RefusedError, in which case nothing has changed.
    """
    reader = Reader(folder)
    with all_or_nothing(reader.images, dry_run=dry_run):
        reader.library()
        for path in progress(reader.texts(ARTICLES)):
            reader.attempt(f"{ARTICLES}/{path.name}", partial(reader.text, Article), path)
        for path in reader.texts(PAGES):
            reader.attempt(f"{PAGES}/{path.name}", partial(reader.text, Page), path)
        if reader.problems:
            raise RefusedError(reader.problems)
    return reader.result


class Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[tuple[type, str], Any] = {}
        self.addresses: dict[str, str] = {}  # The stored address of each picture, by file name.
        self.problems: list[str] = []
        self.images: list[Image] = []  # Those whose files this run has written.
        self.result = Result()
        # The empty drafts that a new practice begins with give way to its own pages.
        self.drafts = {page.slug: page for page in first_drafts.untouched()}

    def attempt(self, name: str, act: Callable[[Any], None], value: Any) -> None:
        """Continues after an error, so that one run reports all of them."""
        try:
            with transaction.atomic():
                act(value)
        except ValidationError as error:
            self.problems += [f"{name}: {message}" for message in rows.messages(error)]
        except (ValueError, OSError) as error:
            self.problems.append(f"{name}: {_reason(error)}")

    # --- The library --------------------------------------------------------------------------
    def library(self) -> None:
        try:
            library = front_matter.load(self._text(self.folder / LIBRARY))
        except (OSError, ValueError) as error:
            raise RefusedError(
                [f"{LIBRARY}: {getattr(error, 'strerror', None) or error}"]
            ) from error
        if library.pop("format", None) != FORMAT or set(library) - set(model_fields.LIBRARY):
            raise RefusedError([f"{LIBRARY}: is not an export in format {FORMAT}"])
        for kind, (model, by) in model_fields.LIBRARY.items():
            described = library.get(kind) or []
            for row in described if isinstance(described, list) else [described]:
                name = f"{LIBRARY}: {kind}: {row.get(by) if isinstance(row, dict) else row}"
                self.attempt(name, partial(self._library_row, model), row)

    def _library_row(self, model: type[models.Model], fields: Any) -> None:
        by = model_fields.named_by(model)
        if not isinstance(fields, dict) or not isinstance(fields.get(by), str):
            raise ValidationError(f"{by}: is missing")
        name = model_fields.file_name(fields[by]) if model is Image else fields[by]
        row = self._image(name, fields) if model is Image else self._named(model, by, name, fields)
        self.known[model, name] = row
        if isinstance(row, Image):
            self.addresses[name] = row.file.url

    def _named(self, model: Any, by: str, name: str, fields: dict[str, Any]) -> models.Model:
        existing = model._default_manager.filter(**{by: name}).first()
        values = model_fields.parsed_values(model, fields, self.known)
        if existing:
            return self._count_existing(existing, model)
        return self._add(model(), values, fields)

    def _image(self, name: str, fields: dict[str, Any]) -> Image:
        values = model_fields.parsed_values(Image, fields | {"file": name}, self.known)
        source = self._inside(self.folder / PICTURES / name)
        picture = picture_files.load(source)
        path = f"{PICTURES}/{picture.name}"
        if default_storage.exists(path) and not _same_bytes(path, picture.data):
            stem = picture_files.stem_by_content(source.read_bytes(), picture)
            picture = picture_files.renamed(picture, stem)
            path = f"{PICTURES}/{picture.name}"
        existing = Image.objects.filter(file=path).first()
        if existing:
            return self._count_existing(existing, Image)
        image = Image()
        image.take(picture)
        if default_storage.exists(path):
            image = Image(file=path)
        else:
            self.images.append(image)
        del values["file"]
        values |= {"width": picture.width, "height": picture.height}
        return self._add(image, values, fields)

    def _count_existing(self, row: Any, model: type[models.Model]) -> Any:
        self.result.existing[str(model._meta.verbose_name_plural)] += 1
        return row

    # --- Articles and pages -------------------------------------------------------------------
    def texts(self, name: str) -> list[Path]:
        return sorted((self.folder / name).glob("*.md"))

    def text(self, model: type[Article] | type[Page], path: Path) -> None:
        fields, text = front_matter.split(self._text(path))
        layout = fields.pop("layout", markdown.LAYOUTS[0])
        if layout not in markdown.LAYOUTS:
            raise ValidationError(f"layout: one of {', '.join(markdown.LAYOUTS)}")
        values = model_fields.parsed_values(model, fields, self.known)
        pictures = partial(with_stored_pictures, addresses=self.addresses)
        values[model_fields.BODY] = markdown.read(text, layout, pictures)
        slug = str(values.get("slug", ""))
        existing = model._default_manager.filter(slug=slug).first()
        if isinstance(existing, Page) and not rows.equals(existing, values, fields):
            existing = self._without_draft(existing)
        if existing is None:
            self._add(model(), values, fields)
        elif rows.equals(existing, values, fields):
            self._count_existing(existing, model)
        else:
            self.result.different.append(existing.slug)

    def _without_draft(self, page: Page) -> Page | None:
        draft = self.drafts.pop(page.slug, None)
        if draft:
            draft.delete()
        return None if draft else page

    def _add(self, row: Any, values: dict[str, Any], fields: dict[str, Any]) -> Any:
        rows.add(row, values, fields)
        self.result.added[str(row._meta.verbose_name_plural)] += 1
        return row

    # --- Files --------------------------------------------------------------------------------
    def _inside(self, path: Path) -> Path:
        """Refuses a link, which could lead out of the folder."""
        if path.is_symlink() or not path.resolve().is_relative_to(self.folder.resolve()):
            raise ValidationError("is a link, not a file in this folder")
        return path

    def _text(self, path: Path) -> str:
        with self._inside(path).open(encoding="utf-8", newline="") as file:
            return file.read()


def _same_bytes(path: str, data: bytes) -> bool:
    with default_storage.open(path) as file:
        return file.read() == data


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8"
    return getattr(error, "strerror", None) or str(error)
