"""The chart of scores over time in numbers."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from assessments.results import charts
from assessments.results.charts import INSET, LABEL_GAP, Dated, Scores, draw
from assessments.statistics.measurement_error import Band

pytestmark = pytest.mark.quick
JANUARY, MARCH, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3, 5))


def line(*values: float | None, at: tuple[datetime, ...] = (JANUARY, MARCH, MAY)) -> Scores:
    dated = [
        Dated(when, None if value is None else Fraction(str(value)), None)
        for when, value in zip(at, values, strict=True)
    ]
    return Scores("Anxiety", "Anxiety", Fraction(4), dated)


def test_places_are_percentages():
    chart = draw([line(1, 4, 7)], 1, 7)
    (series,) = chart.series
    assert [mark.y for mark in series.marks] == ["100.00", "50.00", "0.00"]
    assert (series.marks[0].x, series.marks[2].x) == (f"{INSET:.2f}", f"{100 - INSET:.2f}")
    assert [row.label for row in chart.rows] == list("1234567")
    assert chart.cuts == ("50.00",)
    assert len(series.segments) == 2
    assert (series.segments[0].x2, series.segments[0].y2) == (series.marks[1].x, "50.00")


def test_a_missing_score_leaves_a_gap_and_other_versions_are_not_joined():
    assert len(draw([line(2, None, 3)], 1, 7).series[0].marks) == 2
    assert draw([line(2, 5, 3)], 1, 7, joins=False).series[0].segments == ()
    nothing = draw([line(None, None, None)], 1, 7).series[0]
    assert (nothing.marks, nothing.label_y) == ((), None)


def test_a_band_only_where_it_is_known():
    known = Scores("A", "A", None, [Dated(MARCH, Fraction(4), Band(3.4, 4.6))])
    chart = draw([known], 1, 7)
    assert chart.banded
    assert (chart.series[0].marks[0].band_top, chart.series[0].marks[0].band_height) == (
        "40.00",
        "20.00",
    )
    assert not draw([line(2, 5, 3)], 1, 7).banded


@pytest.mark.parametrize("last", [(4, 4), (7, 7), (1, 1), (4, 4.3), (6.9, 7), (1, 7)])
def test_labels_at_the_ends_never_cover_each_other(last):
    chart = draw([line(2, 3, last[0]), line(2, 3, last[1])], 1, 7)
    first, second = (float(series.label_y or "") for series in chart.series)
    assert abs(first - second) >= LABEL_GAP
    assert min(first, second) >= 0
    assert max(first, second) <= 100
    if last[0] != last[1]:
        assert (first < second) == (last[0] > last[1]), "in the order of the lines"


def test_a_short_stay_between_two_long_ones_has_its_number():
    week = MARCH + timedelta(days=7)
    periods = [charts.Period("2", JANUARY, MARCH), charts.Period("3", MARCH, week)]
    periods.append(charts.Period("2", week, MAY))
    shadings = draw([line(2, 3, 4)], 1, 7, periods).shadings
    assert float(shadings[1].width) < 6
    assert [one.label for one in shadings] == ["2", "3", "2"]
    crowded = [charts.Period(str(n), MARCH + timedelta(days=n), MAY) for n in range(3)]
    assert [one.label for one in draw([line(2, 3, 4)], 1, 7, crowded).shadings] == ["0", "", ""]


def test_a_narrow_period_has_no_label_and_a_single_time_lies_in_the_middle():
    periods = [charts.Period("1", JANUARY, MAY), charts.Period("2", MAY, MAY)]
    assert [shading.label for shading in draw([line(2, 3, 4)], 1, 7, periods).shadings] == ["1", ""]
    assert draw([line(4, at=(MARCH,))], 1, 7).series[0].marks[0].x == "50.00"


def test_a_long_response_scale_has_its_ends_numbered():
    assert [row.label for row in draw([line(0, 50, 100)], 0, 100).rows] == ["0", "100"]
