"""The sessions about which a client can answer, and what they answered."""

from datetime import datetime

from clients.check_ins.window import OPEN_FOR, is_open
from clients.models import Client, Session
from clients.rights.queries import lacking

# As many are on the client's path.
SHOWN = 3


def asked_about(client: Client, now: datetime) -> list[Session]:
    """The sessions whose check-in is open, the latest first, with `answers`. At most three
    queries."""
    if not client.asks_after_sessions:
        return []
    held = client.sessions.held().filter(at__gt=now - OPEN_FOR)
    sessions = list(held.select_related("therapist").with_check_ins()[:SHOWN])
    return [] if sessions and lacking(client).withdrawn else sessions


def may_answer(session: Session, now: datetime) -> bool:
    """At most one query."""
    held = session.state == Session.State.HELD and session.client.asks_after_sessions
    return is_open(session.at, now, held=held) and not lacking(session.client).withdrawn
