"""Cells of a CSV that a person opens in a spreadsheet, which takes some texts for formulas."""

import re

# What a spreadsheet may run, also after blanks that it leaves out, and in its full-width forms.
_STARTS = re.compile(r"[\s\0\ufeff\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212|%]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?", re.ASCII)


def safe_cell(text: str) -> str:
    """The same text; with an apostrophe before it where a spreadsheet would run it.

    A plain number keeps its sign: it is a number, and no formula.
    """
    if _NUMBER.fullmatch(text):
        return text
    if text[:1] in ("\t", "\r", "\n") or _STARTS.match(text):
        return f"'{text}"
    return text
