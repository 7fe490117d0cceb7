"""What a group of people answered, added up in whole batches of ten. Pure, no Django.

Statistics are made of these totals alone. A person is added together with nine others and is never
taken out again, so no two looks at the statistics differ by fewer than ten people, however many
join or leave in between. Which of the ten answered what cannot be told, since a total stays the
same when two of them exchange their answers. docs/clinical.md says what this does not promise.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from assessments.instruments.definition import Instrument, Scale

BATCH = 10

Answers = Mapping[str, int]
Person = TypeVar("Person")


@dataclass(frozen=True, slots=True)
class ItemTotals:
    """Of one item's keyed answers: their sum, the sum of their squares, and the sum of their
    products with the person's sum over the scale."""

    answers: int
    squares: int
    products: int


@dataclass(frozen=True, slots=True)
class ScaleTotals:
    """`sums` are the people by the sum of their keyed answers, as pairs (sum, people), sorted;
    `items` are in the order of the scale's key."""

    sums: tuple[tuple[int, int], ...]
    items: tuple[ItemTotals, ...]

    @property
    def people(self) -> int:
        return sum(people for _sum, people in self.sums)

    def scores(self) -> list[Fraction]:
        """Every person's score, in order."""
        return [Fraction(s, len(self.items)) for s, people in self.sums for _ in range(people)]


# By scale id.
Totals = Mapping[str, ScaleTotals]


def whole_batches(waiting: Sequence[Person]) -> Sequence[Person]:
    """The first of those waiting, as many as make whole batches."""
    return waiting[: len(waiting) // BATCH * BATCH]


def is_complete(instrument: Instrument, answers: Answers) -> bool:
    """Whether every item of every scale is answered. Nobody else is counted: otherwise an item that
    one person of a batch answered would be that person's answer."""
    return all(keyed.item in answers for scale in instrument.scales for keyed in scale.keyed)


def add(
    instrument: Instrument, totals: Totals, people: Sequence[Answers]
) -> dict[str, ScaleTotals]:
    """The totals with these people, each of whom answered every item."""
    added = {}
    for scale in instrument.scales:
        nobody = ScaleTotals((), (ItemTotals(0, 0, 0),) * len(scale.keyed))
        rows = [keyed_answers(instrument, scale, answers) for answers in people]
        added[scale.id] = _add(totals.get(scale.id, nobody), rows)
    return added


def keyed_answers(instrument: Instrument, scale: Scale, answers: Answers) -> list[int]:
    """A person's answers in the order of the scale's key, the reversed ones turned round."""
    ends = instrument.response.min + instrument.response.max
    return [ends - answers[k.item] if k.reverse else answers[k.item] for k in scale.keyed]


def _add(before: ScaleTotals, rows: Sequence[Sequence[int]]) -> ScaleTotals:
    sums = Counter(dict(before.sums))
    sums.update(sum(row) for row in rows)
    items = tuple(
        ItemTotals(
            item.answers + sum(row[at] for row in rows),
            item.squares + sum(row[at] ** 2 for row in rows),
            item.products + sum(row[at] * sum(row) for row in rows),
        )
        for at, item in enumerate(before.items)
    )
    return ScaleTotals(tuple(sorted(sums.items())), items)


def as_json(totals: Totals) -> dict[str, Any]:
    """The totals as values that JSON can hold."""
    return {
        scale_id: {
            "sums": [list(pair) for pair in scale.sums],
            "items": [[item.answers, item.squares, item.products] for item in scale.items],
        }
        for scale_id, scale in totals.items()
    }


def from_json(values: Mapping[str, Any]) -> dict[str, ScaleTotals]:
    """The inverse of `as_json`."""
    return {
        scale_id: ScaleTotals(
            tuple((total, people) for total, people in scale["sums"]),
            tuple(ItemTotals(*numbers) for numbers in scale["items"]),
        )
        for scale_id, scale in values.items()
    }
