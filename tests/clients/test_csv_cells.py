"""Cells that a spreadsheet would run; and that each CSV for people passes them through."""

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.audit_log.csv_cells import safe_cell

RUN = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "\u00a0=1",
       "=HYPERLINK(\"http://evil.example\")", "=cmd|' /C calc'!A0", "\uff1d1+1", "-", "+", "@",
       "-1-cmd", "+91 98", "|x", "%x", "\x00=1", "\u200b=1"]  # fmt: skip
STAY = ["", "Asha", "5", "-5", "+5", "-5.25", "1,5", "a=b", "a@b.example", "2026-11-25", "'=1"]


@pytest.mark.trust
def test_a_cell_starts_a_formula(promise):
    """The known mistake: cells that start with = + - @, and their disguises."""
    assert [safe_cell(text) for text in RUN] == [f"'{text}" for text in RUN]
    promise("mistakes", f"CSV cells that a spreadsheet would run: {len(RUN)} neutralised")


@pytest.mark.parametrize("text", ["\tx", "\rx", "\nx"])
def test_a_cell_begins_with_no_break(text):
    """A spreadsheet may split the cell there, and run what follows."""
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", STAY)
def test_what_is_harmless_stays(text):
    assert safe_cell(text) == text


@given(st.text())
def test_no_cell_starts_a_formula_and_none_loses_a_letter(text):
    cell = safe_cell(text)
    assert cell in (text, f"'{text}")
    if not re.fullmatch(r"[+-]?[0-9]+([.,][0-9]+)?", cell, re.ASCII):
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))
        assert not cell.startswith(("\t", "\r", "\n"))
    out = io.StringIO()
    csv.writer(out).writerow([cell])
    if not {"\0", "\r"} & set(cell):
        assert next(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [cell]


# Modules that use CSV but write no text of people: the response file is read, and its scores are
# numbers.
READS = {"assessments/scoring/response_file.py"}


def test_each_module_that_writes_csv_neutralises_its_cells():
    """A new one either calls `safe_cell` or is listed above with its reason."""
    writers = {
        str(path)
        for app in ("accounts", "articles", "assessments", "clients", "psywellpath")
        for path in Path(app).rglob("*.py")
        if re.search(r"^import csv|from csv import|text/csv", path.read_text(), re.MULTILINE)
    }
    careless = {w for w in writers - READS if "safe_cell" not in Path(w).read_text()}
    assert not careless
