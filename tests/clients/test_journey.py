"""The journey engine: any list of moves obeys the rules, and replay finds where a client is."""

from dataclasses import replace
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


def judge(where, to, **arguments):
    return journey.judge(where, to, now=START + timedelta(days=400), facts=Facts(1, 0), **arguments)


def test_a_path_starts_on_step_1():
    where = journey.replay(events(1))
    assert (where.step, where.walked, where.possible, where.version) == (1, frozenset(), (2,), 1)


def test_one_step_forward_or_back_to_any_earlier_step():
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


def test_going_back_needs_a_reason_and_gives_no_warning():
    where = journey.replay(events(1, 2, 3))
    assert judge(where, 1, reason="  ").blockers == (Code.REASON_MISSING,)
    assert judge(where, 1, reason="trust needs time").allowed
    assert judge(where, 1).allowed, "the page asks before a reason is given"
    assert judge(where, 1).warnings == ()


def test_each_change_has_its_statuses():
    became = {str(kind): str(status) for kind, status in journey.BECOMES.items()}
    assert became == {
        "move": "walking", "pause": "paused", "close": "closed", "resume": "walking",
        "undo": "walking",
    }  # fmt: skip
    assert {kind for kind in Kind if Status.CLOSED in journey.FROM[kind]} == {Kind.RESUME}
    assert {kind for kind in Kind if Status.PAUSED in journey.FROM[kind]} == {
        Kind.CLOSE, Kind.RESUME
    }  # fmt: skip
    assert {kind for kind in Kind if Status.WALKING in journey.FROM[kind]} == {
        Kind.MOVE, Kind.PAUSE, Kind.CLOSE, Kind.UNDO
    }  # fmt: skip
    assert set(journey.WALKS) == {Kind.MOVE, Kind.RESUME, Kind.UNDO}
    assert journey.CHANGES == (Kind.PAUSE, Kind.CLOSE, Kind.RESUME)
    assert timedelta(minutes=10) == journey.UNDO_WITHIN
    assert set(journey.REASONED) == {Kind.PAUSE, Kind.CLOSE}
    limits = (journey.FIRST, journey.LAST, journey.SHORT_STAY)
    assert limits == (1, 7, timedelta(weeks=1))
    safety = (journey.BEFORE_EXPLORING, journey.BEFORE_PRACTISING, journey.REVIEW_COUNTS)
    assert safety == (2, 5, timedelta(days=30))


def test_the_names_of_the_codes():
    """Pages choose their texts by these names."""
    assert [str(code) for code in Code] == [
        "no such step", "same step", "skips steps", "reason missing",
        "not walking", "not now", "consent withdrawn", "nothing to undo", "not the author",
        "too late", "no safety review", "no settling skill", "violence not asked", "no result yet",
        "tasks open", "short stay", "no consent yet",
    ]  # fmt: skip


def test_stays_and_their_dates():
    where = journey.replay(events(1, 2, 1))
    day = [START + timedelta(days=10 * n) for n in range(4)]
    assert where.stays == (
        journey.Stay(1, day[1], day[2]), journey.Stay(2, day[2], day[3]),
        journey.Stay(1, day[3], None),
    )  # fmt: skip
    assert (where.since, where.version, where.status_since) == (day[3], 3, None)
    assert where.stays_on(1) == (where.stays[0], where.stays[2])
    assert where.stays_on(7) == ()
    assert where.time_on_step(day[3] + timedelta(hours=5)) == timedelta(hours=5)
    assert Facts() == Facts(0, 0)
    assert (Facts().consent_missing, Facts().consent_withdrawn) == (False, False)
    safety = (Facts().safety_reviewed, Facts().settling_practised, Facts().violence_asked)
    assert safety == (None, False, None)
    assert journey.Verdict() == journey.Verdict((), ())


