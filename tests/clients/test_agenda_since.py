"""What has happened since the last session, and the days that the agenda shows: pure rules."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.agenda import days
from clients.agenda.since import Fact, Kind, Since, since

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
ASHA, ROHAN = UUID(int=1), UUID(int=2)

times = st.integers(-50, 50).map(lambda hours: MONDAY + timedelta(hours=hours))
some_facts = st.lists(
    st.builds(
        Fact,
        st.sampled_from([ASHA, ROHAN]),
        st.sampled_from(Kind),
        times,
        key=st.sampled_from("abc"),
    ),
    max_size=12,
)


def counted(found: Since) -> tuple[int, int, int, bool]:
    return len(found.results), found.tasks, found.reflections, found.plan


@pytest.mark.quick
def test_each_kind_of_fact():
    facts = [Fact(ASHA, kind, MONDAY, key=kind) for kind in Kind]
    found = since(facts, ASHA, MONDAY - timedelta(hours=1), MONDAY)
    assert found == Since((facts[0],), tasks=2, reflections=1, plan=True, check_in=True)
    assert found
    assert not since(facts, ASHA, MONDAY, MONDAY + timedelta(days=1))  # All were before.
    assert not since(facts, ASHA, None, MONDAY - timedelta(seconds=1))  # All come later.
    for kind in Kind:
        assert since([Fact(ASHA, kind, MONDAY)], ASHA, None, MONDAY)


def test_the_latest_result_comes_first():
    early, late = (Fact(ASHA, Kind.RESULT, MONDAY + timedelta(hours=n)) for n in (1, 2))
    assert since([early, late], ASHA, None, late.at).results == (late, early)


@given(some_facts, st.lists(times, min_size=3, max_size=3))
def test_two_spans_that_follow_one_another_count_each_fact_once(facts, bounds):
    begins, middle, ends = sorted(bounds)
    first, second = since(facts, ASHA, begins, middle), since(facts, ASHA, middle, ends)
    whole = since(facts, ASHA, begins, ends)
    assert whole.results == second.results + first.results
    assert whole.tasks == first.tasks + second.tasks
    assert whole.reflections == first.reflections + second.reflections
    assert whole.plan == (first.plan or second.plan)
    assert whole.check_in == (first.check_in or second.check_in)


@given(some_facts, times, times)
def test_neither_other_clients_nor_the_order_matter(facts, begins, ends):
    found = since(facts, ASHA, begins, ends)
    own = [fact for fact in facts if fact.client == ASHA]
    assert since(own[::-1], ASHA, begins, ends) == found
    assert since(facts, ASHA, None, ends).tasks >= found.tasks
    assert 0 <= found.reflections <= found.tasks
    assert all(fact.client == ASHA and begins < fact.at <= ends for fact in found.results)


TODAY = date(2026, 11, 29)


@pytest.mark.quick
@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, TODAY, TODAY),
        ({"day": "2026-12-01"}, date(2026, 12, 1), date(2026, 12, 1)),
        ({"week": "2026-12-02"}, date(2026, 11, 30), date(2026, 12, 6)),
        ({"week": "2026-11-29"}, date(2026, 11, 23), TODAY),
        ({"day": "2026-02-30"}, TODAY, TODAY),
        ({"day": "tomorrow"}, TODAY, TODAY),
        ({"day": "9999-12-31"}, TODAY, TODAY),
        ({"day": "0001-01-01"}, TODAY, TODAY),
        ({"week": ""}, TODAY, TODAY),
    ],
)
def test_days_of_a_query(query, first, last):
    span = days.from_query(query, TODAY)
    assert (span.first, span.last) == (first, last)
    assert span.is_week == (first != last)


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.integers(-5, 5))
def test_days_and_weeks_follow_one_another(one, by):
    for span in (days.day(one), days.week_of(one)):
        assert one in span.each
        assert span.moved(1).first == span.last + timedelta(days=1)
        assert span.moved(by).moved(-by) == span
    assert days.week_of(one).first.weekday() == 0
    assert days.week_of(one).moved(by).first.weekday() == 0
