"""Scores a response file (CSV, UTF-8: a header of item ids, then one answer per cell). Pure."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from assessments.instruments.definition import Instrument
from assessments.instruments.strict_json import printable
from assessments.scoring.bulk import BadCell, RowScorer


class ResponseFaults(ValueError):
    """The file breaks rules; `problems` lists each fault on a line with its row and column."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def score_lines(instrument: Instrument, lines: Iterable[str]) -> list[str]:
    """The scores as CSV lines without line ends: a header, then one line per row.

    `lines` is a text file opened with newline="", or its lines, without a byte order mark. The
    columns are `row` (data rows counted from 1), each scale's mean with 4 decimals, and `style`.
    Raises ResponseFaults. One short line per row is kept in memory, because nothing may be printed
    if the last row has a fault.
    """
    reader = csv.reader(lines, strict=True)
    header = _read_header(reader)
    problems = list(_header_problems(instrument, header))
    known = set(instrument.item_ids)
    scorer = RowScorer(instrument, [name if name in known else None for name in header])
    output = [",".join(["row", *(scale.id for scale in instrument.scales), "style"])]
    for number, row in _numbered(reader, problems):
        try:
            # In a file with one column, a blank line is a missing answer.
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
    """Data rows with their numbers. A row that is not CSV is reported, and reading continues."""
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
            yield f"header, column {name}: the column occurs {count} times"
    for name in instrument.item_ids:
        if name not in header:
            yield f"header, column {name}: the column is missing"


def _row_problems(
    scorer: RowScorer, header: Sequence[str], number: int, row: Sequence[str]
) -> Iterator[str]:
    if len(row) != len(header):
        at = _shown(header[len(row)]) if len(row) < len(header) else str(len(header) + 1)
        cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
        yield f"row {number}, column {at}: the row has {cells}, but the header has {len(header)}"
    # The cells of a ragged row may be in the wrong columns, but a bad cell is bad in any of them.
    for name, column, cell in zip(header, scorer.columns, row, strict=False):
        try:
            column.read(cell)
        except BadCell as problem:
            yield f"row {number}, column {_shown(name)}: {problem}"


def _shown(name: str) -> str:
    return printable(name[:40]) or '""'
