"""Reads and scores a response file (CSV, UTF-8: a header of item ids, a cell an answer). Pure."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from assessments.instruments.definition import Instrument
from assessments.instruments.strict_json import printable
from assessments.scoring.bulk import BadCell, RowScorer


class ResponseFaults(ValueError):
    """The file breaks rules; `problems` lists every one as a line with its row and column."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def score_lines(instrument: Instrument, lines: Iterable[str]) -> list[str]:
    """The scores of a response file, a line a row after a header line, without line ends.

    `lines` is an open text file (newline="") or its lines, without a byte order mark. Columns:
    `row` (data rows counted from 1), each scale's mean with 4 decimals, `style`. Raises
    ResponseFaults. Holds one short line a row in memory, since a fault in the last row must
    leave nothing printed.
    """
    reader = csv.reader(lines, strict=True)
    header = _read_header(reader)
    problems = list(_header_problems(instrument, header))
    known = set(instrument.item_ids)
    scorer = RowScorer(instrument, [name if name in known else None for name in header])
    output = [",".join(["row", *(scale.id for scale in instrument.scales), "style"])]
    for number, row in _numbered(reader, problems):
        try:
            # A blank line of a one-column file is one answer that is missing.
            if len(row) != len(header) and (row or len(header) != 1):
                raise BadCell
            output.append(f"{number}{scorer.line(row)}")
        except BadCell:
            problems += _row_problems(scorer, header, number, row)
    if problems:
        raise ResponseFaults(problems)
    return output


def _read_header(reader: Iterator[list[str]]) -> list[str]:
    try:
        return next(reader, [])
    except csv.Error as error:
        raise ResponseFaults([f"header: cannot be read as CSV: {error}"]) from error


def _numbered(reader: Iterator[list[str]], problems: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Data rows with their numbers; what is not CSV is reported, and reading goes on after it."""
    number = 0
    while True:
        try:
            for row in reader:
                number += 1
                yield number, row
            return
        except csv.Error as error:
            number += 1
            problems.append(f"row {number}: cannot be read as CSV: {error}")


def _header_problems(instrument: Instrument, header: Sequence[str]) -> Iterator[str]:
    known = set(instrument.item_ids)
    for name, count in Counter(header).items():
        if name not in known:
            yield f"header, column {_shown(name)}: there is no such item"
        elif count > 1:
            yield f"header, column {name}: the column stands {count} times"
    for name in instrument.item_ids:
        if name not in header:
            yield f"header, column {name}: the column is missing"


def _row_problems(
    scorer: RowScorer, header: Sequence[str], number: int, row: Sequence[str]
) -> Iterator[str]:
    if len(row) != len(header):
        at = _shown(header[len(row)]) if len(row) < len(header) else str(len(header) + 1)
        cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
        yield f"row {number}, column {at}: the row has {cells}, the header {len(header)}"
    # A ragged row may have its cells in the wrong columns, yet a bad cell is bad in any.
    for name, column, cell in zip(header, scorer.columns, row, strict=False):
        try:
            column.read(cell)
        except BadCell as problem:
            yield f"row {number}, column {_shown(name)}: {problem}"


def _shown(name: str) -> str:
    return printable(name[:40]) or '""'
