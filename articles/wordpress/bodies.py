"""Converts the text of a WordPress post, of blocks or classic, to the HTML that our pages show."""

import re

from articles.imports.rewriting import rewritten
from articles.wordpress import shortcodes
from articles.wordpress.footnotes import placed
from articles.wordpress.references import References

_REUSABLE = re.compile(r'<!-- wp:block \{[^{}]{0,200}?"ref":\s*(\d+)[^{}]{0,200}\} /-->')


def convert(source: str, references: References) -> str:
    source = _REUSABLE.sub(lambda m: references.reusable(m[1]), source.replace("\r\n", "\n"))
    source = placed(source, references.footnotes())
    classic = "<!-- wp:" not in source
    expanded = shortcodes.expand(source, references.dropped, references.gallery)
    return rewritten(expanded, references, classic=classic)
