"""Reads Ghost's export file (JSON); nothing in it is trusted."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# A date beyond these years is a mistake, and a time zone could shift it out of the calendar.
YEARS = range(1900, 2201)
# What Ghost writes for its own address, and for files since version 3.
PLACEHOLDERS = ("__GHOST_URL__", "__GHOST_CONTENT_URL__")


TABLES = ("posts", "tags", "users", "settings", "posts_meta", "posts_tags", "posts_authors")


class BrokenFileError(Exception):
    """Why a file cannot be imported, in words for the person who chose it."""


@dataclass(frozen=True)
class Row:
    """One row of a table, each value as text."""

    values: dict[str, Any]

    def __getitem__(self, name: str) -> str:
        value = self.values.get(name)
        if value is None or isinstance(value, dict | list):
            return ""
        text = str(int(value)) if isinstance(value, bool) else str(value)
        for placeholder in PLACEHOLDERS:
            text = text.replace(placeholder, "")
        return text.replace("\x00", "")

    def date(self, name: str) -> datetime | None:
        return date_of(self.values.get(name))


def date_of(value: object) -> datetime | None:
    """UTC, from a text or from the milliseconds that old versions wrote."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            at = datetime.fromtimestamp(value / 1000, UTC)
        else:
            at = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except (ValueError, OverflowError, OSError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.astimezone(UTC) if at.year in YEARS else None


@dataclass
class Export:
    posts: list[Row]
    tags: dict[str, Row]
    people: dict[str, Row]
    settings: dict[str, str]
    meta: dict[str, Row]
    # In their order, by post.
    tags_of: dict[str, list[str]] = field(default_factory=dict)
    people_of: dict[str, list[str]] = field(default_factory=dict)


def read(path: Path) -> Export:
    """Raises BrokenFileError."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise BrokenFileError(error.strerror or "it cannot be read") from error
    except (ValueError, RecursionError) as error:
        raise BrokenFileError(f"it is incomplete or not JSON: {error}") from error
    data = _data(content)
    if not isinstance(data, dict) or not isinstance(data.get("posts"), list):
        raise BrokenFileError("it is not a Ghost export: it has no posts")
    tables = {name: _rows(data.get(name)) for name in TABLES}
    return Export(
        posts=tables["posts"],
        tags={row["id"]: row for row in tables["tags"]},
        people={row["id"]: row for row in tables["users"]},
        settings={row["key"]: row["value"] for row in tables["settings"]},
        meta={row["post_id"]: row for row in tables["posts_meta"]},
        tags_of=_links(tables["posts_tags"], "tag_id"),
        people_of=_links(tables["posts_authors"], "author_id"),
    )


def _data(content: Any) -> Any:
    """The tables, which versions wrap differently."""
    if isinstance(content, dict) and isinstance(content.get("db"), list) and content["db"]:
        content = content["db"][0]
    return content.get("data") if isinstance(content, dict) else None


def _rows(table: Any) -> list[Row]:
    return [Row(row) for row in table if isinstance(row, dict)] if isinstance(table, list) else []


def _links(rows: list[Row], name: str) -> dict[str, list[str]]:
    links: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        place = row["sort_order"]
        links[row["post_id"]].append((int(place) if place.isdecimal() else 0, row[name]))
    return {post: [key for _place, key in sorted(found, key=lambda link: link[0])]
            for post, found in links.items()}  # fmt: skip
