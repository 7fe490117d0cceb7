"""The text of an article in Markdown, and back: what comes back is the very same HTML.

HTML is laid out in three common ways: `tight`, as the editor writes it, with nothing between
blocks; in `lines`, each block on its own; or `spaced`, with the blank lines that its Markdown has.
The one that gives the stored text again is named in the file; where none does, it holds HTML.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from articles import richtext
from articles.exchange.html_markdown import Node, as_html, blocks, runs, to_markdown

# What stands between two blocks that have no blank line between them in Markdown, or have one.
GAPS = {"tight": ("", ""), "lines": ("\n", "\n"), "spaced": ("\n", "\n\n")}
LAYOUTS = (*GAPS, "html")
_BLOCK = r"</?(?:p|h[234]|ul|ol|li|blockquote|hr|pre|figure|figcaption|table|thead|tbody|tr|th|td)"
_AROUND = re.compile(rf"(?<=>)\n+(?={_BLOCK}\b)|(?<=\S)\n(?=<(?:ul|ol)\b)")
_AFTER = re.compile(rf"({_BLOCK}\b[^<>]*>|<br ?/?>)\n+(?!\n)")
_PRE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
BETWEEN_LISTS = "<!-- -->"
_markdown = MarkdownIt("commonmark", {"html": True})


def read(text: str, layout: str, pictures: Callable[[str], str] = str) -> str:
    """The HTML to store for a written text; `pictures` gives those in it their addresses."""
    if layout == "html":
        return richtext.clean(pictures(text))
    written = ""
    for html, apart in _rendered(text):
        block = _tight(html) if layout == "tight" else html
        written += block if not written else GAPS[layout][apart] + block
    return richtext.clean(pictures(written))


def _rendered(text: str) -> Iterator[tuple[str, bool]]:
    """The HTML of each top-level block, and whether a blank line stands before it."""
    environment: dict[str, Any] = {}
    lines, group, depth = text.split("\n"), list[Token](), 0
    for token in _markdown.parse(text, environment):
        group.append(token)
        depth += token.nesting
        if not depth:
            html = _markdown.renderer.render(group, _markdown.options, environment).rstrip("\n")
            first = (group[0].map or [0])[0]
            if html != BETWEEN_LISTS:
                yield html, first > 0 and not lines[first - 1].strip()
            group = []


def _tight(html: str) -> str:
    """Without the line breaks around blocks; those in a <pre> are its text."""
    parts = _PRE.split(html)
    return "".join(
        part if number % 2 else _AFTER.sub(r"\1", _AROUND.sub("", part))
        for number, part in enumerate(parts)
    )


def write(html: str) -> tuple[str, str]:
    """The text and its layout."""
    nodes = blocks(html)
    for layout in GAPS:
        text = "".join(_pieces(nodes, layout))
        if read(text, layout) == html:
            return text, layout
    return html, "html"


def _pieces(nodes: list[Node], layout: str) -> Iterator[str]:
    for node, merges in runs(nodes):
        close = layout == "spaced" and node.gap == "\n"
        yield f"\n\n{BETWEEN_LISTS}" if merges else ""
        yield "" if node is nodes[0] else "\n" if close else "\n\n"
        text = to_markdown(node)
        same = text is not None and read(text, layout) == node.html
        yield text if same and text is not None else as_html(node)
