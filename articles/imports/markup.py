"""What happens to the elements of an imported text: one table for each treatment."""

import re
from urllib.parse import parse_qs, urlsplit

# Elements that have another name on our pages, where headings begin at the second level.
RENAMED = {
    "h1": "h2", "h5": "h4", "h6": "h4", "strike": "s", "del": "s", "ins": "u", "tt": "code",
    "kbd": "code", "samp": "code", "var": "em", "dfn": "em", "acronym": "abbr", "dt": "p",
    "dd": "p", "address": "p", "summary": "p", "legend": "p",
}  # fmt: skip
INLINE = {"strong", "b", "em", "i", "s", "u", "sub", "sup", "abbr", "code", "cite", "a"}
# Blocks that contain words. A new block inside them ends them, except list items and cells.
TEXTS = {"p", "h2", "h3", "h4", "pre", "figcaption", "caption"}
ITEMS = {"li", "td", "th"}
# Blocks that contain only other blocks.
FRAMES = {"ul", "ol", "table", "thead", "tbody", "tr", "figure"}
FLOWS = {"blockquote"}
BLOCKS = TEXTS | ITEMS | FRAMES | FLOWS
# Elements that are removed while their content stays, in paragraphs of its own.
OPENED = {
    "div", "section", "article", "aside", "header", "footer", "main", "nav", "center", "details",
    "dl", "fieldset", "hgroup", "figure", "ul", "li", "tfoot", "colgroup",
    "button", "dialog", "marquee",
}  # fmt: skip
# Elements that are removed with their content.
DROPPED = {
    "script", "style", "noscript", "template", "svg", "math", "object", "applet", "form", "input",
    "select", "textarea", "canvas", "iframe", "frame", "frameset", "noframes", "embed",
    "head", "title", "meta", "link", "base", "map", "portal", "xmp",
    "plaintext", "noembed",
}  # fmt: skip
VOID = {"input", "frame", "embed", "meta", "link", "base", "plaintext"}
# A figure or list with one of these classes is a wrapper of the old system's, not the author's.
WRAPPERS = re.compile(
    r"wp-block-(?:embed|table|gallery|pullquote|video|audio|file)|blocks-gallery|gallery"
    r"|kg-(?:bookmark|embed|gallery|video)-card"
)
EMBEDDED = (
    (re.compile(r"^(?:www\.)?youtube(?:-nocookie)?\.com$"), re.compile(r"^/embed/([\w-]+)"),
     "https://www.youtube.com/watch?v={}"),
    (re.compile(r"^player\.vimeo\.com$"), re.compile(r"^/video/(\d+)"), "https://vimeo.com/{}"),
    (re.compile(r"^open\.spotify\.com$"), re.compile(r"^/embed/([\w/]+)"),
     "https://open.spotify.com/{}"),
)  # fmt: skip
_BEHIND = re.compile(r"background-image:\s*url\(\s*[\"']?([^\"')]{1,2000})")
_COVER = re.compile(r"wp-block-cover|kg-header-card")
_PLAYERS = re.compile(r"\bkg-(?:audio-player|video-overlay|video-player-container)(?:\s|$)")
BARE_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def picture_behind(values: dict[str, str]) -> str:
    """The picture that a cover block shows behind its words by its style, if it does."""
    match = _BEHIND.search(values.get("style", ""))
    return match[1] if match and _COVER.search(values.get("class", "")) else ""


def plays(values: dict[str, str]) -> bool:
    """Whether it holds the buttons of one of Ghost's players, which are no words of the text."""
    return bool(_PLAYERS.search(values.get("class", "")))


def shown_in_frame(source: str) -> str:
    """The page of the recording that a frame plays; empty for any other frame."""
    try:
        address = urlsplit("https:" + source if source.startswith("//") else source)
        name = address.hostname or ""
    except ValueError:
        return ""
    if name == "w.soundcloud.com":
        return (parse_qs(address.query).get("url") or [""])[0]
    for hosts, paths, page in EMBEDDED:
        if hosts.match(name) and (match := paths.match(address.path)):
            return page.format(match[1])
    return ""
