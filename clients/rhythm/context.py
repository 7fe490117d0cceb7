"""What the pages of a record show about the questionnaires that a client is asked for regularly."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language

from accounts.encryption import unreadable
from assessments.models import InstrumentVersion
from clients.labels import Text
from clients.models import Client
from clients.rhythm import labels, queries


@dataclass(frozen=True)
class Row:
    """One rhythm, for the therapist. `slug`: of the questionnaire, "" for the goals. `rest`: why
    nobody asks now, "" if it asks. `unanswered`: one click lets it go on."""

    key: UUID
    slug: str
    title: str
    how_often: str
    reason: str
    by: str
    rest: Text
    unanswered: bool
    next_day: date | None
    asked_on: date | None
    state: Text


def rows(client: Client, now: datetime) -> list[Row]:
    """Twelve queries, one if there are none."""
    shown = queries.shown(client, now)
    titles = InstrumentVersion.objects.titles(get_language() or "") if shown else {}
    with unreadable.showing():
        return [_row(one, titles) for one in shown]


def _row(one: queries.Shown, titles: dict[str, str]) -> Row:
    rhythm = one.rhythm
    return Row(
        key=rhythm.pk,
        slug=rhythm.instrument.slug if rhythm.instrument else "",
        title=labels.title_of(rhythm, titles),
        how_often=labels.how_often(rhythm.kind, rhythm.every),
        reason=rhythm.reason,
        by=rhythm.set_by.name,
        rest=labels.RESTS[one.rest] if one.rest else "",
        unanswered=one.rest is queries.Rest.UNANSWERED,
        next_day=one.next_day,
        asked_on=one.last.on if one.last else None,
        state=labels.STATES[one.last.state] if one.last else "",
    )
