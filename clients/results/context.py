"""The template context of a client's results for their therapist."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from assessments.instruments.definition import Scale
from assessments.models import Attempt
from assessments.results import answer_quality, change_texts, charts, history
from assessments.results import context as results_context
from assessments.statistics.attempt_comparison import ScoredAttempt, baseline, compare
from clients import journey
from clients.models import SharedResult


@dataclass(frozen=True)
class AnswerRow:
    """One item and its answer. `counted` lists (scale title, value after reversing)."""

    number: int
    text: str
    value: int | None
    skipped: bool
    reverse: bool
    counted: tuple[tuple[str, int], ...]


def result(attempt: Attempt) -> dict[str, object]:
    """The context of one result, with its answers and their quality. Only the attempt, if a part of
    it cannot be decrypted. No query."""
    if attempt.unreadable:
        return {"attempt": attempt}
    times = [answer.answered_at for answer in attempt.answers.all()]
    return {
        "attempt": attempt,
        "reading": results_context.read(attempt),
        "answers": answer_rows(attempt),
        "quality": answer_quality.judge(
            attempt.questionnaire, attempt.choices, attempt.started_at, times
        ),
    }


def answer_rows(attempt: Attempt) -> list[AnswerRow]:
    """In the order of the questionnaire. No query if the answers are loaded."""
    questionnaire, choices = attempt.questionnaire, attempt.choices
    ends = questionnaire.response.min + questionnaire.response.max
    parts: dict[str, list[tuple[str, bool]]] = {}
    for scale in questionnaire.scales:
        for keyed in scale.keyed:
            parts.setdefault(keyed.item, []).append((scale.title, keyed.reverse))
    rows = []
    for number, item in enumerate(questionnaire.items, 1):
        value, keys = choices.get(item.id), parts.get(item.id, [])
        counted = () if value is None else [(t, ends - value if r else value) for t, r in keys]
        rows.append(
            AnswerRow(
                number=number,
                text=item.text,
                value=value,
                skipped=item.id in choices and value is None,
                reverse=any(reverse for _, reverse in keys),
                counted=tuple(counted),
            )
        )
    return rows


def families(attempts: Iterable[Attempt]) -> list[tuple[str, str]]:
    """(slug, title) of each instrument among the attempts, which must come newest first."""
    titles: dict[str, str] = {}
    for attempt in attempts:
        version = attempt.version
        titles.setdefault(version.instrument.slug, version.questionnaire.title)
    return list(titles.items())


# The scales of the two dimensions of attachment (see the instrument file).
ATTACHMENT = ("anxiety", "avoidance")


class Dimension(NamedTuple):
    """One score as shown; `key` is the scale's id. `moved` is the change since the first result,
    such as "lower by 0.6" ("" if it is not known), and `by` its amount alone; `reliable` is true
    for a reliable change."""

    key: str
    title: str
    score: str | None
    moved: str
    by: str
    direction: str
    reliable: bool


@dataclass(frozen=True)
class Scores:
    """One result as a line: whom it is about ("" if the questionnaire does not ask), its dimensions
    (none if it cannot be decrypted) and the URL of its page."""

    when: datetime | None
    target: str
    dimensions: list[Dimension]
    url: str

    @property
    def unreadable(self) -> bool:
        return not self.dimensions

    @property
    def attachment(self) -> list[Dimension]:
        """Anxiety and avoidance, if the questionnaire measures both; otherwise empty."""
        known = {dimension.key: dimension for dimension in self.dimensions}
        return [known[key] for key in ATTACHMENT] if known.keys() >= set(ATTACHMENT) else []


def in_lines(shared: Iterable[SharedResult]) -> list[Scores]:
    """The results, newest first, each compared with the first of the same questionnaire about the
    same person. No query if they were loaded by `load_shared`.
    """
    earlier: dict[tuple, list[ScoredAttempt]] = defaultdict(list)
    lines = []
    for one in reversed(list(shared)):
        attempt = one.attempt
        before = earlier[attempt.version.instrument_id, attempt.target]
        dimensions = _dimensions(attempt, before)
        url = one.get_absolute_url()
        lines.append(Scores(attempt.submitted_at, attempt.target, dimensions, url))
    return lines[::-1]


def _dimensions(attempt: Attempt, earlier: list[ScoredAttempt]) -> list[Dimension]:
    """Adds the attempt to the `earlier` ones if it has scores."""
    if attempt.result is None:
        return [
            Dimension(s.id, s.title, None, "", "", "", False) for s in attempt.questionnaire.scales
        ]
    if history.is_unreadable(attempt):
        return []
    now = history.scored_attempt(attempt)
    earlier.append(now)
    first = baseline(earlier) if len(earlier) > 1 else None
    return [_dimension(now, first, scale) for scale in now.instrument.scales]


def _dimension(now: ScoredAttempt, then: ScoredAttempt | None, scale: Scale) -> Dimension:
    mean = now.result.mean(scale.id)
    comparison = compare(then, now, scale) if then else None
    difference = comparison.difference if comparison else None
    return Dimension(
        key=scale.id,
        title=scale.title,
        score=None if mean is None else f"{float(mean):.1f}",
        moved=change_texts.difference(comparison) if comparison else "",
        by=change_texts.amount(comparison) if comparison else "",
        direction="" if not difference else "higher" if difference > 0 else "lower",
        reliable=bool(comparison and comparison.change and comparison.change.reliable),
    )


def step_bands(where: journey.Journey, now: datetime) -> list[charts.Period]:
    """Each stay on a step, as a band behind the scores of a chart."""
    return [charts.Period(str(s.step), s.since, s.until or now) for s in where.stays]


def latest_chart(shared: list[SharedResult]) -> charts.Chart | None:
    """The most recent questionnaire over time, for a sparkline; None if fewer than two results can
    be drawn. No query if they were loaded by `load_shared`."""
    section = _latest_section(shared, ())
    chart = section.chart if section else None
    return chart if chart and any(len(one.marks) > 1 for one in chart.series) else None


def latest_section(
    shared: list[SharedResult], where: journey.Journey, now: datetime
) -> history.Section | None:
    """The history of the most recent questionnaire. No query if the results are loaded."""
    return _latest_section(shared, step_bands(where, now))


def _latest_section(
    shared: list[SharedResult], periods: Sequence[charts.Period]
) -> history.Section | None:
    if not shared:
        return None
    family = shared[0].attempt.version.instrument_id
    attempts = [s.attempt for s in reversed(shared) if s.attempt.version.instrument_id == family]
    return next(iter(history.read(attempts, periods)), None)
