"""When a client is asked for a questionnaire: examples, and histories in four time zones."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from clients.rhythm.occasions import (
    Asking,
    Due,
    Facts,
    Kind,
    Meeting,
    Occasion,
    Rule,
    State,
    due,
    next_day,
)
from tests.support.thorough import THOROUGH

pytestmark = pytest.mark.trust
KOLKATA = ZoneInfo("Asia/Kolkata")
ZONES = ["Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]
DAY = timedelta(days=1)
HISTORIES, STEPS = (10_000, 40) if THOROUGH else (150, 30)


def local(day: str, clock: str = "10:00", zone: ZoneInfo = KOLKATA) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone)


def a_rule(kind: Kind, every: int = 1, begins: str = "2026-03-02", apart: int = 28) -> Rule:
    return Rule(kind, every, date.fromisoformat(begins), timedelta(days=apart))


def asked(key: str, day: str, on: str, state: State = State.ASKED) -> Asking:
    return Asking(Occasion(key, date.fromisoformat(day)), date.fromisoformat(on), state)


def test_a_session_is_asked_about_three_days_before_it():
    one, facts = a_rule(Kind.SESSIONS), Facts(KOLKATA, (Meeting("a", local("2026-03-12")),))
    assert due(one, facts, local("2026-03-08", "23:59")) == Due()
    wanted = Due(ask=Occasion("a", date(2026, 3, 12)))
    assert due(one, facts, local("2026-03-09", "00:00")) == wanted
    assert due(one, facts, local("2026-03-12", "10:00")) == wanted
    assert due(one, facts, local("2026-03-12", "10:01")) == Due()
    assert next_day(one, facts, local("2026-03-02")) == date(2026, 3, 9)


def test_every_fourth_session_is_asked_about_and_a_missed_one_does_not_count():
    days = ["2026-03-03", "2026-03-10", "2026-03-17", "2026-03-24", "2026-03-31", "2026-04-07"]
    meetings = [Meeting(day, local(day), planned=False) for day in days]
    one, last = a_rule(Kind.SESSIONS, 4), asked(days[0], days[0], days[0], State.EXPIRED)

    def at(now: int, *missed: int) -> Due:
        rows = [replace(m, planned=i >= now, missed=i in missed) for i, m in enumerate(meetings)]
        facts = Facts(KOLKATA, tuple(rows), askings=(last,))
        return due(one, facts, local(days[now], "08:00"))

    assert [bool(at(i).ask) for i in range(1, 5)] == [False, False, False, True]
    assert not at(4, 2).ask
    assert at(5, 2).ask


@pytest.mark.parametrize("at", ["2026-03-12", "2026-03-20"])
def test_a_session_that_moves_takes_its_asking_along(at):
    facts = Facts(
        KOLKATA, (Meeting("a", local(at)),), askings=(asked("a", "2026-03-11", "2026-03-08"),)
    )
    found = due(a_rule(Kind.SESSIONS), facts, local("2026-03-09"))
    assert found == Due(move=Occasion("a", date.fromisoformat(at)))


def test_the_next_session_takes_over_from_one_that_was_cancelled():
    was = asked("gone", "2026-03-11", "2026-03-08")
    after = (Meeting("b", local("2026-03-18")),)
    one = a_rule(Kind.SESSIONS)
    found = due(one, Facts(KOLKATA, after, askings=(was,)), local("2026-03-09"))
    assert found == Due(move=Occasion("b", date(2026, 3, 18)))
    told = Facts(KOLKATA, askings=(replace(was, state=State.REMINDED),))
    assert due(one, told, local("2026-03-21")) == Due()
    assert due(one, told, local("2026-03-22")) == Due(end=True)


def test_a_client_is_reminded_once_on_the_day_before():
    meetings = (Meeting("a", local("2026-03-11")),)
    facts = Facts(KOLKATA, meetings, askings=(asked("a", "2026-03-11", "2026-03-08"),))
    one = a_rule(Kind.SESSIONS)
    days = [due(one, facts, local(f"2026-03-{day:02}")).remind for day in (8, 9, 10, 11)]
    assert days == [False, False, True, True]
    told = replace(facts, askings=(asked("a", "2026-03-11", "2026-03-08", State.REMINDED),))
    assert due(one, told, local("2026-03-10")) == Due()
    assert due(one, told, local("2026-03-12")) == Due(end=True)
    unshared = replace(facts, filled_in=(local("2026-03-09"),))
    assert due(one, unshared, local("2026-03-10")) == Due()
    assert due(one, replace(facts, resting=True), local("2026-03-10")) == Due()


def test_weeks_that_were_missed_are_caught_up_with_once():
    one, facts = a_rule(Kind.WEEKS, 4), Facts(KOLKATA)
    assert due(one, facts, local("2026-03-01")) == Due()
    assert due(one, facts, local("2026-03-02")).ask
    was = asked("week 2026-03-02", "2026-03-02", "2026-03-02", State.EXPIRED)
    late = due(one, replace(facts, askings=(was,)), local("2026-07-30"))
    assert late.ask == Occasion("week 2026-03-30", date(2026, 3, 30))
    again = asked(late.ask.key, "2026-03-30", "2026-07-30", State.EXPIRED)
    facts = replace(facts, askings=(was, again))
    assert next_day(one, facts, local("2026-07-31")) == date(2026, 8, 27)
    assert due(one, facts, local("2026-08-26")) == Due()
    assert due(one, facts, local("2026-08-27")).ask


@pytest.mark.parametrize(
    ("every", "apart", "filled", "first"),
    [
        (12, 28, "2026-04-20", "2026-07-13"),  # Without being asked: twelve weeks from then.
        (4, 28, "2026-03-05", "2026-04-02"),  # Answered three days late: not within four weeks.
        (1, 5, "2026-03-04", "2026-03-09"),  # Weekly: the day of the week stays.
    ],
)  # fmt: skip
def test_a_questionnaire_is_not_asked_for_soon_after_it_was_filled_in(every, apart, filled, first):
    one = a_rule(Kind.WEEKS, every, apart=apart)
    was = asked("week 2026-03-02", "2026-03-02", "2026-03-02", State.FILLED_IN)
    facts = Facts(KOLKATA, filled_in=(local(filled),), askings=(was,))
    day = date.fromisoformat(first)
    assert not due(one, facts, datetime.combine(day - DAY, time(23), KOLKATA)).ask
    assert due(one, facts, datetime.combine(day, time(0), KOLKATA)).ask


def test_the_latest_step_is_asked_about():
    reached = ((1, local("2026-03-01")), (2, local("2026-03-20")), (3, local("2026-03-21")))
    one = a_rule(Kind.STEPS)
    assert not due(one, Facts(KOLKATA, reached=reached[:1]), local("2026-03-05")).ask
    found = due(one, Facts(KOLKATA, reached=reached), local("2026-03-25"))
    assert found.ask == Occasion("step 3", date(2026, 3, 21))
    second = asked("step 2", "2026-03-20", "2026-03-20")
    found = due(one, Facts(KOLKATA, reached=reached, askings=(second,)), local("2026-03-21"))
    assert found == Due(end=True, ask=Occasion("step 3", date(2026, 3, 21)))
    fresh = Facts(KOLKATA, reached=reached, filled_in=(local("2026-03-01"),))
    assert not due(one, fresh, local("2026-03-25")).ask


def test_the_next_day_is_known_for_weeks_and_planned_sessions():
    now = local("2026-03-20")
    assert next_day(a_rule(Kind.WEEKS), Facts(KOLKATA), now) == date(2026, 3, 20)
    assert next_day(a_rule(Kind.STEPS), Facts(KOLKATA), now) is None
    assert next_day(a_rule(Kind.SESSIONS), Facts(KOLKATA), now) is None
    meetings = tuple(Meeting(day, local(day)) for day in ("2026-04-20", "2026-03-21"))
    assert next_day(a_rule(Kind.SESSIONS), Facts(KOLKATA, meetings), now) == date(2026, 3, 20)
    was = asked("2026-03-21", "2026-03-21", "2026-03-20", State.FILLED_IN)
    facts = Facts(KOLKATA, meetings, askings=(was,), filled_in=(now,))
    assert next_day(a_rule(Kind.SESSIONS), facts, now) == date(2026, 4, 17)


def test_sessions_before_the_rhythm_began_do_not_count():
    held = Meeting("a", local("2026-03-01"), planned=False)
    ahead = (Meeting("b", local("2026-03-03")), Meeting("c", local("2026-03-10")))
    one, early = a_rule(Kind.SESSIONS, 2), local("2026-03-02")
    assert due(one, Facts(KOLKATA, (held, *ahead)), early).ask
    later = a_rule(Kind.SESSIONS, 2, begins="2026-03-04")
    assert due(later, Facts(KOLKATA, (held, *ahead)), early) == Due()
    assert due(later, Facts(KOLKATA, ahead[1:]), local("2026-03-07")).ask


def test_a_session_for_which_it_was_filled_in_already_is_not_asked_about():
    """Every second session: filled in before the first, so it is due again before the third."""
    days = ["2026-03-10", "2026-03-17", "2026-03-24"]
    one, filled = a_rule(Kind.SESSIONS, 2, apart=0), (local("2026-03-09"),)

    def at(number: int) -> Due:
        rows = tuple(Meeting(d, local(d), planned=n >= number) for n, d in enumerate(days))
        return due(one, Facts(KOLKATA, rows, filled_in=filled), local(days[number], "08:00"))

    assert [bool(at(n).ask) for n in range(3)] == [False, False, True]
    soon = replace(one, apart=timedelta(days=15))
    rows = tuple(Meeting(d, local(d), planned=d == days[2]) for d in days)
    facts = Facts(KOLKATA, rows, filled_in=filled)
    assert due(soon, facts, local(days[2], "08:00")).ask
    assert not due(replace(soon, apart=timedelta(days=16)), facts, local(days[2], "08:00")).ask


def test_a_week_or_a_step_is_reminded_of_after_three_days_and_ends_after_two_weeks():
    for one, key in ((a_rule(Kind.WEEKS, 12), "week 2026-03-02"), (a_rule(Kind.STEPS), "step 2")):
        facts = Facts(KOLKATA, askings=(asked(key, "2026-03-02", "2026-03-02"),))
        found = [due(one, facts, local(f"2026-03-{day:02}")) for day in (2, 4, 5, 15, 16)]
        remind = Due(remind=True)
        assert found == [Due(), Due(), remind, remind, Due(end=True)]
        same_day = replace(facts, filled_in=(local("2026-03-02"),))
        assert due(one, same_day, local("2026-03-06")) == Due()
        otherwise = replace(facts, asked_otherwise=True)
        assert due(one, otherwise, local("2026-03-06")) == remind


def test_of_the_sessions_that_can_take_over_the_next_free_one_does():
    past = Meeting("past", local("2026-03-01"))
    ahead = (Meeting("far", local("2026-03-25")), Meeting("near", local("2026-03-18")))
    was = asked("gone", "2026-03-11", "2026-03-08")
    one, now = a_rule(Kind.SESSIONS), local("2026-03-09")
    found = due(one, Facts(KOLKATA, (past, *ahead), askings=(was,)), now)
    assert found == Due(move=Occasion("near", date(2026, 3, 18)))
    taken = asked("near", "2026-03-18", "2026-03-08", State.WITHDRAWN)
    found = due(one, Facts(KOLKATA, ahead, askings=(was, taken)), now)
    assert found == Due(move=Occasion("far", date(2026, 3, 25)))


def test_a_rule_rests_after_three_askings_without_an_answer():
    one, days = a_rule(Kind.WEEKS, 4), ["2026-03-02", "2026-03-30", "2026-04-27"]
    rows = tuple(asked(f"week {day}", day, day, State.EXPIRED) for day in days)
    still_open = Facts(KOLKATA, askings=(*rows[:2], replace(rows[2], state=State.REMINDED)))
    late = local("2026-05-25")
    # The third ends because the next one is due, which is not asked for.
    assert due(one, still_open, late) == Due(end=True, rest=True)
    tired = Facts(KOLKATA, askings=rows)
    assert due(one, Facts(KOLKATA, askings=rows[:2]), late).ask
    assert due(one, tired, late) == Due(rest=True)
    resting = replace(tired, rests=True)
    assert due(one, resting, local("2026-12-01")) == Due()
    # An answer that the therapist may know of ends it, also a late one; another does not.
    answered = replace(resting, filled_in=(local("2026-05-20"),))
    assert due(one, answered, late) == Due()
    assert due(one, replace(answered, shared=answered.filled_in), late) == Due(wake=True)
    withdrawn = replace(tired, askings=(rows[0], replace(rows[1], state=State.WITHDRAWN), rows[2]))
    assert due(one, withdrawn, late).ask
    between = replace(tired, askings=(rows[0], replace(rows[1], state=State.FILLED_IN), rows[2]))
    assert due(one, between, late).ask
    # It goes on when somebody says so: those before that day no longer count.
    on = replace(one, resumed_on=date(2026, 5, 25))
    assert due(on, tired, late).ask
    assert due(replace(on, resumed_on=date(2026, 3, 2)), tired, late) == Due(rest=True)
    assert due(replace(on, resumed_on=date(2026, 3, 3)), tired, late).ask


def test_somebody_who_was_asked_otherwise_is_not_asked_twice():
    facts = Facts(KOLKATA, asked_otherwise=True)
    assert due(a_rule(Kind.WEEKS), facts, local("2026-03-05")) == Due()


@pytest.mark.parametrize(
    ("zone", "session", "before", "on"),
    [
        # The clocks go forward in the night before, by an hour and by half an hour.
        ("America/New_York", "2026-03-11T00:30", "2026-03-07T23:59", "2026-03-08T00:00"),
        ("Australia/Lord_Howe", "2026-10-07T00:15", "2026-10-03T23:59", "2026-10-04T00:00"),
        # And back.
        ("America/New_York", "2026-11-04T23:45", "2026-10-31T23:59", "2026-11-01T00:00"),
        # It is still the day before in UTC.
        ("Asia/Kolkata", "2026-03-11T04:00", "2026-03-07T23:59", "2026-03-08T00:00"),
    ],
)  # fmt: skip
def test_days_are_those_of_the_practice(zone, session, before, on):
    here = ZoneInfo(zone)
    at, early, early_enough = (
        datetime.fromisoformat(text).replace(tzinfo=here) for text in (session, before, on)
    )
    one, facts = a_rule(Kind.SESSIONS, begins="2026-01-01"), Facts(here, (Meeting("a", at),))
    assert due(one, facts, early.astimezone(UTC)) == Due()
    assert due(one, facts, early_enough.astimezone(UTC)).ask == Occasion("a", at.date())


@dataclass
class Row:
    """An asking in the history, as the database would hold it."""

    occasion: Occasion
    on: date
    state: State = State.ASKED
    reminders: int = 0

    @property
    def open(self) -> bool:
        return self.state in (State.ASKED, State.REMINDED)


@dataclass
class Appointment:
    at: datetime
    state: str = "planned"


@dataclass
class History:
    zone: ZoneInfo
    rule: Rule
    now: datetime
    sessions: dict[str, Appointment] = field(default_factory=dict)
    reached: list[tuple[int, datetime]] = field(default_factory=list)
    filled: list[datetime] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    resting: bool = False
    otherwise: bool = False
    shared: list[datetime] = field(default_factory=list)
    unanswered: int = 0
    rests: bool = False

    def day(self, at: datetime | None = None) -> date:
        return (at or self.now).astimezone(self.zone).date()

    def facts(self) -> Facts:
        return Facts(
            zone=self.zone,
            meetings=tuple(
                Meeting(key, one.at, one.state == "planned", one.state == "missed")
                for key, one in self.sessions.items()
                if one.state != "cancelled"
            ),
            reached=tuple(self.reached),
            filled_in=tuple(self.filled),
            askings=tuple(Asking(row.occasion, row.on, row.state) for row in self.rows),
            asked_otherwise=self.otherwise,
            resting=self.resting,
            shared=tuple(self.shared),
            rests=self.rests,
        )

    def open(self) -> Row | None:
        rows = [row for row in self.rows if row.open]
        assert len(rows) <= 1
        return rows[0] if rows else None


class Histories(RuleBasedStateMachine):
    """Anything may happen between two runs of the command, and it may not run for weeks."""

    @initialize(
        zone=st.sampled_from(ZONES),
        kind=st.sampled_from(list(Kind)),
        every=st.integers(1, 6),
        apart=st.sampled_from([0, 5, 7, 28]),
        begins=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        clock=st.times(),
    )
    def begin(self, zone, kind, every, apart, begins, clock):
        here = ZoneInfo(zone)
        rule = Rule(kind, 1 if kind is Kind.STEPS else every, begins, timedelta(days=apart))
        now = datetime.combine(begins, clock, here).astimezone(UTC) - timedelta(days=2)
        self.h = History(here, rule, now)
        self.numbers = 0

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours):
        self.h.now += timedelta(hours=hours)

    @rule(weeks=st.integers(1, 20))
    def the_worker_is_down(self, weeks):
        self.h.now += timedelta(weeks=weeks)

    @rule(ahead=st.integers(1, 24 * 21))
    def a_session_is_planned(self, ahead):
        self.numbers += 1
        self.h.sessions[str(self.numbers)] = Appointment(self.h.now + timedelta(hours=ahead))

    def planned(self) -> list[Appointment]:
        return [one for one in self.h.sessions.values() if one.state == "planned"]

    @precondition(lambda self: hasattr(self, "h") and self.planned())
    @rule(
        data=st.data(), state=st.sampled_from(["held", "missed", "cancelled", "planned"]),
        ahead=st.integers(1, 24 * 30),
    )  # fmt: skip
    def a_session_changes(self, data, state, ahead):
        """Recorded, cancelled, or moved to another time."""
        one = data.draw(st.sampled_from(self.planned()))
        if state == "planned":
            one.at = self.h.now + timedelta(hours=ahead)
        elif state == "cancelled" or one.at < self.h.now:
            one.state = state

    @rule()
    def a_step_is_reached(self):
        self.h.reached.append((len(self.h.reached) + 1, self.h.now))

    @rule()
    def it_is_filled_in(self):
        """Shared, which answers the asking, or without being asked."""
        self.h.filled.append(self.h.now)
        self.h.shared.append(self.h.now)
        self.h.unanswered = 0
        if row := self.h.open():
            row.state = State.FILLED_IN

    @rule()
    def it_is_filled_in_and_not_shared(self):
        self.h.filled.append(self.h.now)

    @precondition(lambda self: hasattr(self, "h") and self.h.open())
    @rule()
    def it_is_withdrawn(self):
        self.h.open().state = State.WITHDRAWN

    @rule(resting=st.booleans())
    def care_rests_or_goes_on(self, resting):
        self.h.resting = resting

    @rule(otherwise=st.booleans())
    def a_task_asks_for_it(self, otherwise):
        self.h.otherwise = otherwise

    @rule(every=st.integers(1, 6))
    def the_rule_changes(self, every):
        if self.h.rule.kind is not Kind.STEPS:
            self.h.rule = replace(self.h.rule, every=every)

    @precondition(lambda self: hasattr(self, "h") and self.h.rests)
    @rule()
    def somebody_lets_it_go_on(self):
        self.h.rule = replace(self.h.rule, resumed_on=self.h.day())
        self.h.rests, self.h.unanswered = False, 0

    @rule()
    def the_command_runs(self):
        h = self.h
        found, was = due(h.rule, h.facts(), h.now), h.open()
        self.judge_the_open_one(found, was)
        if found.ask:
            self.judge_the_new_one(found.ask)
            h.rows.append(Row(found.ask, h.day()))
        self.judge_the_rest(found)
        assert due(h.rule, h.facts(), h.now) == Due(), "a second run finds something to do"
        if h.open() is None and not h.resting and not h.otherwise and not h.rests:
            self.nothing_is_lost()

    def judge_the_open_one(self, found: Due, was: Row | None):
        h, today = self.h, self.h.day()
        if was is None:
            assert found == Due(ask=found.ask, rest=found.rest, wake=found.wake)
            return
        session = h.sessions.get(was.occasion.key)
        if found.move:
            target = h.sessions[found.move.key]
            assert h.day(target.at) == found.move.day
            assert target.state != "cancelled"
            others = {row.occasion.key for row in h.rows if row is not was}
            assert found.move.key not in others, "two askings for one session"
            was.occasion = found.move
        if found.remind:
            assert not h.resting
            assert was.state is State.ASKED
            assert today > was.on
            assert all(h.day(at) < was.on for at in h.filled)
            was.state, was.reminders = State.REMINDED, was.reminders + 1
            assert was.reminders == 1
        if found.end:
            if session and session.state != "cancelled":
                assert today > h.day(session.at)
            else:
                late = today >= was.on + timedelta(days=14)
                assert found.ask or late or h.otherwise or found.rest
            was.state = State.EXPIRED
            # An answer of the day on which it was asked for counts.
            h.unanswered += all(h.day(at) < was.on for at in h.shared)

    def judge_the_rest(self, found: Due):
        """Nobody is asked a fourth time in a row without an answer, until somebody says so."""
        h = self.h
        assert h.unanswered <= 3
        assert not (found.ask and h.unanswered == 3)
        assert found.rest == (h.unanswered == 3 and not h.rests)
        assert found.wake == (h.unanswered == 0 and h.rests)
        h.rests = found.rest or (h.rests and not found.wake)

    def judge_the_new_one(self, new: Occasion):
        h, today, rule = self.h, self.h.day(), self.h.rule
        assert not h.resting
        assert not h.otherwise
        assert h.open() is None
        assert new.key not in {row.occasion.key for row in h.rows}, "asked twice"
        about = today
        if rule.kind is Kind.SESSIONS:
            session = h.sessions[new.key]
            about = h.day(session.at)
            assert session.state == "planned"
            assert session.at >= h.now
            assert about == new.day
            assert timedelta(0) <= about - today <= timedelta(days=3)
        if rule.kind is Kind.STEPS:
            about = h.day(h.reached[-1][1])
            assert new.key == f"step {len(h.reached)}"
        if rule.kind is Kind.WEEKS:
            assert all(today >= row.on + timedelta(weeks=rule.every) for row in h.rows)
        assert new.day >= rule.begins_on
        assert all(h.day(at) + rule.apart <= about for at in h.filled), "too soon"

    def nothing_is_lost(self):
        """Nobody is asked only if there is a reason, judged without the engine's own words."""
        h, today, rule = self.h, self.h.day(), self.h.rule
        if rule.kind is Kind.WEEKS:
            period = max(timedelta(weeks=rule.every), rule.apart)
            recent = [row.on for row in h.rows] + [h.day(at) for at in h.filled]
            assert rule.begins_on > today or any(today - day < period for day in recent)
        elif rule.kind is Kind.STEPS and h.reached:
            day = h.day(h.reached[-1][1])
            known = any(row.occasion.key == f"step {len(h.reached)}" for row in h.rows)
            fresh = any(day - h.day(at) < rule.apart for at in h.filled)
            fresh |= any(h.day(at) > day for at in h.filled)
            assert known or fresh or day < rule.begins_on
        elif rule.kind is Kind.SESSIONS:
            self.no_session_is_lost()

    def no_session_is_lost(self):
        h, rule = self.h, self.h.rule
        ahead = [
            (one.at, key)
            for key, one in h.sessions.items()
            if one.state == "planned" and one.at >= h.now and h.day(one.at) >= rule.begins_on
        ]
        if not ahead:
            return
        at, key = min(ahead)
        far = h.day(at) - h.day() > timedelta(days=3)
        known = any(row.occasion.key == key for row in h.rows)
        fresh = any(h.day(at) - h.day(one) < rule.apart for one in h.filled)
        asked_about = [h.sessions[r.occasion.key] for r in h.rows if r.occasion.key in h.sessions]
        last = max((one.at for one in asked_about if one.state != "cancelled"), default=None)
        taken = [
            one.at
            for one in h.sessions.values()
            if one.state in ("held", "planned") and one.at < at and h.day(one.at) >= rule.begins_on
        ]
        since_asked = rule.every - 1 if last is None else sum(one > last for one in taken)
        own = [one for one in h.filled if h.day(one) >= rule.begins_on]
        since_filled = sum(one >= max(own) for one in taken) if own else rule.every
        waits = since_asked < rule.every - 1 or since_filled < rule.every
        assert far or known or fresh or waits


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=HISTORIES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
