"""Why a client needs a therapist's attention: computes the reasons from facts. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

UNSEEN = timedelta(days=30)
# The caseload asks for the follow-up on a safety plan from so long before it is due.
FOLLOW_UP_ASKED_AHEAD = timedelta(hours=48)


class Flag(StrEnum):
    CALL_WAITS = "call asked for"
    PLAN_CHANGED = "safety plan changed"
    PLAN_FOLLOW_UP = "follow-up on the safety plan"
    PLAN_REVIEW = "safety plan to review"
    CONSENT_WITHDRAWN = "consent withdrawn"
    CHANGE_WAITS = "session change asked for"
    SESSION_TO_RECORD = "session to record"
    HIGHER = "reliably higher"
    UNCHANGED = "no reliable change"
    RESULT_UNREAD = "result unread"
    REFLECTION_UNREAD = "reflection unread"
    NOT_SEEN = "not seen for a month"
    TASK_OVERDUE = "task overdue"
    UNANSWERED = "requests not answered"
    LONG_ON_STEP = "long on a step"


@dataclass(frozen=True)
class Signs:
    """The facts about one client.

    `since`: when care began. `last_contact`: when the last session was held. `planned_at`: when the
    last of the planned sessions is, or was. `unread_results`: a shared result that no therapist has
    opened. `higher`: a dimension of the latest result is reliably higher. `unchanged`: none has
    changed reliably over three results. `new_plan_at`, `new_reflection`: written by the client
    since a therapist last opened the record.
    `call_asked_at`: since when the client has waited for a call that they asked for.
    `change_asked_at`: since when they have waited for an answer about moving or cancelling a
    session. `follow_up_by`: until when somebody should follow up on the safety plan, which nobody
    has done yet. `review_since`: the day on which the plan was to be reviewed, if it has come.
    `on_step_since`: when the current step began. `long_days`: the third quartile of the practice's
    stays on that step, in days. `walking`: the path is neither paused nor closed.
    `consent_withdrawn`: the client no longer agrees to therapy, or to how their data is used.
    `unanswered`: what they are asked for regularly rests, because they did not answer.
    """

    since: datetime
    last_contact: datetime | None
    overdue_since: date | None
    unrecorded_sessions: bool
    unread_results: bool = False
    higher: bool = False
    unchanged: bool = False
    new_reflection: bool = False
    new_plan_at: datetime | None = None
    call_asked_at: datetime | None = None
    change_asked_at: datetime | None = None
    follow_up_by: datetime | None = None
    review_since: date | None = None
    on_step_since: datetime | None = None
    long_days: int | None = None
    walking: bool = True
    consent_withdrawn: bool = False
    unanswered: bool = False
    planned_at: datetime | None = None


# When each flag is raised, most pressing first.
RULES: dict[Flag, Callable[[Signs, datetime], bool]] = {
    Flag.CALL_WAITS: lambda signs, _now: signs.call_asked_at is not None,
    Flag.PLAN_CHANGED: lambda signs, _now: signs.new_plan_at is not None,
    Flag.PLAN_FOLLOW_UP: lambda signs, now: _asks_for_follow_up(signs, now),
    Flag.PLAN_REVIEW: lambda signs, _now: signs.review_since is not None,
    Flag.CONSENT_WITHDRAWN: lambda signs, _now: signs.walking and signs.consent_withdrawn,
    Flag.CHANGE_WAITS: lambda signs, _now: signs.change_asked_at is not None,
    Flag.SESSION_TO_RECORD: lambda signs, _now: signs.unrecorded_sessions,
    Flag.HIGHER: lambda signs, _now: signs.higher,
    Flag.UNCHANGED: lambda signs, _now: signs.walking and signs.unchanged,
    Flag.RESULT_UNREAD: lambda signs, _now: signs.unread_results,
    Flag.REFLECTION_UNREAD: lambda signs, _now: signs.new_reflection,
    Flag.NOT_SEEN: lambda signs, now: signs.walking and _is_unseen(signs, now),
    Flag.TASK_OVERDUE: lambda signs, _now: signs.overdue_since is not None,
    Flag.UNANSWERED: lambda signs, _now: signs.walking and signs.unanswered,
    Flag.LONG_ON_STEP: lambda signs, now: signs.walking and _is_long(signs, now),
}


def flags(signs: Signs, now: datetime) -> tuple[Flag, ...]:
    """The reasons, most pressing first. Empty for a client who needs nothing now."""
    return tuple(flag for flag, applies in RULES.items() if applies(signs, now))


def _asks_for_follow_up(signs: Signs, now: datetime) -> bool:
    return signs.follow_up_by is not None and signs.follow_up_by - now <= FOLLOW_UP_ASKED_AHEAD


def _is_unseen(signs: Signs, now: datetime) -> bool:
    if signs.planned_at is not None and signs.planned_at >= now:
        return False
    return now - (signs.last_contact or signs.since) > UNSEEN


def _is_long(signs: Signs, now: datetime) -> bool:
    if signs.long_days is None or signs.on_step_since is None:
        return False
    return now - signs.on_step_since > timedelta(days=signs.long_days)
