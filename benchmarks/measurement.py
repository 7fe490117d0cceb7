"""What the numbers do when nothing has changed, and how answer patterns are judged: a simulation.

    python -m benchmarks.measurement

Ten thousand people for each figure, through the same functions as the pages. Observed scores are a
true score that never changes, the day (the same for every item of one sitting), and chance in each
sitting. With the variances below alpha is 0.85 and the retest reliability 0.75, on a scale from 1
to 7 with a standard deviation of 1.1. docs/clinical.md quotes the figures.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import hypot, sqrt
from pathlib import Path

from assessments.instruments.definition import (
    Instrument,
    Item,
    Keyed,
    Reliability,
    Response,
    Scale,
)
from assessments.instruments.file import read_instrument
from assessments.results import answer_quality, interpretation
from assessments.results.interpretation import Level
from assessments.results.plane import ELLIPSE_95
from assessments.scoring.engine import Result, ScaleScore, score
from assessments.statistics import measurement_error
from assessments.statistics.attempt_comparison import ScoredAttempt, baseline, compare

PEOPLE, SEED = 10_000, 1991
ITEMS, MEAN, SD, ALPHA, RETEST = 12, 4.0, 1.1, 0.85, 0.75
TRUE, DAY, SITTING = (SD * sqrt(share) for share in (RETEST, ALPHA - RETEST, 1 - ALPHA))
SCALES = ("anxiety", "avoidance")
QUESTIONNAIRES = Path(__file__).parent.parent / "assessments" / "questionnaires"
STARTED = datetime(2026, 1, 1, tzinfo=UTC)


def instrument(
    *, retest: bool, alpha_as_retest: bool = False, known: Reliability | None = None
) -> Instrument:
    """Two scales of 12 items. `alpha_as_retest`: what would happen if alpha were taken for one.
    `known`: another retest reliability than RETEST."""
    alpha = Reliability("alpha", Fraction(str(ALPHA)), Fraction(str(SD)), "simulated")
    over_time = Reliability("retest", Fraction(str(RETEST)), Fraction(str(SD)), "simulated")
    known = known or (alpha if alpha_as_retest else over_time if retest else None)
    ids = [f"{scale}{n}" for scale in SCALES for n in range(ITEMS)]
    scales = tuple(
        Scale(
            name, name, tuple(Keyed(f"{name}{n}", False) for n in range(ITEMS)), 0,
            reliability=alpha, retest=known,
        )
        for name in SCALES
    )  # fmt: skip
    return Instrument(
        slug="x", version="1", language="en", title="", purpose="", instructions="", licence="",
        citation="", response=Response(1, 7, ((1, "low"), (7, "high"))),
        items=tuple(Item(item, item) for item in ids), scales=scales,
    )  # fmt: skip


def occasions(chance: random.Random, count: int) -> list[dict[str, float]]:
    """The scores of one unchanged person, by scale, on each occasion."""
    true = {name: chance.gauss(MEAN, TRUE) for name in SCALES}
    return [
        {name: true[name] + chance.gauss(0, DAY) + chance.gauss(0, SITTING) for name in SCALES}
        for _ in range(count)
    ]


def attempts(questionnaire: Instrument, scores: list[dict[str, float]]) -> list[ScoredAttempt]:
    """As attempts three months apart; totals are whole numbers, as they are of real answers."""
    taken = []
    for number, by_scale in enumerate(scores):
        totals = {name: round(min(7, max(1, by_scale[name])) * ITEMS) for name in SCALES}
        scaled = tuple(ScaleScore(name, totals[name], ITEMS, ITEMS, 0) for name in SCALES)
        at = STARTED + timedelta(days=90 * number)
        taken.append(ScoredAttempt(at, questionnaire, Result(scaled, None)))
    return taken


def reliable(entries: list[ScoredAttempt], scale: Scale, *, before: bool = False) -> bool:
    """Whether the last attempt differs reliably from the first one (or from the one `before`)."""
    change = compare(entries[-2] if before else baseline(entries), entries[-1], scale).change
    return bool(change and change.reliable)


def false_alarms() -> Iterator[tuple[str, float]]:
    questionnaire = instrument(retest=True)
    yield (
        "two occasions, one dimension, retest known",
        _share(2, lambda e: reliable(e, e[-1].instrument.scales[0]), questionnaire),
    )
    yield (
        "two occasions, either dimension, retest known",
        _share(
            2, lambda e: any(reliable(e, scale) for scale in e[-1].instrument.scales), questionnaire
        ),
    )
    yield (
        "five occasions, either dimension, the latest against the first",
        _share(
            5, lambda e: any(reliable(e, scale) for scale in e[-1].instrument.scales), questionnaire
        ),
    )
    yield (
        "five occasions, either dimension, ever against the first",
        _share(
            5, lambda e: any(_ever(e, scale) for scale in e[-1].instrument.scales), questionnaire
        ),
    )
    yield (
        "five occasions, either dimension, ever against the first or the one before",
        _share(
            5,
            lambda e: any(_ever(e, scale, before=True) for scale in e[-1].instrument.scales),
            questionnaire,
        ),
    )
    yield (
        "two occasions, one dimension, alpha alone (nothing is called reliable)",
        _share(2, lambda e: reliable(e, e[-1].instrument.scales[0]), instrument(retest=False)),
    )
    wrong = instrument(retest=False, alpha_as_retest=True)
    yield (
        "two occasions, one dimension, if alpha were taken for a retest",
        _share(2, lambda e: reliable(e, e[-1].instrument.scales[0]), wrong),
    )
    yield (
        "five occasions, either dimension, ever, if alpha were taken for a retest",
        _share(5, lambda e: any(_ever(e, scale) for scale in e[-1].instrument.scales), wrong),
    )


def _ever(entries: list[ScoredAttempt], scale: Scale, *, before: bool = False) -> bool:
    return any(
        reliable(entries[:count], scale)
        or (before and reliable(entries[:count], scale, before=True))
        for count in range(2, len(entries) + 1)
    )


def _share(
    count: int, flagged: Callable[[list[ScoredAttempt]], bool], questionnaire: Instrument
) -> float:
    chance = random.Random(SEED)
    return (
        sum(flagged(attempts(questionnaire, occasions(chance, count))) for _ in range(PEOPLE))
        / PEOPLE
    )


def regression() -> Iterator[tuple[str, float]]:
    """People who come when they feel worst: the highest tenth of first scores."""
    chance = random.Random(SEED)
    pairs = [occasions(chance, 2) for _ in range(PEOPLE)]
    pairs.sort(key=lambda pair: pair[0]["anxiety"], reverse=True)
    worst = pairs[: PEOPLE // 10]
    questionnaire = instrument(retest=True)
    fallen = [first["anxiety"] - second["anxiety"] for first, second in worst]
    yield "mean fall of the highest tenth of first scores, in answers", sum(fallen) / len(fallen)
    lower = []
    for pair in worst:
        first, second = attempts(questionnaire, pair)
        lower.append(compare(first, second, questionnaire.scales[0]).change)
    shown = sum(bool(c and c.reliable and c.difference < 0) for c in lower)
    yield "share of them called reliably lower", shown / len(worst)


def coverage() -> Iterator[tuple[str, float]]:
    """How often a band contains what it claims to contain."""
    chance = random.Random(SEED)
    retest, alpha = (SD * sqrt(1 - r) for r in (RETEST, ALPHA))
    hits = dict.fromkeys(("retest", "alpha", "sitting", "both", "ellipse"), 0)
    for _ in range(PEOPLE):
        true, today, seen = _one(chance)
        hits["retest"] += _within(true, seen, retest)
        hits["alpha"] += _within(true, seen, alpha)
        hits["sitting"] += _within(today, seen, alpha)
        other, _, other_seen = _one(chance)
        hits["both"] += _within(true, seen, retest) and _within(other, other_seen, retest)
        apart = hypot(true - seen, other - other_seen)
        hits["ellipse"] += apart <= ELLIPSE_95 * retest
    texts = {
        "retest": "bands by the retest reliability contain the true average",
        "alpha": "bands by alpha contain the true average",
        "sitting": "bands by alpha contain the average of that day",
        "both": "both bands contain their true averages at once",
        "ellipse": "the ellipse contains both true averages",
    }
    for name, text in texts.items():
        yield text, hits[name] / PEOPLE


def _one(chance: random.Random) -> tuple[float, float, float]:
    """A true score, the same on that day, and as observed."""
    true = chance.gauss(MEAN, TRUE)
    today = true + chance.gauss(0, DAY)
    return true, today, today + chance.gauss(0, SITTING)


def _within(value: float, seen: float, error: float) -> bool:
    """Whether the band around the score contains the value; far from the ends of any scale."""
    band = measurement_error.band(Fraction(seen), error, -100, 100)
    return band.low <= value <= band.high


def answering() -> Iterator[tuple[str, float]]:
    """Random and honest answers to the newest questionnaire of the project."""
    files = [read_instrument(file.read_bytes()) for file in QUESTIONNAIRES.glob("*.json")]
    questionnaire = max(files, key=lambda one: one.version)
    chance = random.Random(SEED)
    drawn = [at_random(questionnaire, chance) for _ in range(PEOPLE)]
    yield "random answers that are recognised", _doubted(questionnaire, drawn)
    yield (
        "random answers with both scores near their lines",
        sum(both_near(questionnaire, answers) for answers in drawn) / PEOPLE,
    )
    for noise, how in ((1.0, "carefully"), (1.5, "with an alpha of about 0.85"), (2.0, "loosely")):
        given = [honest(questionnaire, chance, noise) for _ in range(PEOPLE)]
        yield f"honest answers, given {how}, that are doubted", _doubted(questionnaire, given)


def at_random(questionnaire: Instrument, chance: random.Random) -> dict[str, int]:
    values = questionnaire.response.values()
    return {item: chance.choice(values) for item in questionnaire.item_ids}


def honest(questionnaire: Instrument, chance: random.Random, noise: float) -> dict[str, int]:
    """Answers by a true score, with `noise` as the standard deviation of each answer around it."""
    low, high = questionnaire.response.min, questionnaire.response.max
    answers = {}
    for scale in questionnaire.scales:
        true = chance.gauss((low + high) / 2 - 0.5, TRUE)
        for keyed in scale.keyed:
            value = min(high, max(low, round(chance.gauss(true, noise))))
            answers[keyed.item] = low + high - value if keyed.reverse else value
    return answers


def both_near(questionnaire: Instrument, answers: dict[str, int]) -> bool:
    by_scale = interpretation.positions(questionnaire, score(questionnaire, answers))
    return all(position.level is Level.NEAR for position in by_scale.values())


def _doubted(questionnaire: Instrument, drawn: list[dict[str, int]]) -> float:
    """The share with a mark for their pattern: one answer throughout, a long run of one answer, or
    opposite statements answered alike. How fast they were given is left out."""
    return sum(is_doubted(questionnaire, answers) for answers in drawn) / len(drawn)


def is_doubted(questionnaire: Instrument, answers: dict[str, int]) -> bool:
    times = [STARTED + timedelta(seconds=6 * n) for n in range(1, len(answers) + 1)]
    quality = answer_quality.judge(questionnaire, answers, STARTED, times)
    return bool(interpretation.pattern_of(questionnaire, answers)) or quality.long_run


def main() -> None:
    parts = {"false alarms": false_alarms, "regression": regression, "coverage": coverage,
             "answers": answering}  # fmt: skip
    for title, figures in parts.items():
        print(f"\n{title}")
        for text, figure in figures():
            print(f"  {figure:7.3f}  {text}")


if __name__ == "__main__":
    main()
