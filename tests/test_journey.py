"""The journey engine: any list of moves keeps to the rules, and replay tells where a client is."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import journey
from clients.journey import Code, Event, Facts, Kind, Status

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def events(*steps: int) -> list[Event]:
    return [Event(n, step, START + timedelta(days=10 * n)) for n, step in enumerate(steps, 1)]


def judge(where, to, **said):
    return journey.judge(where, to, now=START + timedelta(days=400), facts=Facts(1, 0), **said)


def test_a_path_starts_on_step_1():
    where = journey.replay(events(1))
    assert (where.step, where.walked, where.possible, where.version) == (1, frozenset(), (2,), 1)


def test_forward_one_and_back_to_any_earlier_keeps_what_was_walked():
    where = journey.replay(events(1, 2, 3, 4, 2))
    assert where.step == 2
    assert where.walked == {1, 2, 3, 4}
    assert where.possible == (1, 3)
    assert [stay.step for stay in where.stays] == [1, 2, 3, 4, 2]
    assert where.stays[1].until == where.stays[2].since
    assert len(where.stays_on(2)) == 2


def test_step_7_has_no_next_step():
    where = journey.replay(events(1, 2, 3, 4, 5, 6, 7))
    assert where.possible == (1, 2, 3, 4, 5, 6)
    assert judge(where, 8).blockers == (Code.NO_SUCH_STEP,)


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (0, Code.NO_SUCH_STEP),
        (-3, Code.NO_SUCH_STEP),
        (3, Code.SAME_STEP),
        (5, Code.SKIPS_STEPS),
        (7, Code.SKIPS_STEPS),
    ],
)
def test_what_forbids_a_move(to, code):
    assert judge(journey.replay(events(1, 2, 3)), to, reason="x").blockers == (code,)


def test_going_back_asks_for_a_reason_and_warns_of_nothing():
    where = journey.replay(events(1, 2, 3))
    assert judge(where, 1, reason="  ").blockers == (Code.REASON_MISSING,)
    assert judge(where, 1, reason="trust needs time").allowed
    assert judge(where, 1).allowed, "the page asks before a reason was given"
    assert judge(where, 1).warnings == ()


def test_a_move_from_an_old_page_is_refused():
    where = journey.replay(events(1, 2))
    assert judge(where, 3, seen=1).blockers == (Code.MOVED_MEANWHILE,)
    assert judge(where, 3, seen=2).allowed


def test_second_thoughts_never_forbid():
    where = journey.replay(events(1))
    verdict = journey.judge(where, 2, now=where.since + timedelta(days=6), facts=Facts(0, 2))
    assert verdict.warnings == (Code.NO_RESULT_YET, Code.TASKS_OPEN, Code.SHORT_STAY)
    assert verdict.allowed
    week = journey.judge(where, 2, now=where.since + timedelta(days=7), facts=Facts(1, 0))
    assert week.warnings == ()


@pytest.mark.parametrize(
    "broken",
    [[], events(2), [Event(2, 1, START)], events(1, 3), events(1, 1), events(1, 2, 3)[::2]],
    ids=["nothing", "starts on 2", "starts with event 2", "jumps", "stands", "a gap"],
)
def test_events_that_cannot_have_happened(broken):
    with pytest.raises(ValueError):
        journey.replay(broken)


def test_pausing_closing_and_coming_back():
    rest = [Event(4, 3, START + timedelta(days=41), Kind.PAUSE)]
    where = journey.replay(events(1, 2, 3) + rest)
    assert (where.step, where.status, where.possible) == (3, Status.PAUSED, ())
    assert where.possible_changes == (Kind.CLOSE, Kind.RESUME)
    assert judge(where, 4).blockers == (Code.NOT_WALKING,)
    assert journey.judge_change(where, Kind.PAUSE).blockers == (Code.NOT_NOW,)
    assert journey.judge_change(where, Kind.CLOSE, reason=" ").blockers == (Code.REASON_MISSING,)
    assert journey.judge_change(where, Kind.RESUME, reason="").allowed
    assert journey.judge_change(where, Kind.RESUME, seen=3).blockers == (Code.MOVED_MEANWHILE,)
    back = Event(5, 3, START + timedelta(days=60), Kind.RESUME)
    again = journey.replay([*events(1, 2, 3), *rest, back])
    assert (again.step, again.status, again.possible) == (3, Status.WALKING, (1, 2, 4))
    assert again.since == where.since, "a pause is not a move"


@pytest.mark.parametrize(
    "broken",
    [
        [Event(2, 1, START, Kind.RESUME)],
        [Event(2, 2, START, Kind.PAUSE)],
        [Event(2, 1, START, Kind.CLOSE), Event(3, 2, START)],
        [Event(2, 1, START, Kind.CLOSE), Event(3, 1, START, Kind.PAUSE)],
    ],
    ids=["nothing to resume", "pause elsewhere", "move when closed", "pause when closed"],
)
def test_changes_that_cannot_have_happened(broken):
    with pytest.raises(ValueError):
        journey.replay([*events(1), *broken])


@given(st.lists(st.sampled_from(list(Kind)), max_size=30))
def test_any_list_of_changes_keeps_to_the_rules(kinds):
    told = events(1)
    for kind in kinds:
        where = journey.replay(told)
        to = min(where.step + 1, 7) if kind == Kind.MOVE else where.step
        verdict = (
            judge(where, to)
            if kind == Kind.MOVE
            else journey.judge_change(where, kind, reason="because")
        )
        if verdict.allowed:
            told.append(Event(where.version + 1, to, told[-1].at, kind))
    where = journey.replay(told)
    assert (where.status == Status.WALKING) == (told[-1].kind in (Kind.MOVE, Kind.RESUME))
    assert where.version == len(told)


@given(st.lists(st.integers(-2, 10), max_size=60))
def test_any_list_of_wishes_keeps_to_the_rules(wishes):
    """Wishes that the rules forbid change nothing; replay of the others tells the same state."""
    told = events(1)
    for to in wishes:
        where = journey.replay(told)
        verdict = judge(where, to, reason="because")
        assert verdict.allowed == (to in where.possible)
        if verdict.allowed:
            told.append(Event(where.version + 1, to, told[-1].at + timedelta(hours=1)))
    where = journey.replay(told)
    assert 1 <= where.step <= 7
    assert where.step == told[-1].step
    assert where.walked == {event.step for event in told[:-1]}
    assert journey.replay(reversed(told)) == where
    for before, after in pairwise(told):
        assert after.step <= before.step + 1
        assert after.step != before.step
    assert all(stay.until for stay in where.stays[:-1])
    assert where.stays[-1].until is None
