"""Footnotes as WordPress keeps them since 6.3: their texts are not in the post but beside it."""

import json
import re

BLOCK = re.compile(r"<!-- wp:footnotes\b[^>]{0,500}?/?-->")


def footnotes_of(stored: str) -> str:
    """The list of a post's footnotes; empty if there are none, or what is stored is no list."""
    try:
        notes = json.loads(stored) if stored else []
    except (ValueError, RecursionError):
        return ""
    texts = [str(n.get("content", "")) for n in notes if isinstance(n, dict)] if isinstance(
        notes, list) else []  # fmt: skip
    items = "".join(f"<li>{text}</li>" for text in texts)
    return f"<hr><ol>{items}</ol>" if items else ""


def placed(source: str, notes: str) -> str:
    """The text with its footnotes where it shows them, or else at its end: none may be lost."""
    if not notes:
        return source
    before, found, after = _partition(source)
    return f"{before}\n{notes}\n{after}" if found else f"{source}\n{notes}"


def _partition(source: str) -> tuple[str, bool, str]:
    match = BLOCK.search(source)
    return (source[: match.start()], True, source[match.end() :]) if match else (source, False, "")
