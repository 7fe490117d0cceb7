"""Takes pictures from a folder of the old site into our library, each once.

The person who imports names the folder, but untrusted texts name the files in it: nothing outside
the folder is opened, and every file is validated by its content.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.core.exceptions import ValidationError

from articles import pictures, richtext
from articles.imports.import_report import Report
from articles.models import Image, Origin

PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)$", re.IGNORECASE)


class PictureFolder:
    """`site`: the first part of the keys by which a repeated import finds its pictures."""

    def __init__(self, folder: Path | None, site: str, report: Report) -> None:
        self.folder = folder.resolve() if folder else None
        self.site, self.report = site, report
        self.known: dict[str, Image | None] = {}
        self.problems: dict[str, tuple[str, str]] = {}
        self.saved: list[Image] = []

    def take(self, name: str, files: Iterable[str], words: Iterable[str]) -> Image | None:
        """The picture of this name; None if it is missing or refused, which is reported. `files`:
        the names under which it may lie in the folder; `words`: alternative texts."""
        if name not in self.known:
            self.known[name] = self._existing(name) or self._save(name, files, words)
        if name in self.problems:
            self.report.note(*self.problems[name])
        return self.known[name]

    def _key(self, name: str) -> str:
        return f"{self.site}:{name}"[:500]

    def _existing(self, name: str) -> Image | None:
        origin = Origin.objects.filter(key=self._key(name)).select_related("image").first()
        return origin.image if origin else None

    def _save(self, name: str, files: Iterable[str], words: Iterable[str]) -> Image | None:
        path = next(self._paths(files), None)
        if path is None:
            self.problems[name] = ("pictures not found in the folder of media", name)
            return None
        try:
            with path.open("rb") as file:
                drawn = pictures.redraw(file, path.stat().st_size, still_of_gif=True)
        except (ValidationError, OSError) as error:
            self.problems[name] = ("pictures refused", f"{name}: {_reason(error)}")
            return None
        image = Image(alt=self._alternative_text(name, words))
        image.take(drawn)
        self.saved.append(image)
        image.save()
        Origin.objects.create(key=self._key(name), image=image)
        return image

    def _alternative_text(self, name: str, words: Iterable[str]) -> str:
        """As written in the text, or in the old library, or the file's name."""
        written = next(filter(None, map(richtext.plain, words)), "")
        if written:
            return written[:250]
        self.report.note("pictures without alternative text, named after their file", name)
        return re.sub(r"[\W_]+", " ", Path(name).stem).strip()[:250] or "Picture"

    def _paths(self, names: Iterable[str]) -> Iterator[Path]:
        for name in names if self.folder else ():
            path = self.inside(name)
            if path and path.is_file():
                yield path

    def inside(self, name: str) -> Path | None:
        """The path of a name below the folder; None if it leads out of it."""
        assert self.folder is not None  # noqa: S101
        try:
            path = (self.folder / name).resolve()
        except (OSError, ValueError, RuntimeError):
            return None
        return path if path.is_relative_to(self.folder) else None


def _reason(error: ValidationError | OSError) -> str | None:
    return " ".join(error.messages) if isinstance(error, ValidationError) else error.strerror
