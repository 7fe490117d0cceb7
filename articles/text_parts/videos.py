"""Videos of other sites: from which sites, and what a text holds of one. Pure.

A text holds only a link within a figure, so that a feed, an export and a page without scripts show
that link. The article's page draws a card; nothing is loaded from the other site before the reader
presses it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape


@dataclass(frozen=True)
class Host:
    """A site whose player an article may show. `pages` are its addresses of a video, in the syntax
    that Python and JavaScript share: the first group that matches is the video."""

    name: str
    pages: str
    page: str
    player: str

    @property
    def origin(self) -> str:
        return "/".join(self.player.split("/")[:3])


# The only list of allowed sites: the text field, the page and its content security policy read it.
# Each player is the one with which the site sets the fewest cookies.
HOSTS = (
    Host(
        "YouTube",
        r"^https://(?:(?:www\.|m\.)?youtube\.com/(?:watch\?(?:[^#]*&)?v=|embed/|shorts/|live/)"
        r"|youtu\.be/|www\.youtube-nocookie\.com/embed/)([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])",
        "https://www.youtube.com/watch?v={}",
        "https://www.youtube-nocookie.com/embed/{}?autoplay=1&rel=0",
    ),
    Host(
        "Vimeo",
        r"^https://(?:www\.|player\.)?vimeo\.com/(?:video/)?([0-9]{6,12})(?![0-9])",
        "https://vimeo.com/{}",
        "https://player.vimeo.com/video/{}?autoplay=1&dnt=1",
    ),
)  # fmt: skip
_STORED = re.compile(
    r'<figure>\s*<a href="([^"]*)"(?: rel="noopener")?>([^<]*)</a>\s*</figure>', re.ASCII
)


@dataclass(frozen=True)
class Video:
    """`title` is HTML that is escaped already, as the text holds it."""

    host: Host
    key: str
    title: str = ""

    @property
    def page(self) -> str:
        return self.host.page.format(self.key)

    @property
    def player(self) -> str:
        return self.host.player.format(self.key)


def of(address: str) -> Video | None:
    """The video at an address; None if it is no video of an allowed site."""
    for host in HOSTS:
        if match := re.match(host.pages, address, re.ASCII):
            return Video(host, match[1])
    return None


def drawn(html: str, card: Callable[[Video], str]) -> tuple[str, tuple[str, ...]]:
    """The text with a card for each video, and the origins of their players, each once."""
    origins: dict[str, None] = {}

    def drawn_one(match: re.Match[str]) -> str:
        video = of(unescape(match[1]))
        if not video:
            return match[0]
        origins[video.host.origin] = None
        return card(Video(video.host, video.key, match[2].strip() or video.page))

    return _STORED.sub(drawn_one, html), tuple(origins)
