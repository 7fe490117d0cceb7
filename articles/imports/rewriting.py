"""Rewrites the HTML of another system as the HTML that our pages show.

This module makes texts tidy; `richtext.clean`, which every stored body passes, makes them safe.
"""

import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser
from typing import Protocol

from articles import richtext
from articles.imports import markup
from articles.imports.blocks import Frame, block_html, quoted, tag_of, without_unclosed_tags
from articles.models import Image

Attributes = Sequence[tuple[str, str | None]]
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
DEEPEST = 60
_OTHER_BLOCKS = re.compile(r"\s*(/?)wp:([\w/-]+)")


class References(Protocol):
    """What a text refers to, and what was dropped from it."""

    dropped: Counter[str]

    def picture(self, address: str, number: str, alt: str) -> Image | None: ...
    def link(self, address: str) -> str: ...


def rewritten(source: str, references: References, *, classic: bool = False) -> str:
    """The clean HTML of a text. `classic`: blank lines in it separate paragraphs."""
    rewriter = Rewriter(without_unclosed_tags(source), references, classic=classic)
    return richtext.clean(rewriter.finished_html())


class Rewriter(HTMLParser):
    """Reads the source from beginning to end and adds the paragraphs that it lacks."""

    def __init__(self, source: str, references: References, *, classic: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.references, self.classic, self.lower = references, classic, source.lower()
        self.frames = [Frame("", "")]
        self.inline: list[tuple[str, str]] = []  # Open inline elements: source name, our start tag.
        self.dropping: list[str] = []
        self.playing: str | None = None
        self.feed(source)
        self.close()

    def finished_html(self) -> str:
        while len(self.frames) > 1:
            self._end_block()
        return "".join(self.frames[0].out)

    @property
    def top(self) -> Frame:
        return self.frames[-1]

    def _flowing(self) -> bool:
        return self.top.tag in markup.FLOWS | {""}

    # --- What the parser calls ----------------------------------------------------------------
    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        values = {name: value or "" for name, value in reversed(attrs)}
        if self.dropping or self.playing is not None:
            self._inside_dropped(tag, values)
        elif tag in markup.DROPPED or (tag == "div" and markup.plays(values)):
            self._drop(tag, values)
        elif tag in {"video", "audio"}:
            self.playing = values.get("src", "")
            if f"</{tag}" not in self.lower:
                self._played()
        elif tag == "q":
            self._words("“")
        elif tag == "img":
            self._picture(values)
        elif tag == "div" and (behind := markup.picture_behind(values)):
            self._end_paragraph()
            self._picture(values | {"src": behind})
            self._end_paragraph()
        elif tag in {"br", "hr"}:
            self._void(tag)
        elif _is_wrapper(tag, values):
            self._end_paragraph()
        else:
            self._start(tag, markup.RENAMED.get(tag, tag), values)

    def handle_endtag(self, tag: str) -> None:
        if self.dropping:
            if tag == self.dropping[-1]:
                self.dropping.pop()
        elif tag in {"video", "audio"}:
            self._played()
        elif tag == "q":
            self._words("”")
        elif self.playing is None:
            self._end(tag, markup.RENAMED.get(tag, tag))

    def handle_data(self, data: str) -> None:
        if self.dropping or self.playing is not None:
            return
        if self.top.tag == "pre":
            self.top.out.append(escape(data, quote=False))
        elif self.classic and (self._flowing() or self.top.tag == "p"):
            self._classic_text(data)
        else:
            self._words(escape(data, quote=False))

    def handle_comment(self, data: str) -> None:
        """A classic block among other blocks has its own rules for paragraphs."""
        block = _OTHER_BLOCKS.match(data)
        if block and block[2] in {"freeform", "core/freeform"}:
            self._end_paragraph()
            self.classic = not block[1]

    # --- Elements -----------------------------------------------------------------------------
    def _start(self, source: str, tag: str, values: dict[str, str]) -> None:
        if tag in markup.INLINE:
            start = self._start_tag(tag, values)
            if start is None:
                return
            self.inline.append((source, start))
            if not self._flowing():
                self.top.out.append(start)
        elif tag in markup.BLOCKS and self._holds_blocks():
            self._make_room(tag)
            if tag == "figcaption" and self.top.tag != "figure":
                tag = "p"  # Its figure was a wrapper of WordPress's.
            attributes = (self._start_tag(tag, values) or "<>")[1 + len(tag) : -1]
            starts = [start for _s, start in self.inline] if tag in markup.TEXTS else []
            self.frames.append(Frame(source, tag, attributes, starts, len(starts)))
        elif tag in markup.OPENED:
            self._end_paragraph()

    def _holds_blocks(self) -> bool:
        """Limits the depth, since each level of nesting takes more time."""
        return self.top.tag not in {"pre", "figcaption"} and len(self.frames) < DEEPEST

    def _end(self, source: str, tag: str) -> None:
        if tag in markup.INLINE:
            self._end_inline(source)
        elif tag in markup.BLOCKS and any(f.source == source for f in self.frames[1:]):
            while self.top.source != source:
                self._end_block()
            self._end_block()
        elif tag in markup.OPENED:
            self._end_paragraph()

    def _make_room(self, tag: str) -> None:
        """Ends the open blocks that cannot contain a new one."""
        while self.top.tag in markup.TEXTS - {"pre"} or (
            tag in {"li", "td", "th"} and self.top.tag == tag
        ):
            self._end_block()
        if self.top.tag in markup.ITEMS:
            self.top.out.extend(f"</{tag_of(start)}>" for _s, start in reversed(self.inline))
            self.inline.clear()

    def _end_inline(self, source: str) -> None:
        """Closes an inline element; those opened after it continue behind it."""
        names = [name for name, _start in self.inline]
        if source not in names:
            return
        place = len(names) - 1 - names[::-1].index(source)
        after = self.inline[place + 1 :]
        if not self._flowing():
            ends = [f"</{tag_of(start)}>" for _name, start in reversed(self.inline[place:])]
            self.top.out.extend([*ends, *(start for _name, start in after)])
        self.inline[place:] = after

    def _start_tag(self, tag: str, values: dict[str, str]) -> str | None:
        allowed = richtext.ATTRIBUTES.get(tag, set())
        attributes = {name: value for name, value in values.items() if name in allowed}
        if tag == "a":
            attributes["href"] = self.references.link(values.get("href", "").strip())
            if not attributes["href"]:
                return None
        return f"<{' '.join([tag, *(f'{n}={quoted(v)}' for n, v in attributes.items())])}>"

    def _end_paragraph(self) -> None:
        if self.top.tag == "p":
            self._end_block()

    def _end_block(self) -> None:
        frame = self.frames.pop()
        if frame.tag in markup.TEXTS | markup.ITEMS:
            frame.out.extend(f"</{tag_of(start)}>" for _s, start in reversed(self.inline))
            if frame.tag != "p" or frame.source:
                del self.inline[frame.outer :]
        self.top.out.append(block_html(frame))

    # --- Words and pictures -------------------------------------------------------------------
    def _words(self, html: str) -> None:
        if self._flowing():
            html = html.lstrip()
            if not html:
                return
            self.frames.append(Frame("", "p", out=[start for _name, start in self.inline]))
        elif self.top.tag in markup.FRAMES and not html.strip():
            return
        self.top.out.append(html)

    def _classic_text(self, data: str) -> None:
        """A blank line ends a paragraph; a line break breaks the line."""
        for number, part in enumerate(_BLANK_LINE.split(data)):
            if number:
                self._end_paragraph()
            self._words(escape(part, quote=False).replace("\n", "<br>"))

    def _void(self, tag: str) -> None:
        if tag == "hr":
            self._make_room("hr")
            self.top.out.append("<hr>")
        elif self.top.tag == "pre":
            self.top.out.append("\n")
        elif not self._flowing():
            self.top.out.append("<br>")

    def _picture(self, values: dict[str, str]) -> None:
        number = re.search(r"\bwp-image-(\d+)", values.get("class", ""))
        source = values.get("data-src") or values.get("src", "")
        image = self.references.picture(source, number[1] if number else "", values.get("alt", ""))
        if image is None or self.top.tag == "pre":
            return
        alt = escape(values.get("alt", "").strip() or image.alt)
        size = f'width="{image.width}" height="{image.height}"'
        self._words(f'<img src="{escape(image.file.url)}" alt="{alt}" {size}>')

    # --- What we cannot show -------------------------------------------------------------------
    def _drop(self, tag: str, values: dict[str, str]) -> None:
        source = values.get("src") or values.get("data-src", "")
        page = markup.shown_in_frame(source) if tag == "iframe" else ""
        self.references.dropped[f"<{tag}>"] += 1
        if page:
            self._address(page)
        # An element that is never closed must not remove the rest of the text.
        if tag not in markup.VOID and f"</{tag}" in self.lower:
            self.dropping.append(tag)

    def _inside_dropped(self, tag: str, values: dict[str, str]) -> None:
        if self.dropping and tag == self.dropping[-1]:
            self.dropping.append(tag)
        elif tag == "source" and not self.playing:
            self.playing = values.get("src", "")

    def _played(self) -> None:
        address, self.playing = self.playing or "", None
        if address:
            self._address(address)

    def _address(self, address: str) -> None:
        """Writes the address as a paragraph, which becomes a link when it ends."""
        if self._flowing() or self.top.tag == "p":
            self._end_paragraph()
        self._words(escape(address))
        self._end_paragraph()


def _is_wrapper(tag: str, values: dict[str, str]) -> bool:
    """A gallery's figure stays: it holds its pictures side by side."""
    if tag == "figure" and "wp-block-gallery" in values.get("class", "").split():
        return False
    return tag in {"figure", "ul", "li"} and bool(markup.WRAPPERS.search(values.get("class", "")))