def test_a_pause_has_its_own_date():
    rest = Event(4, 3, START + timedelta(days=41), Kind.PAUSE)
    where = journey.replay([*events(1, 2, 3), rest])
    assert (where.status_since, where.version) == (rest.at, 4)
    assert where.stays == journey.replay(events(1, 2, 3)).stays
    back = Event(5, 3, START + timedelta(days=60), Kind.RESUME)
    assert journey.replay([*events(1, 2, 3), rest, back]).status_since == back.at
    on = Event(6, 4, START + timedelta(days=61))
    moved = journey.replay([*events(1, 2, 3), rest, back, on])
    assert (moved.step, moved.status, moved.version) == (4, Status.WALKING, 6)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ([], "a path starts on step 1 with event 1"),
        (events(2), "a path starts on step 1 with event 1"),
        (events(1, 2, 3)[::2], "event 3 follows event 1"),
        (events(1, 3), "event 2 to step 3: skips steps"),
        (events(1, 1), "event 2 to step 1: same step"),
        ([*events(1), Event(2, 2, START, Kind.PAUSE)], "event 2 to step 2: no such step"),
        ([*events(1), Event(2, 1, START, Kind.RESUME)], "event 2 to step 1: not now"),
        ([*events(1), Event(2, 1, START, Kind.UNDO)], "event 2 to step 1: nothing to undo"),
        ([*events(1, 2), Event(3, 2, START, Kind.UNDO)], "event 3 to step 2: no such step"),
    ],
)
def test_errors_name_the_impossible_event(broken, says):
    with pytest.raises(ValueError) as refused:
        journey.replay(broken)
    assert str(refused.value) == says


def test_an_impossible_change_is_refused():
    where = journey.replay(events(1, 2))
    assert judge(where, 5).blockers == (Code.SKIPS_STEPS,)
    assert judge(where, 5).warnings == ()
    assert judge(where, 1, reason="").blockers == (Code.REASON_MISSING,)
    assert journey.judge_change(where, Kind.RESUME).blockers == (Code.NOT_NOW,)
    assert journey.judge_change(where, Kind.MOVE).blockers == (Code.NOT_NOW,)
    assert journey.judge_change(where, Kind.PAUSE, reason="because").allowed
    assert journey.judge_change(where, Kind.PAUSE).allowed, "no reason has been asked for yet"
    assert journey.judge_change(where, Kind.PAUSE, reason="").blockers == (Code.REASON_MISSING,)


def test_a_paused_path_cannot_be_moved_back():
    rest = Event(3, 2, START + timedelta(days=41), Kind.PAUSE)
    where = journey.replay([*events(1, 2), rest])
    assert judge(where, 1, reason="").blockers == (Code.NOT_WALKING,)
    assert judge(where, 9).blockers == (Code.NOT_WALKING,)


def test_warnings_depend_on_the_step_and_the_time():
    """A missing result gives a warning on step 1 only; open tasks and a short stay on every
    step."""
    second = journey.replay(events(1, 2))
    assert not journey.is_back(second, 2)
    assert not journey.is_back(second, 3)
    assert journey.is_back(second, 1)
    third = journey.replay(events(1, 2, 3))
    now = third.since + timedelta(days=7, seconds=-1)
    assert journey.judge(third, 4, now=now, facts=Facts(0, 1)).warnings == (
        Code.TASKS_OPEN, Code.SHORT_STAY
    )  # fmt: skip
    assert journey.judge(third, 4, now=now, facts=Facts(0, 0)).warnings == (Code.SHORT_STAY,)
    week = third.since + timedelta(days=7)
    assert journey.judge(third, 4, now=week, facts=Facts()).warnings == ()
    far = journey.judge(second, 5, now=now, facts=Facts(0, 1))
    assert (far.blockers, far.warnings) == ((Code.SKIPS_STEPS,), ()), (
        "an impossible move gives no warnings"
    )
    first = journey.replay(events(1))
    late = first.since + timedelta(days=30)
    assert journey.judge(first, 2, now=late, facts=Facts()).warnings == (Code.NO_RESULT_YET,)
    assert journey.judge(first, 2, now=late, facts=Facts(1)).warnings == ()


