"""Scores rows of text cells quickly: the same results as `scoring.score`, table by table.

Every cell of a column adds one integer to the row's sum. The integer carries, for each scale, the
answer after reversing (less the lowest answer, so that it is never negative) and a count of one,
each in bits of its own; one `sum` over a row thus scores all scales at once.
"""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from operator import getitem

from assessments.instruments.definition import Instrument, Response, Scale
from assessments.scoring.engine import ScaleScore, style_of

CELL = re.compile(r"-?[0-9]+", re.ASCII)
# No answer on any scale needs more digits than this; int() of thousands would be slow.
MOST_DIGITS = 12
LONGEST_TABLE = 1000


class BadCell(ValueError):
    """A cell that is no answer; the message says why."""


class Field:
    """Where a scale's total and count lie in the packed integer, and what they come to."""

    def __init__(self, scale: Scale, response: Response, offset: int) -> None:
        self.scale, self.lowest = scale, response.min
        total_bits = ((response.max - response.min) * len(scale.keyed)).bit_length()
        self.total_mask = (1 << total_bits) - 1
        self.total_at = offset
        self.count_at = offset + total_bits
        self.end = self.count_at + len(scale.keyed).bit_length()
        self.mask = (1 << self.end - offset) - 1
        # A scale takes few values, whatever the number of rows.
        self.outcome = lru_cache(maxsize=1 << 12)(self._outcome)

    def read(self, packed: int) -> tuple[Fraction | None, str]:
        """The scale's mean and its writing, with 4 decimals, empty where missing."""
        return self.outcome(packed >> self.total_at & self.mask)

    def _outcome(self, bits: int) -> tuple[Fraction | None, str]:
        answered = bits >> (self.count_at - self.total_at)
        total = (bits & self.total_mask) + self.lowest * answered
        scale = self.scale
        score = ScaleScore(scale.id, total, answered, len(scale.keyed), scale.max_missing)
        return score.mean, "" if score.mean is None else f"{float(score.mean):.4f}"


class Column:
    """What the cells of one item add to a row's sum."""

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
        """The plain writings of the answers; of a very long response scale, only the blank."""
        values = range(self.low, self.high + 1)
        table = {"": 0}
        if len(values) <= LONGEST_TABLE:
            table |= {str(value): self.packed(value) for value in values}
        return table

    def packed(self, value: int) -> int:
        return self.count + self.forward * (value - self.low) + self.reverse * (self.high - value)

    def read(self, cell: str) -> int:
        """What any cell adds, `007` and `-0` included; BadCell where it holds no answer."""
        if cell == "" or not self.known:
            return 0
        if not CELL.fullmatch(cell):
            raise BadCell(f"{_shown(cell)} is not an integer")
        digits = cell.removeprefix("-").lstrip("0") or "0"
        value = int(digits) if len(digits) <= MOST_DIGITS else self.high + 1
        value = -value if cell.startswith("-") else value
        if not self.low <= value <= self.high:
            raise BadCell(f"{_shown(cell)} is not from {self.low} to {self.high}")
        return self.packed(value)


class RowScorer:
    """Scores rows whose cells stand in the order of `header` (item ids; None is not scored)."""

    def __init__(self, instrument: Instrument, header: Sequence[str | None]) -> None:
        self.instrument = instrument
        self.fields: list[Field] = []
        end = 0
        for scale in instrument.scales:
            self.fields.append(Field(scale, instrument.response, end))
            end = self.fields[-1].end
        self.columns = [Column(instrument, item_id, self.fields) for item_id in header]
        self.tables = [column.table() for column in self.columns]
        # Rows repeat scores far more often than answers.
        self.render: Callable[[int], str] = lru_cache(maxsize=1 << 16)(self._render)

    def line(self, row: Sequence[str]) -> str:
        """The scores of a row as `,score,…,style`; BadCell where a cell is no answer."""
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
    """A cell as a message shows it: quoted, short, on one line, in ASCII."""
    return ascii(cell if len(cell) <= 40 else cell[:40] + "...")
