"""One person's attempts of one questionnaire over time, prepared for a page: `read(attempts)`.

Attempts about different relationships, or on different response scales, cannot be compared: each
group has a section of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from assessments.instruments.definition import Scale
from assessments.models import Attempt
from assessments.results import change_texts, charts, interpretation, plane, texts
from assessments.results.context import band_of
from assessments.scoring.engine import Result
from assessments.statistics.attempt_comparison import (
    Comparison,
    ScoredAttempt,
    baseline,
    compare,
)

# As many characters fit at the end of a line in a chart.
MAX_LABEL = 11


@dataclass(frozen=True, slots=True)
class ComparisonText:
    """A comparison in words; `formula` is "" if no change was computed."""

    since: datetime
    first: bool
    difference: str
    verdict: str
    notes: tuple[str, ...]
    formula: str


@dataclass(frozen=True, slots=True)
class Line:
    """One dimension over time. `comparisons` are with the first result (`baseline`) and with the
    one before."""

    title: str
    comparisons: tuple[ComparisonText, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One attempt in the table, with its scores as (title, score, band) as shown; none if they
    cannot be decrypted."""

    attempt: Attempt
    scores: tuple[tuple[str, str | None, tuple[str, str] | None], ...]

    @property
    def unreadable(self) -> bool:
        return not self.scores


@dataclass(frozen=True, slots=True)
class Section:
    """`rows` are newest first; `mixed` is true if versions or languages differ. There are no
    `lines` and no `chart` if none of the results can be decrypted."""

    target: str
    lines: tuple[Line, ...]
    chart: charts.Chart | None
    plane: plane.Plane | None
    rows: tuple[Row, ...]
    mixed: bool

    @property
    def banded(self) -> bool:
        """Whether any error band is drawn."""
        return bool(self.chart and self.chart.banded)

    @property
    def first(self) -> datetime | None:
        return self.rows[-1].attempt.submitted_at

    @property
    def last(self) -> datetime | None:
        return self.rows[0].attempt.submitted_at


def read(attempts: Sequence[Attempt], periods: Sequence[charts.Period] = ()) -> tuple[Section, ...]:
    """The sections, the one with the latest attempt first.

    `attempts` are submitted ones, oldest first; `periods` are shaded behind the scores. No query
    if the attempts were loaded with `.for_reading()`.
    """

    def kind(attempt: Attempt) -> tuple[str, int, int]:
        response = attempt.questionnaire.response
        return attempt.target, response.min, response.max

    scored = [attempt for attempt in attempts if attempt.result]
    groups = [list(group) for _, group in groupby(sorted(scored, key=kind), key=kind)]
    groups.sort(key=lambda group: _when(group[-1]), reverse=True)
    return tuple(_section(group, periods) for group in groups)


def _section(attempts: list[Attempt], periods: Sequence[charts.Period]) -> Section:
    readable = {attempt: _shown(attempt) for attempt in attempts if not is_unreadable(attempt)}
    rows = tuple(
        _row(attempt, readable[attempt]) if attempt in readable else Row(attempt, ())
        for attempt in reversed(attempts)
    )
    entries = list(readable.values())
    if not entries:
        return Section(attempts[-1].target, (), None, None, rows, mixed=False)
    last = entries[-1]
    mixed = len({(one.instrument.version, one.instrument.language) for one in entries}) > 1
    response = last.instrument.response
    return Section(
        target=attempts[-1].target,
        lines=tuple(_line(entries, scale) for scale in last.instrument.scales),
        chart=charts.draw(
            [_scores(entries, scale) for scale in last.instrument.scales],
            response.min,
            response.max,
            periods,
            joins=not mixed,
        ),
        plane=plane.draw(
            last.instrument,
            last.result,
            [entry.result for entry in entries[:-1]],
            named=attempts[-1].version.instrument.names_styles,
        ),
        rows=rows,
        mixed=mixed,
    )


def is_unreadable(attempt: Attempt) -> bool:
    """Whether its result cannot be decrypted, so that scores are neither shown nor compared."""
    return bool(attempt.result and attempt.result.unreadable)


def scored_attempt(attempt: Attempt) -> ScoredAttempt:
    """A submitted attempt prepared for comparison.

    No query if the attempt was loaded with `.for_reading()`.
    """
    row = attempt.result
    if row is None:
        raise ValueError("the attempt has no result yet")
    return ScoredAttempt(_when(attempt), attempt.version.known, row.scored, attempt.target)


def _shown(attempt: Attempt) -> ScoredAttempt:
    """Without scores where the result page shows none, because the answers are a mere pattern. If
    an answer cannot be decrypted, nobody can tell, and the stored scores are shown."""
    entry = scored_attempt(attempt)
    if attempt.unreadable:
        return entry
    if not interpretation.pattern_of(entry.instrument, attempt.answers_by_item):
        return entry
    scales = tuple(replace(score, total=0, answered=0) for score in entry.result.scales)
    return replace(entry, result=Result(scales, style=None))


def _when(attempt: Attempt) -> datetime:
    if attempt.submitted_at is None:
        raise ValueError("the attempt is not submitted")
    return attempt.submitted_at


def _line(entries: list[ScoredAttempt], scale: Scale) -> Line:
    if len(entries) < 2:
        return Line(title=scale.title, comparisons=())
    last, first, before = entries[-1], baseline(entries), entries[-2]
    comparisons = [_comparison_text(compare(first, last, scale), first=True)]
    if before is not first:
        comparisons.append(_comparison_text(compare(before, last, scale), first=False))
    return Line(title=scale.title, comparisons=tuple(comparisons))


def _scores(entries: list[ScoredAttempt], scale: Scale) -> charts.Scores:
    """A dimension for the chart, under its short name where it has one."""
    return charts.Scores(
        title=scale.title,
        label=str(texts.SHORT_NAMES.get(scale.id, _shortened(scale.title))),
        cut=getattr(entries[-1].instrument.cuts, scale.id, None),
        dated=[_dated(entry, scale.id) for entry in entries],
    )


def _shortened(title: str) -> str:
    return title if len(title) <= MAX_LABEL else f"{title[: MAX_LABEL - 1].rstrip()}…"


def _dated(entry: ScoredAttempt, scale_id: str) -> charts.Dated:
    scale, scored = entry.instrument.scale(scale_id), entry.score(scale_id)
    if scale is None or scored is None:
        return charts.Dated(entry.at, None, None)
    return charts.Dated(entry.at, scored.mean, band_of(entry.instrument, scale, scored))


def _comparison_text(comparison: Comparison, *, first: bool) -> ComparisonText:
    return ComparisonText(
        since=comparison.since,
        first=first,
        difference=change_texts.difference(comparison),
        verdict=change_texts.verdict(comparison),
        notes=tuple(change_texts.notes(comparison, first=first)),
        formula=change_texts.formula(comparison.change) if comparison.change else "",
    )


def _row(attempt: Attempt, entry: ScoredAttempt) -> Row:
    scores = []
    for scale in entry.instrument.scales:
        scored = entry.score(scale.id)
        mean = scored.mean if scored else None
        band = band_of(entry.instrument, scale, scored) if scored else None
        ends = (f"{band.low:.1f}", f"{band.high:.1f}") if band else None
        scores.append((scale.title, None if mean is None else f"{float(mean):.1f}", ends))
    return Row(attempt, tuple(scores))
