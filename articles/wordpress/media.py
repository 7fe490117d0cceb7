"""Where the pictures of a WordPress text lie in a folder of the old site's uploads."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from articles.imports.import_report import Report
from articles.imports.old_pictures import PICTURE, PictureFolder
from articles.models import Image
from articles.moved import forget_size
from articles.wordpress import wxr
from articles.wordpress.survey import Site

UPLOADS = "/uploads/"
# WordPress.com serves pictures of other hosts through its own.
_PHOTON = re.compile(r"^i\d\.wp\.com$")
_ALT = "_wp_attachment_image_alt"


class Media(PictureFolder):
    def __init__(self, folder: Path | None, site: Site, report: Report) -> None:
        super().__init__(folder, f"wordpress:{wxr.host(site.address)}", report)
        self.old_site = site
        self.attachments: dict[str, wxr.Item] = {}  # By host and path.
        self.full_sizes: dict[str, wxr.Item] = {}  # Likewise, without the size in the name.
        for item in site.attachments.values():
            place = _place(item["wp:attachment_url"] or item["guid"])
            self.attachments[place] = item
            self.full_sizes.setdefault(forget_size(place), item)

    def by_id(self, number: str, alt: str = "") -> Image | None:
        item = self.old_site.attachments.get(number)
        return self.find(item["wp:attachment_url"] or item["guid"], alt) if item else None

    def find(self, address: str, alt: str = "") -> Image | None:
        """The picture at an old address, in whichever size that names; None if it is missing."""
        name = self._name(address)
        if not name:
            self.report.note("pictures from other sites, left out", address[:200])
            return None
        return self.take(name, self._files(name, address), self._words(address, alt))

    def is_upload(self, address: str) -> bool:
        """Whether an address is that of a picture: a link to it no longer leads anywhere."""
        return bool(PICTURE.search(self._name(address)))

    def is_own_file(self, address: str) -> bool:
        """Whether an address is that of an uploaded file other than a picture."""
        own = _place(address) in self.attachments or (
            UPLOADS in address and wxr.host(address) == wxr.host(self.old_site.address)
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

    def _files(self, name: str, address: str) -> Iterator[str]:
        """Where the file may lie: in the folder of its month, or all in one folder."""
        item = self._item(address)
        stored = item.meta.get("_wp_attached_file", "") if item else ""
        for one in filter(None, (name, _relative(address), stored, forget_size(name))):
            yield from (one, f"wp-content/uploads/{one}", Path(one).name)

    def _words(self, address: str, alt: str) -> list[str]:
        item = self._item(address)
        return [alt, item.meta.get(_ALT, "") if item else ""]


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
