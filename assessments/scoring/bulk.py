"""Scores rows of text cells quickly, with lookup tables; the results are those of `engine.score`.

Each cell adds one integer to the row's sum. The integer packs, for every scale, the keyed answer
(minus the lowest answer, so that it is never negative) and a count of one, each in its own bits;
so one `sum` over a row scores all scales at once.
"""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from operator import getitem

from assessments.instruments.definition import Instrument, Response, Scale
from assessments.scoring.engine import ScaleScore, style_of

CELL = re.compile(r"-?[0-9]+", re.ASCII)
# No answer has more digits than this. int() of thousands of digits would be slow.
MAX_ANSWER_DIGITS = 12
LONGEST_TABLE = 1000


class BadCell(ValueError):
    """A cell that is not an answer; the message says why."""


class Field:
    """The bits of the packed integer that hold a scale's total and count, and the score in them."""

    def __init__(self, scale: Scale, response: Response, offset: int) -> None:
        self.scale, self.lowest = scale, response.min
        total_bits = ((response.max - response.min) * len(scale.keyed)).bit_length()
        self.total_mask = (1 << total_bits) - 1
        self.total_at = offset
        self.count_at = offset + total_bits
        self.end = self.count_at + len(scale.keyed).bit_length()
        self.mask = (1 << self.end - offset) - 1
        # A scale has few distinct outcomes, however many rows there are.
        self.outcome = lru_cache(maxsize=1 << 12)(self._outcome)

    def read(self, packed: int) -> tuple[Fraction | None, str]:
        """The scale's mean, exact and as text with 4 decimals; None and "" if it is missing."""
        return self.outcome(packed >> self.total_at & self.mask)

    def _outcome(self, bits: int) -> tuple[Fraction | None, str]:
        answered = bits >> (self.count_at - self.total_at)
        total = (bits & self.total_mask) + self.lowest * answered
        scale = self.scale
        score = ScaleScore(scale.id, total, answered, len(scale.keyed), scale.max_missing)
        return score.mean, "" if score.mean is None else f"{float(score.mean):.4f}"


class Column:
    """The integers that the cells of one item add to a row's sum."""

    def __init__(
        self, instrument: Instrument, item_id: str | None, fields: Sequence[Field]
    ) -> None:
        self.known = item_id is not None
        self.low, self.high = instrument.response.min, instrument.response.max
        self.count = self.forward = self.reverse = 0
        for field in fields:
            for keyed in field.scale.keyed:
                if keyed.item == item_id:
                    self.count += 1 << field.count_at
                    self.forward += (not keyed.reverse) << field.total_at
                    self.reverse += keyed.reverse << field.total_at

    def table(self) -> dict[str, int]:
        """The integers by cell, for answers in plain digits; only for the blank cell if the
        response scale is very long."""
        values = range(self.low, self.high + 1)
        table = {"": 0}
        if len(values) <= LONGEST_TABLE:
            table |= {str(value): self.packed(value) for value in values}
        return table

    def packed(self, value: int) -> int:
        return self.count + self.forward * (value - self.low) + self.reverse * (self.high - value)

    def read(self, cell: str) -> int:
        """The integer of any cell, also of `007` and `-0`. Raises BadCell if it is no answer."""
        if cell == "" or not self.known:
            return 0
        if not CELL.fullmatch(cell):
            raise BadCell(f"{_shown(cell)} is not an integer")
        digits = cell.removeprefix("-").lstrip("0") or "0"
        value = int(digits) if len(digits) <= MAX_ANSWER_DIGITS else self.high + 1
        value = -value if cell.startswith("-") else value
        if not self.low <= value <= self.high:
            raise BadCell(f"{_shown(cell)} is not from {self.low} to {self.high}")
        return self.packed(value)


class RowScorer:
    """Scores rows with cells in the order of `header` (item ids; None for columns not scored)."""

    def __init__(self, instrument: Instrument, header: Sequence[str | None]) -> None:
        self.instrument = instrument
        self.fields: list[Field] = []
        end = 0
        for scale in instrument.scales:
            self.fields.append(Field(scale, instrument.response, end))
            end = self.fields[-1].end
        self.columns = [Column(instrument, item_id, self.fields) for item_id in header]
        self.tables = [column.table() for column in self.columns]
        # Many more rows share the same scores than the same answers.
        self.render: Callable[[int], str] = lru_cache(maxsize=1 << 16)(self._render)

    def line(self, row: Sequence[str]) -> str:
        """The scores of a row as `,score,…,style`. Raises BadCell if a cell is not an answer."""
        try:
            packed = sum(map(getitem, self.tables, row))
        except KeyError:
            packed = sum(column.read(cell) for column, cell in zip(self.columns, row, strict=False))
        return self.render(packed)

    def _render(self, packed: int) -> str:
        outcomes = {field.scale.id: field.read(packed) for field in self.fields}
        means = {scale_id: mean for scale_id, (mean, _) in outcomes.items()}
        style = style_of(self.instrument.cuts, means) or ""
        return "".join(f",{text}" for text in [*(text for _, text in outcomes.values()), style])


def _shown(cell: str) -> str:
    """A cell for a message: quoted, cut after 40 characters, on one line, in ASCII."""
    return ascii(cell if len(cell) <= 40 else cell[:40] + "...")
