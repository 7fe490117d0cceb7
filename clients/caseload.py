"""The rows of the caseload: who, where, since when, and why to look."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clients import flags
from clients.models import Client, Step
from clients.pages import Stone, stones
from clients.result_pages import Scores, scores
from clients.words import FLAGS, Text


@dataclass(frozen=True)
class CaseloadRow:
    client: Client
    stones: list[Stone]
    days: int
    invited: bool
    latest: Scores | None
    last_contact: datetime | None
    next_session: datetime | None
    reasons: list[Text]

    @property
    def here(self) -> Stone:
        return next(stone for stone in self.stones if stone.state == "here")


def _signs(client: Any) -> flags.Signs:
    """From the columns that `with_signs` annotates."""
    return flags.Signs(
        since=client.created_at,
        last_contact=client.last_contact,
        overdue_tasks=client.overdue_tasks,
        unrecorded_sessions=client.unrecorded_sessions,
        unread_results=client.unread_results,
    )


def caseload_rows(clients: list[Client], steps: list[Step], now: datetime) -> list[CaseloadRow]:
    """No query: the clients come `with_path`, `with_results` and `with_signs`."""
    return [
        CaseloadRow(
            client=client,
            stones=stones(steps, client.journey),
            days=client.journey.time_on_step(now).days,
            invited=client.user.is_waiting,
            reasons=[FLAGS[flag] for flag in flags.flags(_signs(client), now)],
            last_contact=client.last_contact,  # type: ignore[attr-defined]
            next_session=client.next_session,  # type: ignore[attr-defined]
            latest=next((scores(shared) for shared in client.shared_results.all()), None),
        )
        for client in clients
    ]
