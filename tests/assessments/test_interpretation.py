"""Which style a page names: near the middle, within the error, and if all answers are the same."""

from dataclasses import replace
from fractions import Fraction

import pytest

from assessments.instruments.definition import Instrument, Reliability
from assessments.results import interpretation
from assessments.results.interpretation import Level, Naming, Unnamed
from assessments.scoring.engine import Style, score
from tests.support.assessments.files import instrument, small

ITEMS = {"anxiety": ("q1", "q2"), "avoidance": ("q3", "q4")}


def with_reliability(value: str, sd: str = "1") -> Instrument:
    """The small questionnaire; 1.96 standard errors of each scale are SD * 1.96 * sqrt(1 - r)."""
    plain = instrument()
    known = Reliability("alpha", Fraction(value), Fraction(sd), "a paper")
    return replace(plain, scales=tuple(replace(s, reliability=known) for s in plain.scales))


# Errors of 0.196 and 1.386: less and more than the 0.5 that is used if no error is known.
NARROW, WIDE = with_reliability("0.99"), with_reliability("0.5")


def answered(q1: int, q2: int, q3: int, q4: int) -> dict[str, int]:
    return {"q1": q1, "q2": q2, "q3": q3, "q4": q4}


def named(questionnaire: Instrument, answers: dict[str, int]) -> Naming:
    return interpretation.name_style(questionnaire, score(questionnaire, answers), answers)


def test_each_quadrant_is_named():
    plain = instrument()
    for style, answers in {
        Style.SECURE: answered(1, 6, 2, 7),
        Style.ANXIOUS: answered(7, 2, 2, 7),
        Style.AVOIDANT: answered(1, 6, 7, 2),
        Style.DISORGANIZED: answered(7, 2, 6, 1),
    }.items():
        assert named(plain, answers) == Naming(style, None, ())


def test_no_style_is_named_if_both_scores_are_near_the_middle():
    """Only the distance of 0.5 counts: a large error makes a style uncertain, but it is named."""
    both = answered(5, 4, 4, 5)  # 4.5 and 3.5
    assert named(instrument(), both) == Naming(None, Unnamed.BOTH_NEAR, ("anxiety", "avoidance"))
    assert named(NARROW, both) == Naming(None, Unnamed.BOTH_NEAR, ())
    wide = answered(6, 4, 6, 4)  # 5 and 5: within 1.386 of the cut, but not within 0.5
    assert named(WIDE, wide) == Naming(Style.DISORGANIZED, None, ("anxiety", "avoidance"))
    assert named(instrument(), wide) == Naming(Style.DISORGANIZED, None, ())


def test_a_known_error_decides_what_is_uncertain():
    one = answered(5, 4, 1, 7)  # 4.5 and 1
    assert named(instrument(), one).near == ("anxiety",)
    assert named(NARROW, one).near == ()
    assert named(WIDE, answered(6, 4, 1, 7)).near == ("anxiety",)
    assert named(WIDE, answered(7, 3, 1, 7)).near == ()  # 6 lies 2 away
    assert named(WIDE, answered(3, 5, 7, 1)).near == ("anxiety",)  # the same from below


def test_a_cut_exactly_at_the_end_of_the_error_is_uncertain():
    # A standard error of 1 / 1.96 is not exact, but 0.5 is: 4.5 and 3.5 are both within.
    plain = instrument()
    for at in (answered(5, 4, 7, 1), answered(4, 5, 7, 1)):
        assert named(plain, at).near == ("anxiety",)
    # Without any error, a score is near its cut only if it is equal to it.
    exact = with_reliability("1")
    assert named(exact, answered(4, 4, 7, 1)).near == ("anxiety",)
    assert named(exact, answered(5, 4, 7, 1)).near == ()


def test_the_known_error_is_not_used_if_an_item_is_missing():
    """It is the error of the complete scale, so 0.5 is used instead."""
    missing = {"q1": 4, "q3": 7, "q4": 1}
    assert named(WIDE, missing).near == ("anxiety",)
    assert named(WIDE, missing | {"q1": 5}).near == ()  # 1.386 would reach it
    assert named(WIDE, missing | {"q1": 5, "q2": 3}).near == ("anxiety",)


def test_a_missing_score_means_no_style_but_does_not_hide_the_other():
    answers = {"q1": 4, "q2": 4, "q3": 7}
    result = score(instrument(), answers)
    assert result.mean("avoidance") is None
    assert named(instrument(), answers) == Naming(None, Unnamed.MISSING, ("anxiety",))
    cuts = instrument().cuts
    assert interpretation.near_cuts(cuts, result) == ("anxiety",)
    other = score(instrument(), {"q3": 4, "q4": 4})
    assert interpretation.near_cuts(cuts, other) == ("avoidance",)
    assert interpretation.uncertain(instrument(), cuts, other) == ("avoidance",)


def test_the_same_answer_throughout_means_no_style_even_near_the_middle():
    assert named(instrument(), answered(4, 4, 4, 4)).unnamed is Unnamed.SAME_ANSWER
    assert named(instrument(), answered(4, 4, 4, 4)).near == ("anxiety", "avoidance")
    assert interpretation.all_the_same({"a": 3, "b": 3})
    assert not interpretation.all_the_same({"a": 3, "b": 3, "c": 4})
    assert not interpretation.all_the_same({"a": 3})
    assert not interpretation.all_the_same({})


def test_without_cuts_nothing_is_near():
    plain = instrument(small(styles=None))
    assert named(plain, answered(7, 1, 1, 7)) == Naming(None, Unnamed.NO_CUTS, ())


def test_a_scale_without_a_cut_is_ignored():
    scales = [
        {"id": "warmth", "title": "Warmth", "keyed": ["q1"], "max_missing": 0},
        *small()["scales"],
    ]
    plain = instrument(small(scales=scales))
    near = answered(4, 4, 4, 5)
    assert named(plain, near).near == ("anxiety", "avoidance")


@pytest.mark.parametrize(
    ("score_", "where"),
    [
        ("1", Level.LOW), ("3.4999", Level.LOW), ("3.5", Level.NEAR), ("4", Level.NEAR),
        ("4.5", Level.NEAR), ("4.5001", Level.HIGH), ("7", Level.HIGH),
    ],
)  # fmt: skip
def test_within_a_half_of_the_cut_is_near(score_, where):
    assert interpretation.level(Fraction(score_), Fraction(4)) is where


def test_levels_and_reasons_are_named():
    assert interpretation.level(None, Fraction(4)) is None
    assert [str(level) for level in Level] == ["low", "near", "high"]  # Templates use these values.
    assert len(Unnamed) == 4
