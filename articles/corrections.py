"""The corrections of an article: plain text that an editor types, parsed as dated notices.

A line that begins with a day, such as 2026-11-29, begins a notice; the lines below belong to it.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

HELP = _(
    "What was wrong, and what is right now: one notice on each line, the newest first. Readers see"
    " it below the text, with its day, such as 2026-11-29; a line without one gets today’s."
)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})\b[\s:,–-]*")


@dataclass(frozen=True)
class Correction:
    on: date
    text: str


def parse(text: str) -> list[Correction]:
    """The notices, newest first. A line without a day of the calendar belongs to the notice above
    it; one above all notices is left out, since nobody can say when it was written."""
    listed: list[Correction] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if day := _day(line):
            listed.append(Correction(day[0], day[1]))
        elif listed:
            last = listed[-1]
            listed[-1] = Correction(last.on, f"{last.text} {line}".strip())
    return sorted((c for c in listed if c.text), key=lambda c: c.on, reverse=True)


def dated(text: str, today: date) -> str:
    """The text with today's day before each line that has none."""
    lines = filter(None, map(str.strip, text.splitlines()))
    return "\n".join(line if _day(line) else f"{today.isoformat()} {line}" for line in lines)


def _day(line: str) -> tuple[date, str] | None:
    match = _DAY.match(line)
    try:
        return (date.fromisoformat(match[1]), line[match.end() :]) if match else None
    except ValueError:
        return None
