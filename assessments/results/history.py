"""One person's attempts of one questionnaire over time, ready for a page: `read(attempts)`.

Attempts about different relationships, or on different response scales, are different things: each
has a section of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from assessments.instruments.definition import Scale
from assessments.models import Attempt
from assessments.results import change_texts, charts, plane
from assessments.results.context import band_of
from assessments.statistics.attempt_comparison import Comparison, Taken, compare


@dataclass(frozen=True, slots=True)
class Told:
    """A comparison in words; `formula` is "" where nothing was computed."""

    since: datetime
    first: bool
    difference: str
    verdict: str
    notes: tuple[str, ...]
    formula: str


@dataclass(frozen=True, slots=True)
class Line:
    """One dimension over time. `comparisons`: with the first, then with the one before."""

    title: str
    chart: charts.Chart
    banded: bool
    comparisons: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One attempt in the table: its scores as (title, score, band), as shown; none where they are
    unreadable."""

    attempt: Attempt
    scores: tuple[tuple[str, str | None, tuple[str, str] | None], ...]

    @property
    def unreadable(self) -> bool:
        return not self.scores


@dataclass(frozen=True, slots=True)
class Section:
    """`rows` are newest first; `mixed` where versions or languages differ. Without `lines` where no
    result opens."""

    target: str
    lines: tuple[Line, ...]
    plane: plane.Plane | None
    rows: tuple[Row, ...]
    mixed: bool

    @property
    def banded(self) -> bool:
        """Whether any error is known here."""
        return any(line.banded for line in self.lines)

    @property
    def first(self) -> datetime | None:
        return self.rows[-1].attempt.submitted_at

    @property
    def last(self) -> datetime | None:
        return self.rows[0].attempt.submitted_at


def read(
    attempts: Sequence[Attempt], stretches: Sequence[charts.Stretch] = ()
) -> tuple[Section, ...]:
    """Sections by their latest attempt, newest first. `attempts`: submitted, oldest first;
    `stretches`: times to mark behind the scores.

    No query if they came by `.for_reading()`.
    """

    def kind(attempt: Attempt) -> tuple[str, int, int]:
        response = attempt.questionnaire.response
        return attempt.target, response.min, response.max

    scored = [attempt for attempt in attempts if attempt.result]
    groups = [list(group) for _, group in groupby(sorted(scored, key=kind), key=kind)]
    groups.sort(key=lambda group: _when(group[-1]), reverse=True)
    return tuple(_section(group, stretches) for group in groups)


def _section(attempts: list[Attempt], stretches: Sequence[charts.Stretch]) -> Section:
    opened = {attempt: as_taken(attempt) for attempt in attempts if not is_unreadable(attempt)}
    rows = tuple(
        _row(attempt, opened[attempt]) if attempt in opened else Row(attempt, ())
        for attempt in reversed(attempts)
    )
    taken = list(opened.values())
    if not taken:
        return Section(attempts[-1].target, (), None, rows, mixed=False)
    last = taken[-1]
    measures = {(t.instrument.version, t.instrument.language) for t in taken}
    return Section(
        target=attempts[-1].target,
        lines=tuple(_line(taken, scale, stretches) for scale in last.instrument.scales),
        plane=plane.draw(last.instrument, last.result, [t.result for t in taken[:-1]]),
        rows=rows,
        mixed=len(measures) > 1,
    )


def is_unreadable(attempt: Attempt) -> bool:
    """Whether its scores can't be shown, nor compared with."""
    return bool(attempt.result and attempt.result.unreadable)


def as_taken(attempt: Attempt) -> Taken:
    """A submitted attempt as comparing wants it. No query if it came by `.for_reading()`."""
    row = attempt.result
    if row is None:
        raise ValueError("the attempt has no result yet")
    return Taken(_when(attempt), attempt.version.known, row.scored, attempt.target)


def _when(attempt: Attempt) -> datetime:
    if attempt.submitted_at is None:
        raise ValueError("the attempt is not submitted")
    return attempt.submitted_at


def _line(taken: list[Taken], scale: Scale, stretches: Sequence[charts.Stretch]) -> Line:
    last = taken[-1]
    dated = [_dated(entry, scale.id) for entry in taken]
    response = last.instrument.response
    cut = getattr(last.instrument.cuts, scale.id, None)
    told = []
    if len(taken) > 1:
        told.append(_tell(compare(taken[0], last, scale), first=True))
    if len(taken) > 2:
        told.append(_tell(compare(taken[-2], last, scale), first=False))
    return Line(
        title=scale.title,
        chart=charts.draw(dated, response.min, response.max, cut, stretches),
        banded=any(entry.band for entry in dated),
        comparisons=tuple(told),
    )


def _dated(entry: Taken, scale_id: str) -> charts.Dated:
    scale, scored = entry.instrument.scale(scale_id), entry.score(scale_id)
    if scale is None or scored is None:
        return charts.Dated(entry.at, None, None)
    return charts.Dated(entry.at, scored.mean, band_of(entry.instrument, scale, scored))


def _tell(comparison: Comparison, *, first: bool) -> Told:
    return Told(
        since=comparison.since,
        first=first,
        difference=change_texts.difference(comparison),
        verdict=change_texts.verdict(comparison),
        notes=tuple(change_texts.notes(comparison)),
        formula=change_texts.formula(comparison.change) if comparison.change else "",
    )


def _row(attempt: Attempt, taken: Taken) -> Row:
    scores = []
    for scale in taken.instrument.scales:
        scored = taken.score(scale.id)
        mean = scored.mean if scored else None
        band = band_of(taken.instrument, scale, scored) if scored else None
        ends = (f"{band.low:.1f}", f"{band.high:.1f}") if band else None
        scores.append((scale.title, None if mean is None else f"{float(mean):.1f}", ends))
    return Row(attempt, tuple(scores))
