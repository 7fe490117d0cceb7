"""An excerpt for a text that brings none."""

import re

from articles import richtext
from articles.imports.library_rows import words

EXCERPT = 320
_NO_PROSE = re.compile(
    r"<(figure|table|pre|h[234]|ul|ol|blockquote)>.*?</\1>|<p><a [^>]*>https?:[^<]*</a></p>",
    re.DOTALL,
)


def prose_of(body: str) -> str:
    """The paragraphs of a text, or all of it if it has none."""
    prose = _NO_PROSE.sub(" ", body)
    return prose if richtext.plain(prose) else body


def first_sentences(html: str, limit: int = EXCERPT) -> str:
    """As many whole sentences as fit, unless they fill less than a third of the limit."""
    text = richtext.plain(html)
    if len(text) <= limit:
        return text
    end = max(text.rfind(mark, 0, limit) for mark in (". ", "? ", "! ", "। "))
    return text[: end + 1] if end > limit // 3 else words(text, limit)
