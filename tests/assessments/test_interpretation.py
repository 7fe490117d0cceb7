"""What a page may say about two scores: near a line or not, what the answers describe, which styles
it names, and why none."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.instruments.definition import Cuts, Instrument, Reliability, Response
from assessments.results import interpretation
from assessments.results.interpretation import Amount, Level, Naming, Position, Unnamed
from assessments.scoring.engine import Style, score
from tests.support.assessments.files import instrument, small
from tests.support.assessments.questionnaires import questionnaires

SECURE, ANXIOUS, AVOIDANT, DISORGANIZED = Style
BOTH_NEAR = Naming((), Unnamed.BOTH_NEAR)


def with_reliability(value: str, sd: str = "1") -> Instrument:
    """The small questionnaire; 1.96 standard errors of each scale are SD * 1.96 * sqrt(1 - r)."""
    plain = instrument()
    known = Reliability("alpha", Fraction(value), Fraction(sd), "a paper")
    return replace(plain, scales=tuple(replace(s, reliability=known) for s in plain.scales))


# Errors of 0.196 and 1.386: less and more than the 0.5 that is used if no error is known.
NARROW, WIDE = with_reliability("0.99"), with_reliability("0.5")


def answered(q1: int, q2: int, q3: int, q4: int) -> dict[str, int]:
    return {"q1": q1, "q2": q2, "q3": q3, "q4": q4}


def named(questionnaire: Instrument, answers: dict[str, int], **options) -> Naming:
    result = score(questionnaire, answers)
    return interpretation.name_style(questionnaire, result, answers, **options)


def levels(questionnaire: Instrument, answers: dict[str, int]) -> dict[str, Level]:
    found = interpretation.positions(questionnaire, score(questionnaire, answers))
    return {scale: position.level for scale, position in found.items()}


def test_each_corner_is_named():
    for style, answers in {
        SECURE: answered(1, 6, 2, 7),
        ANXIOUS: answered(7, 2, 2, 7),
        AVOIDANT: answered(1, 6, 7, 2),
        DISORGANIZED: answered(7, 2, 6, 1),
    }.items():
        assert named(instrument(), answers) == Naming((style,))


def test_a_score_near_its_line_lies_between_two_styles():
    for styles, answers in {
        (SECURE, ANXIOUS): answered(5, 4, 1, 7),  # 4.5 and 1
        (AVOIDANT, DISORGANIZED): answered(4, 5, 7, 1),  # 3.5 and 7
        (SECURE, AVOIDANT): answered(1, 7, 5, 4),
        (ANXIOUS, DISORGANIZED): answered(7, 1, 4, 5),
    }.items():
        assert named(instrument(), answers) == Naming(styles)


def test_no_style_is_named_if_both_scores_are_near():
    both = answered(5, 4, 4, 5)  # 4.5 and 3.5
    assert named(instrument(), both) == BOTH_NEAR
    assert named(NARROW, both) == Naming((ANXIOUS,))
    wide = answered(6, 4, 6, 4)  # 5 and 5: within 1.386 of the cut, but not within 0.5
    assert named(WIDE, wide) == BOTH_NEAR
    assert named(instrument(), wide) == Naming((DISORGANIZED,))


def test_a_known_error_decides_what_is_near():
    one = answered(5, 4, 1, 7)  # 4.5 and 1
    assert levels(instrument(), one) == {"anxiety": Level.NEAR, "avoidance": Level.LOW}
    assert levels(NARROW, one)["anxiety"] is Level.HIGH
    assert levels(WIDE, answered(6, 4, 1, 7))["anxiety"] is Level.NEAR
    assert levels(WIDE, answered(7, 3, 1, 7))["anxiety"] is Level.HIGH  # 6 lies 2 away
    assert levels(WIDE, answered(3, 5, 7, 1))["anxiety"] is Level.NEAR  # the same from below


def test_a_reliability_of_one_counts_as_unknown():
    """No measurement is free of error, so 0.5 is used instead."""
    for answers in (answered(5, 4, 7, 1), answered(4, 5, 7, 1)):
        assert levels(with_reliability("1"), answers)["anxiety"] is Level.NEAR
    assert levels(with_reliability("1"), answered(6, 4, 7, 1))["anxiety"] is Level.HIGH


def test_the_known_error_is_not_used_if_an_item_is_missing():
    """It is the error of the complete scale, so 0.5 is used instead."""
    missing = {"q1": 4, "q3": 7, "q4": 1}
    assert levels(WIDE, missing)["anxiety"] is Level.NEAR
    assert levels(WIDE, missing | {"q1": 5})["anxiety"] is Level.HIGH  # 1.386 would reach it
    assert levels(WIDE, missing | {"q1": 5, "q2": 3})["anxiety"] is Level.NEAR


def test_a_missing_score_means_no_style_but_does_not_hide_the_other():
    answers = {"q1": 4, "q2": 4, "q3": 7}
    assert score(instrument(), answers).mean("avoidance") is None
    assert named(instrument(), answers) == Naming((), Unnamed.MISSING)
    assert levels(instrument(), answers) == {"anxiety": Level.NEAR}


def test_the_same_answer_throughout_means_no_style():
    assert named(instrument(), answered(4, 4, 4, 4)).unnamed is Unnamed.SAME_ANSWER
    assert interpretation.all_the_same({"a": 3, "b": 3})
    assert not interpretation.all_the_same({"a": 3, "b": 3, "c": 4})
    assert not interpretation.all_the_same({"a": 3})
    assert not interpretation.all_the_same({})


def test_many_opposite_statements_answered_alike_mean_no_style():
    """Of 6 statements and 6 reversed ones on a scale, 36 pairs: 7 and 6 by turns contradict in all
    of them, and one odd answer among consistent ones in few."""
    ids = [f"i{n}" for n in range(12)]
    keyed = [f"-{item}" if n % 2 else item for n, item in enumerate(ids)]
    scales = [
        {"id": name, "title": name, "keyed": keyed, "max_missing": 0}
        for name in ("anxiety", "avoidance")
    ]
    items = [{"id": item, "text": item} for item in ids]
    plain = instrument(small(items=items, scales=scales, styles={"anxiety": 3, "avoidance": 3}))
    alike = {item: 7 - n % 2 for n, item in enumerate(ids)}
    assert interpretation.pattern_of(plain, alike) is Unnamed.CONTRADICTORY
    assert named(plain, alike) == Naming((), Unnamed.CONTRADICTORY)
    consistent = {item: 2 if n % 2 else 6 for n, item in enumerate(ids)}
    assert named(plain, consistent) == Naming((DISORGANIZED,))
    assert named(plain, consistent | {"i0": 2}) == Naming((DISORGANIZED,))
    assert interpretation.pattern_of(plain, dict.fromkeys(ids, 5)) is Unnamed.SAME_ANSWER


def test_a_practice_can_leave_the_names_out():
    for answers in (answered(7, 2, 2, 7), answered(5, 4, 4, 5)):
        assert named(instrument(), answers, allowed=False) == Naming((), Unnamed.LEFT_OUT)
    # What is wrong with the answers is said all the same.
    assert named(instrument(), {"q1": 1}, allowed=False).unnamed is Unnamed.MISSING
    same = answered(4, 4, 4, 4)
    assert named(instrument(), same, allowed=False).unnamed is Unnamed.SAME_ANSWER


def test_without_cuts_nothing_is_named():
    plain = instrument(small(styles=None))
    assert named(plain, answered(7, 1, 1, 7)) == Naming((), Unnamed.NO_CUTS)
    assert levels(plain, answered(7, 1, 1, 7)) == {}


def test_a_scale_without_a_cut_is_ignored():
    scales = [
        {"id": "warmth", "title": "Warmth", "keyed": ["q1"], "max_missing": 0},
        *small()["scales"],
    ]
    plain = instrument(small(scales=scales))
    assert set(levels(plain, answered(4, 4, 4, 5))) == {"anxiety", "avoidance"}


@pytest.mark.parametrize(
    ("score_", "where"),
    [
        ("1", Level.LOW), ("3.4999", Level.LOW), ("3.5", Level.NEAR), ("4", Level.NEAR),
        ("4.5", Level.NEAR), ("4.5001", Level.HIGH), ("7", Level.HIGH),
    ],
)  # fmt: skip
def test_both_ends_of_the_distance_are_near(score_, where):
    assert interpretation.level(Fraction(score_), Fraction(4), interpretation.NEAR) is where


@pytest.mark.parametrize(
    ("score_", "what"),
    [
        ("1", Amount.LITTLE), ("2.5", Amount.LITTLE), ("2.5001", Amount.LESS),
        ("3.4999", Amount.LESS), ("3.5", Amount.MIXED), ("4.5", Amount.MIXED),
        ("4.5001", Amount.MORE), ("5.4999", Amount.MORE), ("5.5", Amount.MUCH), ("7", Amount.MUCH),
    ],
)  # fmt: skip
def test_the_amount_follows_the_response_scale(score_, what):
    response = Response(1, 7, ((1, "low"), (7, "high")))
    assert interpretation.amount(Fraction(score_), response) is what
    # The same places from 0 to 12, which is twice as long and begins elsewhere.
    wider = Response(0, 12, ((0, "low"), (12, "high")))
    assert interpretation.amount((Fraction(score_) - 1) * 2, wider) is what


def test_a_side_needs_the_line_and_the_answers_to_agree():
    low = {Amount.LITTLE, Amount.LESS}
    high = {Amount.MORE, Amount.MUCH}
    for amount in Amount:
        assert (Position(Level.LOW, amount).side is Level.LOW) == (amount in low)
        assert (Position(Level.HIGH, amount).side is Level.HIGH) == (amount in high)
        assert Position(Level.NEAR, amount).side is Level.NEAR
        for level in Level:
            position = Position(level, amount)
            assert position.side in (level, Level.NEAR)
            sided = position.side is not Level.NEAR
            assert position.slight == (sided and amount in (Amount.LESS, Amount.MORE))


@given(questionnaires(), st.sampled_from(["0.5", "0.9", "1", None]))
def test_a_page_never_names_what_the_scores_do_not_show(drawn, reliability):
    """Whatever the questionnaire: one name at most for each score that is clear of its line, and
    always the one of the instrument's own rule among them."""
    questionnaire, answers = drawn
    if reliability:
        known = Reliability("alpha", Fraction(reliability), Fraction(1), "x")
        scales = tuple(replace(scale, reliability=known) for scale in questionnaire.scales)
        questionnaire = replace(questionnaire, scales=scales)
    result = score(questionnaire, answers)
    naming = named(questionnaire, answers)
    assert bool(naming.styles) == (naming.unnamed is None)
    found = interpretation.positions(questionnaire, result)
    near = [position.level is Level.NEAR for position in found.values()]
    if naming.styles:
        assert len(naming.styles) == 1 + sum(near)
        assert result.style in naming.styles
        assert interpretation.pattern_of(questionnaire, answers) is None
    if naming.unnamed is Unnamed.BOTH_NEAR:
        assert near == [True, True]
    for scale_id, position in found.items():
        mean, cut = result.mean(scale_id), getattr(questionnaire.cuts, scale_id)
        assert (position.level is Level.HIGH) <= (mean > cut)
        assert (position.level is Level.LOW) <= (mean < cut)
        assert (mean == cut) <= (position.level is Level.NEAR)


def test_a_cut_far_from_the_middle_puts_a_score_on_no_side():
    """Above a cut of 2, but still less worry than ease."""
    plain = replace(instrument(), cuts=Cuts(Fraction(2), Fraction(4)))
    found = interpretation.positions(plain, score(plain, answered(3, 5, 1, 7)))
    assert found["anxiety"] == Position(Level.HIGH, Amount.LESS)
    assert found["anxiety"].side is Level.NEAR


def test_levels_and_reasons_are_named():
    assert [str(level) for level in Level] == ["low", "near", "high"]
    assert len(Unnamed) == 6
