"""How carefully a page names a result: near the middle, within the error, all answers alike."""

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


# Reaches of 0.196 and 1.386: narrower and wider than the half that holds where none is known.
NARROW, WIDE = with_reliability("0.99"), with_reliability("0.5")


def answered(q1: int, q2: int, q3: int, q4: int) -> dict[str, int]:
    return {"q1": q1, "q2": q2, "q3": q3, "q4": q4}


def named(questionnaire: Instrument, answers: dict[str, int]) -> Naming:
    return interpretation.name_style(questionnaire, score(questionnaire, answers), answers)


def test_each_quarter_is_named():
    plain = instrument()
    for style, answers in {
        Style.SECURE: answered(1, 6, 2, 7),
        Style.ANXIOUS: answered(7, 2, 2, 7),
        Style.AVOIDANT: answered(1, 6, 7, 2),
        Style.DISORGANIZED: answered(7, 2, 6, 1),
    }.items():
        assert named(plain, answers) == Naming(style, None, ())


def test_a_name_is_withheld_where_both_scores_are_near_the_middle():
    """By the half of an answer alone: a wide error says "uncertain", and takes no name away."""
    both = answered(5, 4, 4, 5)  # 4.5 and 3.5
    assert named(instrument(), both) == Naming(None, Unnamed.BOTH_NEAR, ("anxiety", "avoidance"))
    assert named(NARROW, both) == Naming(None, Unnamed.BOTH_NEAR, ())
    wide = answered(6, 4, 6, 4)  # 5 and 5: within 1.386 of the cut, but not within a half
    assert named(WIDE, wide) == Naming(Style.DISORGANIZED, None, ("anxiety", "avoidance"))
    assert named(instrument(), wide) == Naming(Style.DISORGANIZED, None, ())


def test_the_error_says_what_is_uncertain_where_it_is_known():
    one = answered(5, 4, 1, 7)  # 4.5 and 1
    assert named(instrument(), one).near == ("anxiety",)
    assert named(NARROW, one).near == ()
    assert named(WIDE, answered(6, 4, 1, 7)).near == ("anxiety",)
    assert named(WIDE, answered(7, 3, 1, 7)).near == ()  # 6 lies 2 away
    assert named(WIDE, answered(3, 5, 7, 1)).near == ("anxiety",)  # and so from below


def test_a_score_at_the_very_end_of_its_error_is_uncertain():
    # A standard error of 1 / 1.96 is no fraction; the half is: 4.5 and 3.5 are both within.
    plain = instrument()
    for at in (answered(5, 4, 7, 1), answered(4, 5, 7, 1)):
        assert named(plain, at).near == ("anxiety",)
    # Reach 0: one that was measured without any error is near its cut at the cut alone.
    sure = with_reliability("1")
    assert named(sure, answered(4, 4, 7, 1)).near == ("anxiety",)
    assert named(sure, answered(5, 4, 7, 1)).near == ()


def test_where_an_item_is_missing_the_known_error_does_not_hold():
    """It was found with every item answered: the half holds instead."""
    missing = {"q1": 4, "q3": 7, "q4": 1}
    assert named(WIDE, missing).near == ("anxiety",)
    assert named(WIDE, missing | {"q1": 5}).near == ()  # 1.386 would reach it
    assert named(WIDE, missing | {"q1": 5, "q2": 3}).near == ("anxiety",)


def test_a_missing_score_is_no_style_and_hides_no_other():
    answers = {"q1": 4, "q2": 4, "q3": 7}
    result = score(instrument(), answers)
    assert result.mean("avoidance") is None
    assert named(instrument(), answers) == Naming(None, Unnamed.MISSING, ("anxiety",))
    cuts = instrument().cuts
    assert interpretation.near_cuts(cuts, result) == ("anxiety",)
    other = score(instrument(), {"q3": 4, "q4": 4})
    assert interpretation.near_cuts(cuts, other) == ("avoidance",)
    assert interpretation.uncertain(instrument(), cuts, other) == ("avoidance",)


def test_one_answer_throughout_is_no_style_even_where_it_is_near():
    assert named(instrument(), answered(4, 4, 4, 4)).unnamed is Unnamed.SAME_ANSWER
    assert named(instrument(), answered(4, 4, 4, 4)).near == ("anxiety", "avoidance")
    assert interpretation.all_the_same({"a": 3, "b": 3})
    assert not interpretation.all_the_same({"a": 3, "b": 3, "c": 4})
    assert not interpretation.all_the_same({"a": 3})
    assert not interpretation.all_the_same({})


def test_without_cuts_there_is_nothing_to_be_near():
    plain = instrument(small(styles=None))
    assert named(plain, answered(7, 1, 1, 7)) == Naming(None, Unnamed.NO_CUTS, ())


def test_a_scale_without_a_cut_is_passed_over():
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
    assert [str(level) for level in Level] == ["low", "near", "high"]  # Names of templates' words.
    assert len(Unnamed) == 4
