"""The blanks of a consent text: `{fees}` stands for what the practice says about its fees.

Pure: no database, no Django. A text with a blank that nothing fills is never shown to a client.
"""

import re
from collections.abc import Mapping
from enum import StrEnum


class Blank(StrEnum):
    """Everything that a consent text may leave open."""

    PRACTICE_NAME = "practice_name"
    THERAPIST = "therapist"
    METHOD = "method"
    SUPERVISION = "supervision"
    FEES = "fees"
    CANCELLATION = "cancellation"
    BREAKS = "breaks"
    CONTACT = "contact"
    ONLINE = "online"
    GRIEVANCE_OFFICER = "grievance_officer"
    HOSTS = "hosts"
    RETENTION_YEARS = "retention_years"
    HELP_LINES = "help_lines"


# What the practice writes itself. The therapist's name and the help lines come from elsewhere.
FILLED_BY_PRACTICE = tuple(b for b in Blank if b not in (Blank.THERAPIST, Blank.HELP_LINES))

NAMED = re.compile(r"\{([^{}]*)\}")
PARAGRAPHS = re.compile(r"\s*\n\s*\n\s*")
# What people leave in a draft: a line to write on, square brackets, a row of dots.
GAP = re.compile(r"_{3,}|\[[^\]]*\]|\.{4,}|…{2,}")


def in_text(text: str) -> tuple[str, ...]:
    """The names of the text's blanks, known or not, in the order of the text, each once."""
    return tuple(dict.fromkeys(NAMED.findall(text)))


def is_filled(value: str) -> bool:
    """Whether a value says anything: it has a letter or a digit, and no gap."""
    return any(character.isalnum() for character in value) and not GAP.search(value)


def gaps(text: str) -> tuple[str, ...]:
    """What no value can fill, for the person who edits the text: unknown names, and gaps written by
    hand."""
    unknown = [f"{{{name}}}" for name in in_text(text) if name not in set(Blank)]
    return (*unknown, *GAP.findall(text))


def missing(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """What still has to be filled before the text can be shown; empty if it can be."""
    empty = [name for name in in_text(text) if not is_filled(values.get(name, ""))]
    return (*empty, *GAP.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its values. Raises ValueError while something is missing."""
    if empty := missing(text, values):
        raise ValueError(f"blank: {', '.join(empty)}")
    return fill_known(text, values)


def fill_known(text: str, values: Mapping[str, str]) -> str:
    """The text with the values that there are. A blank without a value stays as it is.

    A value is never searched for blanks itself. It stays in its paragraph, and a full stop that the
    text has already is not doubled.
    """

    def value_of(blank: re.Match[str]) -> str:
        if blank[1] not in values:
            return blank[0]
        value = PARAGRAPHS.sub("\n", values[blank[1]].strip())
        return value.rstrip(".") if text[blank.end() :].startswith(".") else value

    return NAMED.sub(value_of, text)


def used(text: str, values: Mapping[str, str]) -> dict[str, str]:
    """The values that this text uses, and no others."""
    return {name: values[name].strip() for name in in_text(text) if name in values}
