"""What the client's own page shows about their goals."""

from dataclasses import dataclass

from django.utils import timezone

from clients.goals import queries
from clients.goals.forms import PREFIX, RatingForm
from clients.goals.labels import REFUSALS, no_place
from clients.goals.queries import GoalShown
from clients.models import Client
from clients.models.goal import HIGHEST, LOWEST, MOST


@dataclass(frozen=True)
class Row:
    """A goal with the field that rates it; `chosen` is what was chosen before, today."""

    shown: GoalShown
    name: str
    chosen: str


def own(client: Client, rating: RatingForm) -> dict[str, object]:
    """Four queries."""
    goals, reason = queries.of(client), queries.refusal_for(client)
    return {
        "client": client,
        "goals": goals,
        "rows": [_row(shown, rating) for shown in goals.open],
        "numbers": [str(n) for n in range(LOWEST, HIGHEST + 1)],
        "refusal": REFUSALS[reason] if reason else "",
        "no_place": no_place() if len(goals.open) >= MOST else "",
    }


def _row(shown: GoalShown, rating: RatingForm) -> Row:
    name, last = f"{PREFIX}{shown.goal.pk}", shown.last
    chosen = rating.data.get(name, "")
    if not rating.is_bound and last and last.on == timezone.localdate() and last.value is not None:
        chosen = str(last.value)
    return Row(shown, name, chosen)
