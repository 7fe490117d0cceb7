"""Where the links of an imported text lead here."""

from collections import Counter
from collections.abc import Callable
from urllib.parse import unquote, urljoin, urlsplit

from articles import richtext
from articles.imports.old_pictures import PICTURE
from articles.imports.storing import Store
from articles.models import Image

Find = Callable[[str, str], Image | None]


class OldLinks:
    """The references of one text. `base`: where it was, for links relative to it; `find`: the
    picture at an address of the old site."""

    def __init__(self, store: Store, site: str, base: str, find: Find) -> None:
        self.store, self.site, self.base, self.find = store, site, base or "/", find
        self.report, self.dropped = store.report, Counter[str]()

    def picture(self, address: str, number: str, alt: str) -> Image | None:
        path = self.own_path(address)
        if not path:
            self.report.note("pictures from other sites, left out", address[:200])
            return None
        return self.find(path, alt)

    def link(self, address: str) -> str:
        """The present address of a link; empty for one to a picture or within the text."""
        if not address or address.startswith("#"):
            return ""
        path = self.own_path(address)
        if not path:
            return address if _is_allowed(address) else ""
        if PICTURE.search(path):
            return ""
        if here := self.store.leads_to(path):
            return here
        if "." in path.rpartition("/")[2] and not path.endswith((".html", ".htm")):
            heading = "files that stayed on the old site, such as PDFs"
        else:
            heading = "links to the old site that lead to nothing here"
        self.report.note(heading, path[:200])
        return f"{self.site}{path}" if self.site else path

    def own_path(self, address: str) -> str:
        """The decoded path of an address of the old site; empty for one of another site."""
        try:
            parts = urlsplit(address.strip())
            if parts.scheme or parts.netloc:
                host = (parts.hostname or "").removeprefix("www.")
                own = (urlsplit(self.site).hostname or "").removeprefix("www.")
                if parts.scheme not in ("", "http", "https") or not own or host != own:
                    return ""
                return unquote(parts.path).replace("\x00", "") or "/"
            joined = urlsplit(urljoin(f"http://old{self.base}", address.strip()))
        except ValueError:
            return ""
        return unquote(joined.path).replace("\x00", "") or "/"


def _is_allowed(address: str) -> bool:
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return False
    return scheme in richtext.SCHEMES
