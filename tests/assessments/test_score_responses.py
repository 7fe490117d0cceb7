"""`score_responses`: the scores of a file, and every fault that a file can have."""

import csv
import io
import random
import subprocess
import sys

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.engine import score
from assessments.scoring.response_file import ResponseFaults, score_lines
from tests.support.assessments.files import encoded, instrument, of_key, small
from tests.support.assessments.questionnaires import questionnaires

HEADER = "q1,q2,q3,q4\n"


def lines(text: str) -> list[str]:
    return score_lines(instrument(), io.StringIO(text, newline=""))


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ResponseFaults) as refused:
        lines(text)
    return refused.value.problems


def test_worked_by_hand():
    assert lines(HEADER + "6,3,2,7\n4,4,4,4\n6,,2,7\n6,3,2,\n") == [
        "row,anxiety,avoidance,style",
        "1,5.5000,1.5000,anxious",
        "2,4.0000,4.0000,disorganized",
        "3,6.0000,1.5000,anxious",
        "4,5.5000,,",
    ]


def test_columns_in_any_order_and_unusual_forms_of_numbers():
    assert lines("q4,q3,q2,q1\r\n7,2,3,6\r\n") == lines(HEADER + '"6",03,002,7\n')


def test_no_rows():
    assert lines(HEADER) == ["row,anxiety,avoidance,style"]


def test_every_problem_with_row_and_column():
    text = HEADER + '6,3,2,8\n6,3\n1,2,3,4,5\n+1, 2,３,"1\n2"\n1,x,1.0,-1\n\n'
    faults = problems(text)
    assert faults[0] == "row 1, column q4: '8' is not from 1 to 7"
    assert faults[1] == "row 2, column q3: the row has 2 cells, but the header has 4"
    assert faults[2] == "row 3, column 5: the row has 5 cells, but the header has 4"
    assert [p.partition(":")[0] for p in faults[3:7]] == [
        f"row 4, column q{n}" for n in range(1, 5)
    ]
    assert [p.partition(":")[0] for p in faults[7:10]] == [f"row 5, column q{n}" for n in (2, 3, 4)]
    assert faults[10] == "row 6, column q1: the row has 0 cells, but the header has 4"
    assert len(faults) == 11
    assert all(problem.isascii() and "\n" not in problem for problem in faults)


def test_header_problems_and_cells_together():
    faults = problems("q1,q1,q3,other\n1,2,9,text\n")
    assert faults == (
        "header, column q1: the column occurs 2 times",
        "header, column other: there is no such item",
        "header, column q2: the column is missing",
        "header, column q4: the column is missing",
        "row 1, column q3: '9' is not from 1 to 7",
    )


def test_an_empty_file_lacks_every_column():
    assert len(problems("")) == 4


def test_what_is_not_csv():
    faults = problems(HEADER + '1,2,3,"4"x\n1,2,3,9\n1,2,3,"4\n')
    positions = [problem.partition(":")[0] for problem in faults]
    assert sorted(positions) == ["row 1", "row 2, column q4", "row 3"]


def test_huge_cells_are_refused_quickly():
    assert "is not from" in problems(HEADER + f"{'9' * 100_000},1,1,1\n")[0]
    assert lines(HEADER + f"{'0' * 1000}1,1,1,1\n")[1].startswith("1,4.0000")


def test_a_wide_response_scale():
    definition = small(
        response={"min": -500_000, "max": 500_000, "labels": {"-500000": "a", "500000": "b"}},
        styles={"anxiety": 0, "avoidance": 0},
    )
    text = HEADER + "-500000,-0,500000,1\n"
    assert score_lines(instrument(definition), io.StringIO(text)) == [
        "row,anxiety,avoidance,style",
        "1,-250000.0000,249999.5000,avoidant",
    ]


@given(questionnaires(), st.integers(1, 4))
def test_agrees_with_the_engine(drawn, rows):
    questionnaire, answers = drawn
    row = [str(answers.get(item, "")) for item in questionnaire.item_ids]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([questionnaire.item_ids, *[row] * rows])
    text.seek(0)
    printed = list(csv.DictReader(score_lines(questionnaire, text)))
    result = score(questionnaire, answers)
    assert len(printed) == rows
    for line in printed:
        assert line["style"] == (result.style or "")
        for scale in result.scales:
            expected = "" if scale.mean is None else f"{float(scale.mean):.4f}"
            assert line[scale.scale_id] == expected


@pytest.fixture
def files(tmp_path):
    """A function that writes the two files and returns their paths."""

    def write(definition, responses: bytes):
        (tmp_path / "instrument.json").write_bytes(encoded(definition))
        (tmp_path / "responses.csv").write_bytes(responses)
        return str(tmp_path / "instrument.json"), str(tmp_path / "responses.csv")

    return write


def refused(*arguments: str, capsys) -> list[str]:
    with pytest.raises(SystemExit) as exit_info:
        call_command("score_responses", *arguments)
    printed = capsys.readouterr()
    assert exit_info.value.code == 2
    assert printed.out == ""
    return printed.err.splitlines()


def test_command_prints_scores(files, capsys):
    call_command("score_responses", *files(small(), b"\xef\xbb\xbf" + HEADER.encode() + b"6,3,2,7"))
    assert capsys.readouterr().out == "row,anxiety,avoidance,style\n1,5.5000,1.5000,anxious\n"


def test_command_refuses(files, capsys, tmp_path):
    bad_cells = files(small(), HEADER.encode() + b"1,\xff,3,4\n1,2,3,99\n")
    assert refused(*bad_cells, capsys=capsys) == [
        "row 1, column q2: '\\udcff' is not an integer",
        "row 2, column q4: '99' is not from 1 to 7",
    ]
    bad_instrument = files(small(slug="", format=3), HEADER.encode())
    assert [line.split(":")[0] for line in refused(*bad_instrument, capsys=capsys)] == [
        "/format",
        "/slug",
    ]
    assert "No such file" in refused(str(tmp_path / "none"), bad_cells[1], capsys=capsys)[0]


def test_command_needs_no_database_and_survives_a_closed_pipe(files, settings):
    """As a process of its own, with a pipe closed early and without a database."""
    draw = random.Random(1)
    rows = [range(1, 37), *(draw.choices(range(1, 8), k=36) for _ in range(20_000))]
    text = "".join(",".join(map(str, row)) + "\n" for row in rows)
    instrument_path, responses = files(of_key("ecr"), text.encode())
    process = subprocess.Popen(
        [sys.executable, "manage.py", "score_responses", instrument_path, responses],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
            "SECRET_KEY": "x" * 60,
            "DEBUG": "1",
        },
    )
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == b"row,anxiety,avoidance,style\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() in (0, 1)
