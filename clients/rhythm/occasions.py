"""When a client is asked for a questionnaire, reminded of it, and no longer asked. Pure.

A rule says before which sessions, after how many weeks, or that on each step a client is asked. An
occasion is one session, one week or one step for which the rule asks. `due` says what is to be done
now; it needs no memory besides the askings of the past. Days are the days of the practice's time
zone.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

# How many days before a session its questionnaire is asked for.
AHEAD = timedelta(days=3)
# After how many days a client is reminded; before a session, on the day before it.
REMINDED_AFTER, REMINDED_AHEAD = timedelta(days=3), timedelta(days=1)
# An asking without a session ends after so many days.
OPEN_FOR = timedelta(days=14)
# After so many askings in a row without an answer a rule rests.
UNANSWERED = 3


class Kind(StrEnum):
    SESSIONS = "sessions"
    WEEKS = "weeks"
    STEPS = "steps"


class State(StrEnum):
    ASKED = "asked"
    REMINDED = "reminded"
    FILLED_IN = "filled in"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.ASKED, State.REMINDED})


@dataclass(frozen=True)
class Rule:
    """`every`: each how many sessions or weeks; 1 for steps. `apart`: how long after it was filled
    in the questionnaire can be asked for again. `resumed_on`: when somebody last said that it goes
    on, although nobody had answered."""

    kind: Kind
    every: int
    begins_on: date
    apart: timedelta
    resumed_on: date | None = None


@dataclass(frozen=True)
class Meeting:
    """A session that was not cancelled. `key` stays the same when it is moved. `missed`: the client
    did not come, so that it does not count. A planned session whose time has passed counts as
    held."""

    key: str
    at: datetime
    planned: bool = True
    missed: bool = False


@dataclass(frozen=True)
class Occasion:
    """`key` is unique within a rule. `day`: the session's day, or the day since which it is due."""

    key: str
    day: date


@dataclass(frozen=True)
class Asking:
    """An occasion for which the client was asked."""

    occasion: Occasion
    asked_on: date
    state: State

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True)
class Facts:
    """What the rule needs to know about one client.

    `reached`: each step that was reached, as (sequence, time), in order. `filled_in`: when the
    client completed this questionnaire, for whatever reason. `asked_otherwise`: somebody has asked
    for it already, and the client has not answered yet. `resting`: the path is paused or closed,
    the therapist who asks no longer cares for the client, or the client has withdrawn a consent.
    `shared`: those of `filled_in` that the therapist may know of; whether the client answers is
    told by no other. `rests`: the rule rests because nobody answered.
    """

    zone: tzinfo
    meetings: tuple[Meeting, ...] = ()
    reached: tuple[tuple[int, datetime], ...] = ()
    filled_in: tuple[datetime, ...] = ()
    askings: tuple[Asking, ...] = ()
    asked_otherwise: bool = False
    resting: bool = False
    shared: tuple[datetime, ...] = ()
    rests: bool = False

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    @property
    def open(self) -> Asking | None:
        """At most one asking of a rule is open."""
        return next((one for one in self.askings if one.is_open), None)

    def meeting(self, key: str) -> Meeting | None:
        return next((one for one in self.meetings if one.key == key), None)

    def was_asked(self, key: str) -> bool:
        return any(one.occasion.key == key for one in self.askings)


@dataclass(frozen=True)
class Due:
    """What is to be done now. All but `ask` concern the asking that is open: `move` is its new
    occasion, and an asking that ends is not moved. `rest`: from now on the rule rests, because
    nobody answers; `wake`: no longer."""

    move: Occasion | None = None
    end: bool = False
    remind: bool = False
    ask: Occasion | None = None
    rest: bool = False
    wake: bool = False


def due(rule: Rule, facts: Facts, now: datetime) -> Due:
    """What is to be done now. Once that is done, it is `Due()` until something changes."""
    today, was_open = facts.day(now), facts.open
    next_one = None if facts.resting else occasion(rule, facts, now)
    ends, found = False, Due()
    if was_open is not None:
        moved = _moved(was_open, facts, now)
        one = replace(was_open, occasion=moved) if moved else was_open
        superseded = next_one is not None and rule.kind is not Kind.SESSIONS
        ends = superseded or today > _last_day(one, facts)
        found = Due(move=moved, remind=_is_to_be_reminded(one, facts, today))
    if ends:
        found, facts = Due(end=True), _ended(facts)
    ignored = _is_ignored(rule, facts)
    asks = was_open is None or ends
    if asks and not facts.asked_otherwise and not ignored:
        found = replace(found, ask=next_one)
    return replace(found, rest=ignored and not facts.rests, wake=facts.rests and not ignored)


def _ended(facts: Facts) -> Facts:
    """The facts once the open asking has ended."""
    askings = (replace(a, state=State.EXPIRED) if a.is_open else a for a in facts.askings)
    return replace(facts, askings=tuple(askings))


def _is_ignored(rule: Rule, facts: Facts) -> bool:
    """Whether so many askings in a row ended without an answer that the rule rests. One that was
    withdrawn counts neither way."""
    answered = [facts.day(at) for at in facts.shared]
    answered += [one.asked_on for one in facts.askings if one.state is State.FILLED_IN]
    last, resumed = max(answered, default=date.min), rule.resumed_on or date.min
    ignored = sum(
        one.state is State.EXPIRED and one.asked_on > last and one.asked_on >= resumed
        for one in facts.askings
    )
    return ignored >= UNANSWERED


