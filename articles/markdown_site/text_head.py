"""The fields at the head of a Markdown file, in YAML, TOML or JSON; nothing in them is trusted.

No imports of Django.
"""

import json
import re
import tomllib
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from articles.imports import front_matter

YEARS = range(1900, 2201)
_LINES = re.DOTALL | re.MULTILINE
_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", _LINES)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*$\n?", _LINES)


def split(content: str) -> tuple[dict[str, Any] | None, str]:
    """The fields, None if the file has none, and the text. Raises ValueError."""
    content = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\x00", "")
    if match := _YAML.match(content):
        fields = front_matter.load(match[1]) if match[1].strip() else {}
        return _lower(fields), content[match.end() :]
    if match := _TOML.match(content):
        return _lower(tomllib.loads(match[1])), content[match.end() :]
    if content.startswith("{"):
        try:
            fields, end = json.JSONDecoder().raw_decode(content)
        except (ValueError, RecursionError):
            return None, content
        return (_lower(fields) if isinstance(fields, dict) else None), content[end:]
    return None, content


def _lower(fields: dict[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in fields.items()}


def text_of(fields: dict[str, Any], *names: str) -> str:
    """The first of these fields that has a text."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value):
            return str(value).strip()
    return ""


def texts_of(fields: dict[str, Any], *names: str, split_at: str | None = None) -> list[str]:
    """The texts of these fields, each once. Jekyll splits a single one at its spaces."""
    found: list[str] = []
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            parts = value.split(split_at) if split_at else [value]
            found += [part.strip() for part in parts]
        elif isinstance(value, list):
            found += [_name(entry) for entry in value]
        elif isinstance(value, dict):
            found.append(_name(value))
    return list(dict.fromkeys(filter(None, found)))


def _name(entry: Any) -> str:
    if isinstance(entry, dict):
        return text_of({str(key).lower(): value for key, value in entry.items()},
                       "name", "title", "src", "image", "url", "path")  # fmt: skip
    return str(entry).strip() if isinstance(entry, str | int | float) else ""


def date_of(fields: dict[str, Any], *names: str, zone: tzinfo) -> datetime | None:
    """The first of these fields that is a date; without a time, the beginning of the day."""
    for name in names:
        if at := _date(fields.get(name), zone):
            return at
    return None


def _date(value: Any, zone: tzinfo) -> datetime | None:
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(_iso(value.strip()))
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if not isinstance(value, datetime) or value.year not in YEARS:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> str:
    """2019-03-01 10:00:00 +0530, as Jekyll writes it, for Python's reader."""
    return re.sub(r"\s+([+-]\d{2}):?(\d{2})$", r"\1:\2", text.replace(" UTC", "Z"))