def test_warnings_never_forbid_a_move():
    where = journey.replay(events(1))
    verdict = journey.judge(where, 2, now=where.since + timedelta(days=6), facts=Facts(0, 2))
    assert verdict.warnings == (Code.NO_RESULT_YET, Code.TASKS_OPEN, Code.SHORT_STAY)
    assert verdict.allowed
    week = journey.judge(where, 2, now=where.since + timedelta(days=7), facts=Facts(1, 0))
    assert week.warnings == ()


def test_a_withdrawn_consent_forbids_every_move_and_a_missing_one_warns():
    where, now = journey.replay(events(1, 2)), START + timedelta(days=400)
    for to, reason in ((3, None), (1, "trust needs time")):
        withdrawn = Facts(1, consent_withdrawn=True)
        verdict = journey.judge(where, to, now=now, facts=withdrawn, reason=reason)
        assert verdict.blockers == (Code.CONSENT_WITHDRAWN,)
        assert not verdict.allowed
    safe = Facts(1, consent_missing=True, safety_reviewed=now, settling_practised=True)
    missing = journey.judge(where, 3, now=now, facts=safe)
    assert (missing.blockers, missing.warnings) == ((), (Code.NO_CONSENT_YET,))
    both = journey.judge(where, 5, now=now, facts=Facts(consent_withdrawn=True))
    assert both.blockers == (Code.CONSENT_WITHDRAWN, Code.SKIPS_STEPS)


def at_rest(step: int, **facts) -> journey.Verdict:
    """The verdict on moving on from a step after ten days on it, with nothing else to warn about.
    Times in `facts` are days before now."""
    where = journey.replay(events(*range(1, step + 1)))
    now = where.since + timedelta(days=10)
    times = {
        name: now - timedelta(days=days) if isinstance(days, int | float) else days
        for name, days in facts.items()
        if name != "settling_practised"
    }
    known = Facts(1, settling_practised=facts.get("settling_practised", False), **times)
    return journey.judge(where, step + 1, now=now, facts=known)


def test_before_looking_at_the_past_safety_was_reviewed_and_settling_practised():
    missing = (Code.NO_SAFETY_REVIEW, Code.NO_SETTLING_SKILL)
    assert at_rest(2).warnings == missing
    assert at_rest(2, safety_reviewed=30).warnings == missing[1:], "it counts for thirty days"
    assert at_rest(2, safety_reviewed=30.01, settling_practised=True).warnings == missing[:1]
    assert at_rest(2, safety_reviewed=0, settling_practised=True).warnings == ()
    assert at_rest(2, safety_reviewed=0, violence_asked=None).warnings == missing[1:]
    for step in (1, 3, 4, 6):
        assert at_rest(step).warnings == (), step


def test_before_practising_closeness_violence_was_asked_about_again():
    assert at_rest(5).warnings == (Code.VIOLENCE_NOT_ASKED,)
    assert at_rest(5, safety_reviewed=1, settling_practised=True).warnings == (
        Code.VIOLENCE_NOT_ASKED,
    )
    assert at_rest(5, violence_asked=10.01).warnings == (Code.VIOLENCE_NOT_ASKED,), "on this step"
    assert at_rest(5, violence_asked=10).warnings == ()


def test_warnings_about_safety_come_first_and_apart():
    second = journey.replay(events(1, 2))
    soon = second.since + timedelta(days=1)
    verdict = journey.judge(second, 3, now=soon, facts=Facts(open_tasks=1))
    assert verdict.clinical == (Code.NO_SAFETY_REVIEW, Code.NO_SETTLING_SKILL)
    assert verdict.administrative == (Code.TASKS_OPEN, Code.SHORT_STAY)
    assert verdict.warnings == verdict.clinical + verdict.administrative
    assert verdict.allowed


days = st.none() | st.integers(-5, 90)