def occasion(rule: Rule, facts: Facts, now: datetime) -> Occasion | None:
    """The occasion for which the client should be asked now, and was not asked yet."""
    if rule.kind is Kind.SESSIONS:
        found = _before_session(rule, facts, now)
    else:
        found = _each_week(rule, facts, now) if rule.kind is Kind.WEEKS else _on_step(rule, facts)
    return None if found is None or facts.was_asked(found.key) else found


def next_day(rule: Rule, facts: Facts, now: datetime) -> date | None:
    """The day on which the client is asked next, as far as it is known; None if it is not."""
    today = facts.day(now)
    if rule.kind is Kind.WEEKS:
        return max(today, _week(rule, facts))
    if rule.kind is Kind.SESSIONS:
        for coming in _coming(rule, facts, now):
            if _asks_before(rule, facts, coming):
                return max(today, facts.day(coming.at) - AHEAD)
    return None


def _before_session(rule: Rule, facts: Facts, now: datetime) -> Occasion | None:
    coming = next(iter(_coming(rule, facts, now)), None)
    if coming is None or facts.day(now) < facts.day(coming.at) - AHEAD:
        return None
    found = Occasion(coming.key, facts.day(coming.at))
    return found if _asks_before(rule, facts, coming) else None


def _coming(rule: Rule, facts: Facts, now: datetime) -> list[Meeting]:
    ahead = (one for one in facts.meetings if one.planned and one.at >= now)
    return sorted(
        (one for one in ahead if facts.day(one.at) >= rule.begins_on), key=lambda one: one.at
    )


def _asks_before(rule: Rule, facts: Facts, coming: Meeting) -> bool:
    """Whether enough sessions have passed since the last one that was asked about, and since the
    questionnaire was last filled in."""
    counted = [
        one.at
        for one in facts.meetings
        if one.at < coming.at and not one.missed and facts.day(one.at) >= rule.begins_on
    ]
    asked = [one.at for a in facts.askings if (one := facts.meeting(a.occasion.key))]
    if asked and sum(at > max(asked) for at in counted) < rule.every - 1:
        return False
    if not facts.filled_in:
        return True
    last = max(facts.filled_in)
    if facts.day(coming.at) < facts.day(last) + rule.apart:
        return False
    since = sum(at >= last for at in counted)
    return facts.day(last) < rule.begins_on or since >= rule.every


def _each_week(rule: Rule, facts: Facts, now: datetime) -> Occasion | None:
    day = _week(rule, facts)
    return Occasion(f"week {day.isoformat()}", day) if facts.day(now) >= day else None


def _week(rule: Rule, facts: Facts) -> date:
    """The day from which the client can be asked again. It counts from the last time they were in
    fact asked, so that a missed week is caught up with once, and from each time that they filled
    the questionnaire in without being asked."""
    period = timedelta(weeks=rule.every)
    days = [rule.begins_on, *(one.asked_on + period for one in facts.askings)]
    for at in facts.filled_in:
        day = facts.day(at)
        own = day >= rule.begins_on and not any(
            one.asked_on <= day < one.asked_on + OPEN_FOR for one in facts.askings
        )
        days.append(day + (max(period, rule.apart) if own else rule.apart))
    return max(days)


def _on_step(rule: Rule, facts: Facts) -> Occasion | None:
    """The step that was reached last. One that was left before anybody asked is not asked about."""
    if not facts.reached:
        return None
    sequence, at = facts.reached[-1]
    day = facts.day(at)
    fresh = any(facts.day(one) > day - rule.apart for one in facts.filled_in)
    return None if day < rule.begins_on or fresh else Occasion(f"step {sequence}", day)


def _moved(one: Asking, facts: Facts, now: datetime) -> Occasion | None:
    """The new occasion of an asking whose session was moved, or cancelled: then the next session
    takes its place."""
    key = one.occasion.key
    if key.startswith(("week ", "step ")):
        return None
    meeting = facts.meeting(key)
    if meeting is None:
        ahead = (m for m in facts.meetings if m.planned and m.at >= now)
        free = (m for m in ahead if not facts.was_asked(m.key))
        meeting = min(free, key=lambda m: m.at, default=None)
    if meeting is None:
        return None
    found = Occasion(meeting.key, facts.day(meeting.at))
    return None if found == one.occasion else found


def _last_day(one: Asking, facts: Facts) -> date:
    """The last day on which an asking is open."""
    if facts.meeting(one.occasion.key):
        return one.occasion.day
    return one.asked_on + OPEN_FOR - timedelta(days=1)


def _is_to_be_reminded(one: Asking, facts: Facts, today: date) -> bool:
    if one.state is not State.ASKED or facts.resting or today <= one.asked_on:
        return False
    if any(facts.day(at) >= one.asked_on for at in facts.filled_in):
        return False  # They filled it in and have not shared it: that is theirs to decide.
    if facts.meeting(one.occasion.key):
        return today >= one.occasion.day - REMINDED_AHEAD
    return today >= one.asked_on + REMINDED_AFTER
