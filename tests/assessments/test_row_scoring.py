"""Rows of text cells: the same scores as the engine's, and which cells are not answers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.instruments.definition import Keyed, Response, Scale
from assessments.scoring.bulk import BadCell, Column, Field, RowScorer
from assessments.scoring.engine import Style, score
from tests.support.assessments.files import instrument, small
from tests.support.assessments.questionnaires import questionnaires

PLAIN = instrument()
HEADER = ["q1", "q2", "q3", "q4"]


def line(row: list[str], header=HEADER, questionnaire=PLAIN) -> str:
    return RowScorer(questionnaire, header).line(row)


def written(questionnaire, answers: dict[str, int]) -> str:
    """The engine's scores of the same answers, in the form of a row's line."""
    result = score(questionnaire, answers)
    means = ["" if s.mean is None else f"{float(s.mean):.4f}" for s in result.scales]
    return "".join(f",{cell}" for cell in [*means, result.style or ""])


def test_worked_by_hand():
    assert line(["7", "1", "1", "7"]) == ",7.0000,1.0000,anxious"
    assert line(["1", "7", "2", "7"]) == ",1.0000,1.5000,secure"
    assert line(["4", "4", "4", "4"]) == ",4.0000,4.0000,disorganized"
    assert line(["6", "", "2", "7"]) == ",6.0000,1.5000,anxious"
    assert line(["6", "1", "2", ""]) == ",6.5000,,"
    assert line(["", "", "", ""]) == ",,,"


def test_columns_in_any_order_and_some_that_are_not_scored():
    header = ["q4", None, "q1", "q3", None, "q2"]
    assert line(["7", "Asha", "7", "1", "", "1"], header) == ",7.0000,1.0000,anxious"
    assert line(["007", "x,y", "07", "1", "9", "+1"[1:]], header) == ",7.0000,1.0000,anxious"


@given(questionnaires(), st.randoms(use_true_random=False), st.booleans())
def test_it_agrees_with_the_engine(drawn, random, zeros):
    questionnaire, answers = drawn
    header = list(questionnaire.item_ids)
    random.shuffle(header)
    row = [str(answers[item]) if item in answers else "" for item in header]
    if zeros:  # The tables lack such cells, so that each one is read.
        row = [f"-00{cell[1:]}" if cell.startswith("-") else cell and f"00{cell}" for cell in row]
    assert line(row, header, questionnaire) == written(questionnaire, answers)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("8", "'8' is not from 1 to 7"),
        ("0", "'0' is not from 1 to 7"),
        ("-1", "'-1' is not from 1 to 7"),
        ("-0", "'-0' is not from 1 to 7"),
        ("9" * 13, f"'{'9' * 13}' is not from 1 to 7"),
        ("0" * 41 + "8", f"'{'0' * 40}...' is not from 1 to 7"),
        ("1.0", "'1.0' is not an integer"),
        ("--1", "'--1' is not an integer"),
        ("1-", "'1-' is not an integer"),
        ("+1", "'+1' is not an integer"),
        (" 1", "' 1' is not an integer"),
        ("a1", "'a1' is not an integer"),
        ("1\n", "'1\\n' is not an integer"),
        ("١", "'\\u0661' is not an integer"),
        ("x" * 40, f"'{'x' * 40}' is not an integer"),
        ("x" * 41, f"'{'x' * 40}...' is not an integer"),
    ],
)
def test_a_cell_that_is_no_answer_is_refused_with_the_reason(cell, message):
    with pytest.raises(BadCell) as refused:
        line(["1", cell, "1", "1"])
    assert str(refused.value) == message


def of_range(low: int, high: int, reverse: bool = False):
    scale = Scale("anxiety", "x", (Keyed("q1", reverse), Keyed("q2", False)), 1)
    response = Response(low, high, ((low, "a"), (high, "b")))
    return replace(PLAIN, response=response, scales=(scale,), cuts=None)


@pytest.mark.parametrize("number", [999_999_999_999, -999_999_999_999, 12_345])
def test_a_very_long_response_scale_is_read_cell_by_cell(number):
    wide = of_range(-999_999_999_999, 999_999_999_999)
    assert line([str(number), ""], ["q1", "q2"], wide) == f",{number}.0000,"
    for beyond in ("1000000000000", "-1000000000000", "1" + "0" * 5000):
        with pytest.raises(BadCell, match="is not from -999999999999 to 999999999999"):
            line([beyond, ""], ["q1", "q2"], wide)
    assert line(["000000000000000000012", ""], ["q1", "q2"], wide) == ",12.0000,"


def test_tables_list_the_answers_of_a_scale_that_is_not_too_long():
    for high, listed in [(999, 1000), (1000, 0)]:
        questionnaire = of_range(0, high)
        column = Column(
            questionnaire, "q1", [Field(questionnaire.scales[0], questionnaire.response, 0)]
        )
        assert len(column.table()) == listed + 1
        assert column.table()[""] == 0
    assert Column(PLAIN, None, []).read("anything") == 0


def test_an_item_of_two_scales_counts_in_each_with_its_own_sign():
    scales = [
        {"id": "anxiety", "title": "A", "keyed": ["q1", "q2"], "max_missing": 1},
        {"id": "avoidance", "title": "B", "keyed": ["-q1", "q3"], "max_missing": 1},
        {"id": "warmth", "title": "C", "keyed": ["q1", "-q2", "q3", "-q4"], "max_missing": 3},
    ]
    shared = instrument(small(scales=scales))
    assert line(["7", "5", "3", "1"], questionnaire=shared) == ",6.0000,2.0000,5.0000,anxious"
    assert line(["7", "", "", ""], questionnaire=shared) == ",7.0000,1.0000,7.0000,anxious"


def test_missing_cells_are_unanswered_whatever_the_form_of_the_others():
    assert line(["7", "1"]) == line(["007", "1"]) == ",7.0000,,"
    assert line([]) == ",,,"


def test_each_style_is_written_by_its_name():
    rows = {
        Style.SECURE: ["1", "7", "1", "7"], Style.ANXIOUS: ["7", "1", "1", "7"],
        Style.AVOIDANT: ["1", "7", "7", "1"], Style.DISORGANIZED: ["7", "1", "7", "1"],
    }  # fmt: skip
    assert {style: line(row).split(",")[-1] for style, row in rows.items()} == {
        style: style.value for style in rows
    }


def test_a_row_does_not_affect_the_next_one():
    scorer = RowScorer(PLAIN, HEADER)
    rows = [["7", "1", "1", "7"], ["1", "7", "7", "1"], ["007", "1", "1", "7"], ["", "", "4", "4"]]
    once = [scorer.line(row) for row in rows]
    assert [scorer.line(row) for row in rows] == once
    assert once == [line(row) for row in rows]