@given(
    st.lists(st.integers(1, 7), max_size=30), st.integers(-1, 9), st.integers(0, 60),
    st.integers(0, 2), st.integers(0, 2), days, st.booleans(), days,
)  # fmt: skip
def test_any_history_has_the_reasons_that_its_facts_give(
    wishes, to, waited, results, tasks, reviewed, settled, asked
):
    """Each reason is given exactly when its own sentence is true, in words of days alone."""
    history = events(1)
    for wish in wishes:
        if wish in journey.replay(history).possible:
            at = history[-1].at + timedelta(days=3)
            history.append(Event(len(history) + 1, wish, at))
    where, here = journey.replay(history), history[-1].step
    now = where.since + timedelta(days=waited)

    def before(days_ago):
        return None if days_ago is None else now - timedelta(days=days_ago)

    facts = Facts(
        results, tasks, safety_reviewed=before(reviewed), settling_practised=settled,
        violence_asked=before(asked),
    )  # fmt: skip
    verdict = journey.judge(where, to, now=now, facts=facts, reason="because")
    assert verdict.allowed == (1 <= to <= 7 and to != here and to <= here + 1)
    expected = set()
    if to == here + 1 <= 7:
        expected = {
            Code.NO_SAFETY_REVIEW: here == 2 and (reviewed is None or reviewed > 30),
            Code.NO_SETTLING_SKILL: here == 2 and not settled,
            Code.VIOLENCE_NOT_ASKED: here == 5 and (asked is None or asked > waited),
            Code.NO_RESULT_YET: here == 1 and results == 0,
            Code.TASKS_OPEN: tasks > 0,
            Code.SHORT_STAY: waited < 7,
        }
        expected = {code for code, holds in expected.items() if holds}
    assert set(verdict.warnings) == expected
    assert set(verdict.clinical) == expected & {
        Code.NO_SAFETY_REVIEW, Code.NO_SETTLING_SKILL, Code.VIOLENCE_NOT_ASKED
    }  # fmt: skip
    assert verdict.clinical + verdict.administrative == verdict.warnings


@pytest.mark.parametrize(
    "broken",
    [[], events(2), [Event(2, 1, START)], events(1, 3), events(1, 1), events(1, 2, 3)[::2]],
    ids=["nothing", "starts on 2", "starts with event 2", "jumps", "stands", "a gap"],
)
def test_impossible_events_are_refused(broken):
    with pytest.raises(ValueError):
        journey.replay(broken)


def test_pausing_closing_and_resuming_events():
    rest = [Event(4, 3, START + timedelta(days=41), Kind.PAUSE)]
    where = journey.replay(events(1, 2, 3) + rest)
    assert (where.step, where.status, where.possible) == (3, Status.PAUSED, ())
    assert where.possible_changes == (Kind.CLOSE, Kind.RESUME)
    assert judge(where, 4).blockers == (Code.NOT_WALKING,)
    assert journey.judge_change(where, Kind.PAUSE).blockers == (Code.NOT_NOW,)
    assert journey.judge_change(where, Kind.CLOSE, reason=" ").blockers == (Code.REASON_MISSING,)
    assert journey.judge_change(where, Kind.RESUME, reason="").allowed
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
def test_impossible_changes_are_refused(broken):
    with pytest.raises(ValueError):
        journey.replay([*events(1), *broken])


@given(st.lists(st.sampled_from(list(Kind)), max_size=30))
def test_any_list_of_changes_obeys_the_rules(kinds):
    history = events(1)
    for kind in kinds:
        where = journey.replay(history)
        to = min(where.step + 1, 7) if kind == Kind.MOVE else where.step
        verdict = (
            judge(where, to)
            if kind == Kind.MOVE
            else journey.judge_change(where, kind, reason="because")
        )
        if verdict.allowed:
            history.append(Event(where.version + 1, to, history[-1].at, kind))
    where = journey.replay(history)
    assert (where.status == Status.WALKING) == (history[-1].kind in (Kind.MOVE, Kind.RESUME))
    assert Kind.UNDO not in {event.kind for event in history}, "it has a rule of its own"
    assert where.version == len(history)


