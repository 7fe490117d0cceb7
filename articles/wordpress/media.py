"""Imports the old site's pictures from a folder of its uploads into our library.

The person who imports names the folder, but the untrusted export names the files in it: nothing
outside the folder is opened, and every file is validated by its content.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError

from articles import pictures, richtext
from articles.models import Image, Origin
from articles.wordpress import wxr
from articles.wordpress.import_report import Report
from articles.wordpress.survey import Site

UPLOADS = "/uploads/"
_SIZE = re.compile(r"-\d+x\d+(?=\.\w+$)")
_SCALED = re.compile(r"-scaled(?=\.\w+$)")
_ALT = "_wp_attachment_image_alt"


class Media:
    def __init__(self, folder: Path | None, site: Site, report: Report) -> None:
        self.folder = folder.resolve() if folder else None
        self.site, self.report = site, report
        self.known: dict[str, Image | None] = {}
        self.saved: list[Image] = []
        self.full_sizes = {
            _bare(_relative(item["wp:attachment_url"])): item for item in site.attachments.values()
        }

    def by_id(self, number: str, alt: str = "") -> Image | None:
        item = self.site.attachments.get(number)
        return self.find(item["wp:attachment_url"] or item["guid"], alt) if item else None

    def find(self, address: str, alt: str = "") -> Image | None:
        """The picture at an old address, in whichever size that names; None if it is missing."""
        name = _bare(_relative(address))
        if not name:
            self.report.note("pictures from other sites, left out", address[:200])
            return None
        if name not in self.known:
            self.known[name] = self._existing(name) or self._save(name, address, alt)
        return self.known[name]

    def is_upload(self, address: str) -> bool:
        """Whether an address is that of a picture: a link to it no longer leads anywhere."""
        name = _relative(address)
        return bool(re.search(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)$", name, re.IGNORECASE))

    def _key(self, name: str) -> str:
        return f"wordpress:{wxr.host(self.site.address)}:{name}"[:500]

    def _existing(self, name: str) -> Image | None:
        origin = Origin.objects.filter(key=self._key(name)).select_related("image").first()
        return origin.image if origin else None

    def _save(self, name: str, address: str, alt: str) -> Image | None:
        path = next(self._files(name, _relative(address)), None)
        if path is None:
            self.report.note("pictures not found in the folder of media", name)
            return None
        try:
            with path.open("rb") as file:
                drawn = pictures.redraw(file, path.stat().st_size)
        except (ValidationError, OSError) as error:
            self.report.note("pictures refused", f"{name}: {_reason(error)}")
            return None
        image = Image(alt=self._alternative_text(name, alt))
        image.take(drawn)
        self.saved.append(image)
        image.save()
        Origin.objects.create(key=self._key(name), image=image)
        return image

    def _alternative_text(self, name: str, alt: str) -> str:
        """As written in the text, or in the old library, or the file's name."""
        item = self.full_sizes.get(name)
        written = [alt, item.meta.get(_ALT, "") if item else ""]
        words = next(filter(None, (richtext.plain(text) for text in written)), "")
        if words:
            return words[:250]
        self.report.note("pictures without alternative text, named after their file", name)
        return re.sub(r"[\W_]+", " ", Path(name).stem).strip()[:250] or "Picture"

    def _files(self, *names: str) -> Iterator[Path]:
        """The files that may be the picture: in the folder of its month, or all in one folder."""
        for name in names if self.folder else ():
            for candidate in (name, f"wp-content/uploads/{name}", Path(name).name):
                path = self._inside(candidate)
                if path and path.is_file():
                    yield path

    def _inside(self, name: str) -> Path | None:
        assert self.folder is not None  # noqa: S101
        try:
            path = (self.folder / name).resolve()
        except (OSError, ValueError, RuntimeError):
            return None
        return path if path.is_relative_to(self.folder) else None


def _reason(error: ValidationError | OSError) -> str | None:
    return " ".join(error.messages) if isinstance(error, ValidationError) else error.strerror


def _relative(address: str) -> str:
    """The part of an address below the uploads, such as 2019/03/pic.jpg; empty for others."""
    try:
        path = unquote(urlsplit(address.strip()).path)
    except ValueError:
        return ""
    name = path.rpartition(UPLOADS)[2] if UPLOADS in path else ""
    return "" if "\x00" in name else name.lstrip("/")


def _bare(name: str) -> str:
    """The name that all sizes of one picture share."""
    return _SCALED.sub("", _SIZE.sub("", name))
