"""The scoring engine: worked examples, boundaries, missing answers and properties."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.instruments.definition import Instrument, Keyed
from assessments.results.interpretation import Unnamed, name_style
from assessments.scoring.engine import ENGINE_VERSION, AnswerFault, Style, score
from tests.support.assessments.files import instrument, of_key, small
from tests.support.assessments.questionnaires import questionnaires


def test_worked_by_hand():
    # Anxiety: q1 = 6, q2 = 3 reversed is 1 + 7 - 3 = 5, mean (6 + 5) / 2 = 5.5.
    # Avoidance: q3 = 2, q4 = 7 reversed is 1, mean (2 + 1) / 2 = 1.5.
    result = score(instrument(), {"q1": 6, "q2": 3, "q3": 2, "q4": 7})
    assert result.mean("anxiety") == Fraction(11, 2)
    assert result.mean("avoidance") == Fraction(3, 2)
    assert result.style is Style.ANXIOUS
    assert result.mean("other") is None


@pytest.mark.parametrize("value", range(1, 8))
@pytest.mark.parametrize("name", ["ecr", "ecr-r", "ecr-s", "ecr-rs"])
def test_the_same_answer_throughout(name, value):
    """Worked by hand: n items of which r are reversed score (value(n - r) + (8 - value)r) / n."""
    counts = {  # (items, reversed) of anxiety and avoidance, counted in the published keys
        "ecr": {"anxiety": (18, 1), "avoidance": (18, 9)},
        "ecr-r": {"anxiety": (18, 2), "avoidance": (18, 12)},
        "ecr-s": {"anxiety": (6, 1), "avoidance": (6, 3)},
        "ecr-rs": {"anxiety": (3, 0), "avoidance": (6, 4)},
    }[name]
    questionnaire = instrument(of_key(name))
    result = score(questionnaire, dict.fromkeys(questionnaire.item_ids, value))
    for scale_id, (n, r) in counts.items():
        assert result.mean(scale_id) == Fraction(value * (n - r) + (8 - value) * r, n)


def test_ecr_key_by_hand():
    """All items are 1 except item 2 (anxiety), which is 7, and item 3 (avoidance, reversed), 5."""
    answers = dict.fromkeys(map(str, range(1, 37)), 1) | {"2": 7, "3": 5}
    result = score(instrument(of_key("ecr")), answers)
    # Anxiety: 16 plain ones give 16, item 2 gives 7, item 22 (reversed) gives 7: 30 / 18.
    assert result.mean("anxiety") == Fraction(30, 18)
    # Avoidance: 9 plain ones give 9, 8 reversed ones give 56, item 3 gives 8 - 5 = 3: 68 / 18.
    assert result.mean("avoidance") == Fraction(68, 18)
    assert result.style is Style.SECURE


def test_ecr_r_key_by_hand():
    """Item 21 is not reverse-keyed, item 9 is; anxiety is the first half."""
    answers = dict.fromkeys(map(str, range(1, 37)), 4) | {"21": 7, "9": 7, "1": 6}
    result = score(instrument(of_key("ecr-r")), answers)
    assert result.mean("anxiety") == Fraction(16 * 4 + 1 + 6, 18)
    assert result.mean("avoidance") == Fraction(17 * 4 + 7, 18)


def test_half_reversed_scores_the_exact_middle():
    questionnaire = instrument()
    for value in range(1, 8):
        answers = dict.fromkeys(questionnaire.item_ids, value)
        result = score(questionnaire, answers)
        assert {result.mean("anxiety"), result.mean("avoidance")} == {Fraction(4)}
        assert name_style(questionnaire, result, answers).unnamed is Unnamed.SAME_ANSWER


@pytest.mark.parametrize(
    ("anxiety", "avoidance", "style"),
    [
        (3, 3, Style.SECURE),
        (4, 3, Style.ANXIOUS),
        (3, 4, Style.AVOIDANT),
        (4, 4, Style.DISORGANIZED),
    ],
)
def test_a_score_at_its_cut_is_high(anxiety, avoidance, style):
    answers = {"q1": anxiety, "q2": 8 - anxiety, "q3": avoidance, "q4": 8 - avoidance}
    assert score(instrument(), answers).style is style


def test_a_cut_is_compared_exactly():
    """41 / 10 is at a cut of 4.1, although as doubles 4.1 * 10 and 41 need not agree."""
    ids = [f"i{n}" for n in range(10)]
    keyed = ids.copy()
    definition = small(
        items=[{"id": item, "text": "x"} for item in ids],
        scales=[
            {"id": "anxiety", "title": "A", "keyed": keyed, "max_missing": 0},
            {"id": "avoidance", "title": "B", "keyed": keyed, "max_missing": 0},
        ],
        styles={"anxiety": 4.1, "avoidance": 4.100001},
    )
    answers = dict.fromkeys(ids, 4) | {"i0": 5}
    assert score(instrument(definition), answers).style is Style.ANXIOUS


def test_the_missing_rule():
    questionnaire = instrument()
    one_missing = score(questionnaire, {"q1": 6, "q3": 2, "q4": 7})
    assert one_missing.mean("anxiety") == 6
    assert one_missing.style is Style.ANXIOUS
    too_many = score(questionnaire, {"q1": 6, "q2": 2, "q3": 2})
    assert too_many.mean("avoidance") is None
    assert too_many.style is None
    assert name_style(questionnaire, too_many, {"q1": 6, "q3": 2}).unnamed is Unnamed.MISSING
    assert score(questionnaire, {}).mean("anxiety") is None


def test_a_refusal_names_the_item_and_the_response_scale():
    for answers, message in [
        ({"q9": 1}, "there is no item 'q9'"),
        ({"q1": 8}, "the answer to q1 must be an integer from 1 to 7"),
    ]:
        with pytest.raises(AnswerFault) as refused:
            score(instrument(), answers)
        assert str(refused.value) == message


def test_the_engine_has_a_version():
    """Raise it when the rules change; stored results keep theirs."""
    assert ENGINE_VERSION == "1"


@pytest.mark.parametrize("answers", [{"q9": 1}, {"q1": 0}, {"q1": 8}, {"q1": True}, {"q1": "3"}])
def test_invalid_answers_are_refused(answers):
    with pytest.raises(AnswerFault):
        score(instrument(), answers)


@pytest.mark.parametrize(
    ("q", "unnamed", "styles"),
    [
        # Both within 0.5, both ends included.
        ((5, 4, 4, 5), Unnamed.BOTH_NEAR, ()),
        ((5, 4, 3, 6), None, (Style.SECURE, Style.ANXIOUS)),
        ((6, 4, 4, 5), None, (Style.ANXIOUS, Style.DISORGANIZED)),
        ((7, 1, 1, 7), None, (Style.ANXIOUS,)),
    ],
)
def test_which_styles_a_page_names(q, unnamed, styles):
    questionnaire = instrument()
    answers = dict(zip(questionnaire.item_ids, q, strict=True))
    naming = name_style(questionnaire, score(questionnaire, answers), answers)
    assert (naming.unnamed, naming.styles) == (unnamed, styles)


def test_without_cuts_no_style_is_named():
    questionnaire = instrument(small(styles=None))
    answers = {"q1": 7, "q2": 1, "q3": 1, "q4": 7}
    result = score(questionnaire, answers)
    assert result.style is None
    assert name_style(questionnaire, result, answers).unnamed is Unnamed.NO_CUTS


def changed(questionnaire: Instrument, **parts: object) -> Instrument:
    return replace(questionnaire, **parts)


@given(questionnaires())
def test_a_score_stays_within_the_range(drawn):
    questionnaire, answers = drawn
    for scale in score(questionnaire, answers).scales:
        if scale.mean is not None:
            assert questionnaire.response.min <= scale.mean <= questionnaire.response.max


@given(questionnaires())
def test_reversing_every_answer_and_every_sign_changes_nothing(drawn):
    questionnaire, answers = drawn
    ends = questionnaire.response.min + questionnaire.response.max
    mirrored = changed(
        questionnaire,
        scales=tuple(
            changed(s, keyed=tuple(Keyed(k.item, not k.reverse) for k in s.keyed))
            for s in questionnaire.scales
        ),
    )
    reversed_answers = {item: ends - value for item, value in answers.items()}
    assert score(questionnaire, answers) == score(mirrored, reversed_answers)


@given(questionnaires(), st.randoms(use_true_random=False))
def test_the_order_of_items_and_answers_does_not_matter(drawn, random):
    questionnaire, answers = drawn

    def shuffled(things):
        things = list(things)
        random.shuffle(things)
        return tuple(things)

    other = changed(
        questionnaire,
        items=shuffled(questionnaire.items),
        scales=tuple(changed(s, keyed=shuffled(s.keyed)) for s in questionnaire.scales),
    )
    assert score(questionnaire, answers) == score(other, dict(shuffled(answers.items())))