@given(st.lists(st.integers(-2, 10), max_size=60))
def test_any_list_of_moves_obeys_the_rules(wishes):
    """Forbidden moves change nothing, and replaying the others gives the same state."""
    history = events(1)
    for to in wishes:
        where = journey.replay(history)
        verdict = judge(where, to, reason="because")
        assert verdict.allowed == (to in where.possible)
        if verdict.allowed:
            history.append(Event(where.version + 1, to, history[-1].at + timedelta(hours=1)))
    where = journey.replay(history)
    assert 1 <= where.step <= 7
    assert where.step == history[-1].step
    assert where.walked == {event.step for event in history[:-1]}
    assert journey.replay(reversed(history)) == where
    for before, after in pairwise(history):
        assert after.step <= before.step + 1
        assert after.step != before.step
    assert all(stay.until for stay in where.stays[:-1])
    assert where.stays[-1].until is None


MINUTE = timedelta(minutes=1)


def undone(history: list[Event], after: timedelta = MINUTE) -> Event:
    back = journey.replay(history).before_move
    return Event(len(history) + 1, back.step, history[-1].at + after, Kind.UNDO)


def test_an_undone_move_leaves_no_trace_but_the_version():
    before = journey.replay(events(1, 2))
    history = events(1, 2, 3)
    history.append(undone(history))
    where = journey.replay(history)
    assert where == replace(before, version=4)
    assert (where.step, where.since, where.walked) == (2, before.since, {1})
    assert journey.lasting(reversed(history)) == events(1, 2)
    assert where.undo_until is None, "neither the undo nor an earlier move can be undone"
    on = [*history, Event(5, 3, history[-1].at + MINUTE)]
    assert journey.replay(on).stays[1].until == on[-1].at
    assert journey.lasting(on) == [*events(1, 2), on[-1]]


def test_who_can_undo_a_move_and_for_how_long():
    def judged(history, by_author=True, after=timedelta(0)):
        where = journey.replay(history)
        return journey.judge_undo(where, by_author=by_author, now=history[-1].at + after).blockers

    assert judged(events(1, 2), after=10 * MINUTE) == ()
    assert journey.replay(events(1, 2)).undo_until == events(1, 2)[-1].at + 10 * MINUTE
    assert judged(events(1, 2), after=10 * MINUTE + timedelta(seconds=1)) == (Code.TOO_LATE,)
    assert judged(events(1, 2), by_author=False) == (Code.NOT_THE_AUTHOR,)
    assert judged(events(1)) == (Code.NOTHING_TO_UNDO,), "the first step was not reached by a move"
    rest = [*events(1, 2), Event(3, 2, START + timedelta(days=20), Kind.PAUSE)]
    assert judged(rest) == (Code.NOTHING_TO_UNDO,), "something followed"
    again = [*events(1, 2), undone(events(1, 2))]
    assert judged(again) == (Code.NOTHING_TO_UNDO,), "it is undone already"
    assert journey.judge_change(journey.replay(events(1, 2)), Kind.UNDO).blockers == (Code.NOT_NOW,)


wishes = st.one_of(st.integers(1, 7), st.sampled_from(list(Kind)))


@given(st.lists(wishes, max_size=40))
def test_any_history_with_undone_moves_is_the_history_without_them(wished):
    """The client is on exactly one step, and everything but the version and the number of events
    is as if the undone moves had never been made."""
    history = events(1)
    for wish in wished:
        where, at = journey.replay(history), history[-1].at + MINUTE
        if wish == Kind.UNDO:
            if journey.judge_undo(where, by_author=True, now=at).allowed:
                history.append(undone(history))
        elif isinstance(wish, Kind):
            if journey.judge_change(where, wish, reason="because").allowed:
                history.append(Event(where.version + 1, where.step, at, wish))
        elif wish in where.possible:
            history.append(Event(where.version + 1, wish, at))
    where = journey.replay(history)
    kept = journey.lasting(history)
    without = journey.replay(replace(e, sequence=n) for n, e in enumerate(kept, 1))
    assert replace(where, version=0) == replace(without, version=0)
    assert 1 <= where.step <= 7
    assert where.step == where.stays[-1].step
    assert [stay.until for stay in where.stays].count(None) == 1
    assert where.version == len(history)
    undos = sum(event.kind == Kind.UNDO for event in history)
    assert len(kept) == len(history) - 2 * undos
    assert (where.undo_until is None) == (history[-1].kind != Kind.MOVE or len(history) == 1)
