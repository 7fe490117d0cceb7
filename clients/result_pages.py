"""What a therapist reads of a client's results beyond what the client reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from assessments import answer_quality, reading
from assessments.models import Attempt
from clients.models import SharedResult


@dataclass(frozen=True)
class AnswerRow:
    """One item as it was answered: `counted` lists (scale title, value after reversing)."""

    number: int
    text: str
    value: int | None
    left_out: bool
    reverse: bool
    counted: tuple[tuple[str, int], ...]


def result(attempt: Attempt) -> dict[str, object]:
    """A result as the therapist reads it: with the answers, and how they were given. No query."""
    times = [answer.answered_at for answer in attempt.answers.all()]
    return {
        "attempt": attempt,
        "reading": reading.read(attempt),
        "answers": answer_rows(attempt),
        "quality": answer_quality.judge(
            attempt.questionnaire, attempt.choices, attempt.started_at, times
        ),
    }


def answer_rows(attempt: Attempt) -> list[AnswerRow]:
    """In the order asked. No query if the answers are loaded."""
    questionnaire, choices = attempt.questionnaire, attempt.choices
    ends = questionnaire.response.min + questionnaire.response.max
    parts: dict[str, list[tuple[str, bool]]] = {}
    for scale in questionnaire.scales:
        for keyed in scale.keyed:
            parts.setdefault(keyed.item, []).append((scale.title, keyed.reverse))
    rows = []
    for number, item in enumerate(questionnaire.items, 1):
        value, held = choices.get(item.id), parts.get(item.id, [])
        counted = () if value is None else [(t, ends - value if r else value) for t, r in held]
        rows.append(
            AnswerRow(
                number=number,
                text=item.text,
                value=value,
                left_out=item.id in choices and value is None,
                reverse=any(reverse for _, reverse in held),
                counted=tuple(counted),
            )
        )
    return rows


def families(attempts: Iterable[Attempt]) -> list[tuple[str, str]]:
    """(slug, title) of each instrument among attempts, which come newest first."""
    found: dict[str, str] = {}
    for attempt in attempts:
        version = attempt.version
        found.setdefault(version.instrument.slug, version.questionnaire.title)
    return list(found.items())


@dataclass(frozen=True)
class Scores:
    """One result in a line: its dimensions as (title, score or None), and where it is read."""

    when: datetime | None
    dimensions: list[tuple[str, str | None]]
    url: str


def scores(shared: SharedResult) -> Scores:
    """No query if the client came `with_results`."""
    attempt = shared.attempt
    found = attempt.result.scored if attempt.result else None
    means = [
        (scale.title, None if mean is None else f"{float(mean):.1f}")
        for scale in attempt.questionnaire.scales
        for mean in [found.mean(scale.id) if found else None]
    ]
    return Scores(attempt.submitted_at, means, shared.get_absolute_url())
