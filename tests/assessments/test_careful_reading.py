"""Rules of result pages that are easily confused with others: when no style is named, which axis of
the ellipse is which, and from when on a change is not too early."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import product

import pytest

from assessments.results.interpretation import NEAR, Unnamed, name_style, reach
from assessments.results.plane import ELLIPSE_95, SIDE, draw
from assessments.scoring.engine import Result, ScaleScore, result_of, score
from assessments.statistics import measurement_error
from assessments.statistics.attempt_comparison import ScoredAttempt, compare
from tests.support.assessments.files import instrument, small

# Reliability, SD and the 95 % error: one larger than the middle zone, and one smaller.
ERRORS = {"wide": (0.75, 1.0, 0.98), "narrow": (0.96, 0.5, 0.196)}
SOME_ANSWERS = {"q1": 3, "q2": 4}


def with_reliability(**by_scale: str):
    scales = []
    for scale in small()["scales"]:
        value, sd, _reach = ERRORS[by_scale.get(scale["id"], "wide")]
        known = {"kind": "alpha", "value": value, "sd": sd, "source": "A paper"}
        scales.append(scale | {"reliability": known, "max_missing": 1})
    return instrument(small(scales=scales))


def result(questionnaire, anxiety: Fraction, avoidance: Fraction, answered: int = 4) -> Result:
    """A result of scales with four items, of which `answered` are answered."""
    scales = [
        ScaleScore(name, int(mean * answered), answered, 4, 1)
        for name, mean in (("anxiety", anxiety), ("avoidance", avoidance))
    ]
    assert [scale.mean for scale in scales] == [anxiety, avoidance]
    return result_of(questionnaire, scales)


def test_the_errors_are_those_stated():
    for name, (_value, _sd, distance) in ERRORS.items():
        known = with_reliability(anxiety=name).scale("anxiety").reliability
        assert measurement_error.Z_95 * measurement_error.standard_error(known) == pytest.approx(
            distance
        )


@pytest.mark.parametrize("error", [*ERRORS, None])
def test_the_same_distance_decides_everywhere(error):
    """A score within its error of its line, or within 0.5 if no error is known, is on no side: two
    names with one such score, none with two."""
    questionnaire = with_reliability(anxiety=error, avoidance=error) if error else instrument()
    distance, seen = ERRORS[error][2] if error else float(NEAR), set()
    quarters = [Fraction(n, 4) for n in range(10, 23)]
    for anxiety, avoidance in product(quarters, quarters):
        scored = result(questionnaire, anxiety, avoidance)
        for scale, score_ in zip(questionnaire.scales, scored.scales, strict=True):
            assert float(reach(scale, score_)) == pytest.approx(distance)
        naming = name_style(questionnaire, scored, SOME_ANSWERS)
        near = [abs(score_ - 4) <= distance for score_ in (anxiety, avoidance)]
        assert len(naming.styles) == (1, 2, 0)[sum(near)], (anxiety, avoidance)
        assert (naming.unnamed is Unnamed.BOTH_NEAR) == all(near)
        assert not naming.styles or scored.style in naming.styles
        seen.add(sum(near))
    assert seen == {0, 1, 2}


def test_the_ellipse_is_as_wide_as_avoidance_and_as_high_as_anxiety():
    questionnaire = with_reliability(anxiety="wide", avoidance="narrow")
    ellipse = draw(questionnaire, result(questionnaire, Fraction(11, 2), Fraction(3, 2))).ellipse
    unit = ELLIPSE_95 * SIDE / 6
    assert (ellipse.rx, ellipse.ry) == (f"{0.1 * unit:.2f}", f"{0.5 * unit:.2f}")


@pytest.mark.parametrize(
    ("apart", "early"),
    [(timedelta(days=21), True), (timedelta(days=27), True),
     (timedelta(days=28, seconds=-1), True), (timedelta(days=28), False)],
)  # fmt: skip
def test_a_second_attempt_is_too_early_before_four_weeks(apart, early):
    questionnaire, start = instrument(), datetime(2026, 1, 1, tzinfo=UTC)
    scored = score(questionnaire, {"q1": 6, "q2": 3, "q3": 2, "q4": 7})
    first, second = (ScoredAttempt(at, questionnaire, scored) for at in (start, start + apart))
    assert compare(first, second, questionnaire.scale("anxiety")).early is early
