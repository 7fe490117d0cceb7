"""Converts the text of an article to Markdown and back, to exactly the same HTML.

HTML is laid out in three common ways: `tight`, as the editor writes it, with nothing between
blocks; in `lines`, with each block on a new line; or `spaced`, with the blank lines of its
Markdown. The file names the layout that gives the stored text again; if none does, it holds HTML.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from articles import richtext
from articles.exchange.html_markdown import Node, as_html, blocks, runs, to_markdown

# What separates two blocks without, and with, a blank line between them in Markdown.
GAPS = {"tight": ("", ""), "lines": ("\n", "\n"), "spaced": ("\n", "\n\n")}
LAYOUTS = (*GAPS, "html")
_BLOCK = (
    r"</?(?:p|h[234]|ul|ol|li|blockquote|hr|pre|figure|figcaption|aside|table|thead|tbody|tr|th|td)"
)
_AROUND = re.compile(rf"(?<=>)\n+(?={_BLOCK}\b)|(?<=\S)\n(?=<(?:ul|ol)\b)")
_AFTER = re.compile(rf"({_BLOCK}\b[^<>]*>|<br ?/?>)\n+(?!\n)")
_PRE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
BETWEEN_LISTS = "<!-- -->"
_markdown = MarkdownIt("commonmark", {"html": True})


def read(text: str, layout: str, pictures: Callable[[str], str] = str) -> str:
    """The HTML to store for a written text; `pictures` replaces the addresses of its pictures."""
    if layout == "html":
        return richtext.clean(pictures(text))
    joined = ""
    for html, separate in _rendered(text):
        block = _tight(html) if layout == "tight" else html
        joined += block if not joined else GAPS[layout][separate] + block
    return richtext.clean(pictures(joined))


def _rendered(text: str) -> Iterator[tuple[str, bool]]:
    """The HTML of each top-level block, and whether a blank line precedes it."""
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
    """Removes the line breaks around blocks; those in a <pre> belong to its text."""
    parts = _PRE.split(html)
    return "".join(
        part if number % 2 else _AFTER.sub(r"\1", _AROUND.sub("", part))
        for number, part in enumerate(parts)
    )


def write(html: str) -> tuple[str, str]:
    """Returns the text and its layout."""
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
