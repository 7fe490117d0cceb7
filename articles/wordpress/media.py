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
from articles.imports.import_report import Report
from articles.models import Image, Origin
from articles.moved import forget_size
from articles.wordpress import wxr
from articles.wordpress.survey import Site

UPLOADS = "/uploads/"
# WordPress.com serves pictures of other hosts through its own.
_PHOTON = re.compile(r"^i\d\.wp\.com$")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg)$", re.IGNORECASE)
_ALT = "_wp_attachment_image_alt"


class Media:
    def __init__(self, folder: Path | None, site: Site, report: Report) -> None:
        self.folder = folder.resolve() if folder else None
        self.site, self.report = site, report
        self.known: dict[str, Image | None] = {}
        self.problems: dict[str, tuple[str, str]] = {}
        self.saved: list[Image] = []
        self.attachments: dict[str, wxr.Item] = {}  # By host and path.
        self.full_sizes: dict[str, wxr.Item] = {}  # Likewise, without the size in the name.
        for item in site.attachments.values():
            place = _place(item["wp:attachment_url"] or item["guid"])
            self.attachments[place] = item
            self.full_sizes.setdefault(forget_size(place), item)

    def by_id(self, number: str, alt: str = "") -> Image | None:
        item = self.site.attachments.get(number)
        return self.find(item["wp:attachment_url"] or item["guid"], alt) if item else None

    def find(self, address: str, alt: str = "") -> Image | None:
        """The picture at an old address, in whichever size that names; None if it is missing."""
        name = self._name(address)
        if not name:
            self.report.note("pictures from other sites, left out", address[:200])
            return None
        if name not in self.known:
            self.known[name] = self._existing(name) or self._save(name, address, alt)
        if name in self.problems:
            self.report.note(*self.problems[name])
        return self.known[name]

    def is_upload(self, address: str) -> bool:
        """Whether an address is that of a picture: a link to it no longer leads anywhere."""
        return bool(_PICTURE.search(self._name(address)))

    def is_own_file(self, address: str) -> bool:
        """Whether an address is that of an uploaded file other than a picture."""
        own = _place(address) in self.attachments or (
            UPLOADS in address and wxr.host(address) == wxr.host(self.site.address)
        )
        return own and not self.is_upload(address)

    def _item(self, address: str) -> wxr.Item | None:
        """The attachment that the file describes, wherever it is hosted."""
        place = _place(address)
        return self.attachments.get(place) or self.full_sizes.get(forget_size(place))

    def _name(self, address: str) -> str:
        """The name of an upload's file below its folder, such as 2019/03/sea.jpg."""
        item = self._item(address)
        if item:
            address = item["wp:attachment_url"] or item["guid"]
            path = _place(address).partition("/")[2]
            return _relative(address) or path
        return forget_size(_relative(address))

    def _key(self, name: str) -> str:
        return f"wordpress:{wxr.host(self.site.address)}:{name}"[:500]

    def _existing(self, name: str) -> Image | None:
        origin = Origin.objects.filter(key=self._key(name)).select_related("image").first()
        return origin.image if origin else None

    def _save(self, name: str, address: str, alt: str) -> Image | None:
        item = self._item(address)
        stored = item.meta.get("_wp_attached_file", "") if item else ""
        path = next(self._files(name, _relative(address), stored, forget_size(name)), None)
        if path is None:
            self.problems[name] = ("pictures not found in the folder of media", name)
            return None
        try:
            with path.open("rb") as file:
                drawn = pictures.redraw(file, path.stat().st_size, still_of_gif=True)
        except (ValidationError, OSError) as error:
            self.problems[name] = ("pictures refused", f"{name}: {_reason(error)}")
            return None
        image = Image(alt=self._alternative_text(name, item, alt))
        image.take(drawn)
        self.saved.append(image)
        image.save()
        Origin.objects.create(key=self._key(name), image=image)
        return image

    def _alternative_text(self, name: str, item: wxr.Item | None, alt: str) -> str:
        """As written in the text, or in the old library, or the file's name."""
        written = [alt, item.meta.get(_ALT, "") if item else ""]
        words = next(filter(None, (richtext.plain(text) for text in written)), "")
        if words:
            return words[:250]
        self.report.note("pictures without alternative text, named after their file", name)
        return re.sub(r"[\W_]+", " ", Path(name).stem).strip()[:250] or "Picture"

    def _files(self, *names: str) -> Iterator[Path]:
        """The files that may be the picture: in the folder of its month, or all in one folder."""
        for name in filter(None, names if self.folder else ()):
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


def _parts(address: str) -> tuple[str, str]:
    """The host and the decoded path."""
    try:
        parts = urlsplit(address.strip())
        host, path = (parts.hostname or "").removeprefix("www."), unquote(parts.path)
    except ValueError:
        return "", ""
    return (host, path) if "\x00" not in path else ("", "")


def _place(address: str) -> str:
    """Host and path, whatever the scheme, the size asked for, or the host that serves it."""
    host, path = _parts(address)
    return path.lstrip("/") if _PHOTON.match(host) else f"{host}{path}"


def _relative(address: str) -> str:
    """The part of an address below the uploads, such as 2019/03/pic.jpg; empty for others."""
    path = _parts(address)[1]
    return path.rpartition(UPLOADS)[2].lstrip("/") if UPLOADS in path else ""
