"""Scoring keys of published attachment questionnaires: which items each scale has, and their signs.

Keys are facts, so they come with the project; the wording belongs to its authors, so it does not.
On both dimensions a higher score means less security. No published cut was found for any of them.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Key:
    """Item numbers start at 1, in the published order; `reverse` holds the reverse-keyed items."""

    name: str
    citation: str
    anxiety: tuple[int, ...]
    avoidance: tuple[int, ...]
    reverse: frozenset[int]

    @property
    def items(self) -> int:
        return len(self.anxiety) + len(self.avoidance)

    def keyed(self, numbers: tuple[int, ...]) -> list[str]:
        """The `keyed` list of a scale; item ids are the published numbers."""
        return [f"-{number}" if number in self.reverse else str(number) for number in numbers]

    def scales(self) -> list[dict[str, Any]]:
        """The `scales` of an instrument file."""
        return [
            {"id": scale_id, "title": title, "keyed": self.keyed(numbers), "max_missing": 0}
            for scale_id, title, numbers in (
                ("anxiety", "Attachment anxiety", self.anxiety),
                ("avoidance", "Attachment avoidance", self.avoidance),
            )
        ]


def _span(first: int, last: int, step: int = 1) -> tuple[int, ...]:
    return tuple(range(first, last + 1, step))


KEYS = {
    "ecr": Key(
        name="Experiences in Close Relationships",
        citation="Brennan, Clark and Shaver (1998)",
        anxiety=_span(2, 36, 2),
        avoidance=_span(1, 35, 2),
        reverse=frozenset({3, 15, 19, 22, 25, 27, 29, 31, 33, 35}),
    ),
    "ecr-r": Key(
        name="Experiences in Close Relationships-Revised",
        citation="Fraley, Waller and Brennan (2000)",
        anxiety=_span(1, 18),
        avoidance=_span(19, 36),
        reverse=frozenset({9, 11, 20, 22, *_span(26, 31), *_span(33, 36)}),
    ),
    "ecr-rs": Key(
        name="Experiences in Close Relationships-Relationship Structures",
        citation="Fraley, Heffernan, Vicary and Brumbaugh (2011)",
        anxiety=_span(7, 9),
        avoidance=_span(1, 6),
        reverse=frozenset(_span(1, 4)),
    ),
    "ecr-s": Key(
        name="Experiences in Close Relationships-Short Form",
        citation="Wei, Russell, Mallinckrodt and Vogel (2007)",
        anxiety=_span(2, 12, 2),
        avoidance=_span(1, 11, 2),
        reverse=frozenset({1, 5, 8, 9}),
    ),
}
