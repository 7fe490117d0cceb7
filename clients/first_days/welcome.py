"""What somebody reads on their first days as a client, made of what the practice says about itself.

Pure. The details that the consent texts name already (fees, contact, …) are read from there; only
what they do not say has a name of its own here. A part that nobody filled is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from accounts.consent_texts.blanks import Blank, is_filled


class Detail(StrEnum):
    """What the practice says for the first days alone."""

    FIRST_CONTACT = "first_contact"
    PLACE = "place"
    PREPARE = "prepare"
    LANGUAGES = "languages"


# Each part from top to bottom, and the details it is made of.
PARTS: dict[str, tuple[Detail | Blank, ...]] = {
    "next": (Detail.FIRST_CONTACT,),
    "place": (Detail.PLACE, Blank.ONLINE),
    "fees": (Blank.FEES, Blank.CANCELLATION),
    "prepare": (Detail.PREPARE,),
    "languages": (Detail.LANGUAGES,),
    "reach": (Blank.CONTACT,),
}


@dataclass(frozen=True)
class Part:
    name: str
    texts: tuple[str, ...]


def parts(values: Mapping[str, str]) -> list[Part]:
    """The parts of which something is filled."""
    found = (Part(name, _filled(details, values)) for name, details in PARTS.items())
    return [part for part in found if part.texts]


def _filled(details: tuple[Detail | Blank, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(_shown(one, values[one]) for one in details if is_filled(values.get(one, "")))


def _shown(detail: Detail | Blank, value: str) -> str:
    return ", ".join(languages_in(value)) if detail == Detail.LANGUAGES else value.strip()


def languages_in(value: str) -> tuple[str, ...]:
    """The languages, of which each has a line of its own; each once."""
    lines = (" ".join(line.split()) for line in value.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def blank(values: Mapping[str, str]) -> list[Detail | Blank]:
    """What nobody has filled in yet."""
    every = [detail for details in PARTS.values() for detail in details]
    return [detail for detail in every if not is_filled(values.get(detail, ""))]
