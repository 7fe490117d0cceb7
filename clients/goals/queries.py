"""The goals of one client, as every page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from accounts.encryption import unreadable
from assessments.results import charts
from clients.goals import over_time
from clients.goals.allowance import Refusal, refusal
from clients.goals.labels import in_words
from clients.goals.over_time import Rated
from clients.models import Client, Goal, GoalRating
from clients.models.goal import HIGHEST, LOWEST
from clients.rights.queries import lacking


@dataclass(frozen=True)
class Wording:
    """One wording of a goal, and how it was rated, oldest first."""

    goal: Goal
    rated: tuple[Rated, ...]


@dataclass(frozen=True)
class GoalShown:
    """A goal: its present words, or the last ones if it ended, and those before them, newest first.

    `chart` is None if it was rated on fewer than two days. The time runs over the same days in the
    charts of all goals.
    """

    goal: Goal
    rated: tuple[Rated, ...]
    earlier: tuple[Wording, ...]
    chart: charts.Chart | None

    @property
    def direction(self) -> str:
        return in_words(over_time.direction(self.rated))

    @property
    def last(self) -> Rated | None:
        return self.rated[-1] if self.rated else None

    @property
    def wordings(self) -> tuple[Wording, ...]:
        return (Wording(self.goal, self.rated), *self.earlier)

    @property
    def since(self) -> datetime:
        """When its first words were written."""
        return self.wordings[-1].goal.written_at

    @property
    def is_rated(self) -> bool:
        return any(one.rated for one in self.wordings)


@dataclass(frozen=True)
class Goals:
    """The open goals by their places, and those that ended, the latest first."""

    open: tuple[GoalShown, ...]
    ended: tuple[GoalShown, ...]

    @property
    def last_rated(self) -> date | None:
        return max((one.last.on for one in self.open if one.last), default=None)


def of(client: Client, since: date | None = None, until: date | None = None) -> Goals:
    """All goals of a client, with the ratings of these days. Two queries."""
    with unreadable.showing():
        lines = [
            [Wording(one, over_time.within(_rated(one), since, until)) for one in line]
            for line in _lines(client.goals.with_ratings().order_by("written_at"))
        ]
    everything = [one for line in lines for wording in line for one in wording.rated]
    days = over_time.span(everything)
    shown = [_shown(line, days) for line in lines]
    ended = [(one.goal.ended_at, one) for one in shown if one.goal.ended_at]
    return Goals(
        open=tuple(sorted((s for s in shown if s.goal.is_open), key=lambda s: s.goal.place)),
        ended=tuple(one for _at, one in sorted(ended, key=lambda pair: pair[0], reverse=True)),
    )


def _lines(goals: Iterable[Goal]) -> Iterable[list[Goal]]:
    """The wordings of each goal, newest first. The rows come oldest first."""
    lines: dict = {}
    for goal in goals:
        lines[goal.pk] = [goal, *lines.pop(goal.replaces_id, [])]
    return lines.values()


def _rated(goal: Goal) -> tuple[Rated, ...]:
    return tuple(Rated(one.rated_on, _number(one)) for one in goal.ratings.all())


def _number(rating: GoalRating) -> int | None:
    return None if isinstance(rating.value, unreadable.Placeholder) else rating.value


def _shown(line: list[Wording], days: tuple[date, date] | None) -> GoalShown:
    drawn = [wording.rated for wording in line]
    zone = timezone.get_current_timezone()
    return GoalShown(
        goal=line[0].goal,
        rated=line[0].rated,
        earlier=tuple(line[1:]),
        chart=over_time.draw(drawn, days, LOWEST, HIGHEST, zone) if days else None,
    )


def refusal_for(client: Client) -> Refusal | None:
    """Why the client can add nothing now. One query."""
    return refusal(client.journey.status, withdrawn=bool(lacking(client).withdrawn))
