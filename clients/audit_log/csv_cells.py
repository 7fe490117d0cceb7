"""Neutralises cells of a CSV file that a spreadsheet would run as formulas (CSV injection)."""

import re

# The characters that start a formula, also in full-width form and after whitespace, which a
# spreadsheet ignores.
_STARTS = re.compile(r"[\s\0\ufeff\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212|%]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would run it.

    A plain number with a sign is not a formula and stays as it is.
    """
    if _NUMBER.fullmatch(text):
        return text
    if text[:1] in ("\t", "\r", "\n") or _STARTS.match(text):
        return f"'{text}"
    return text
