"""The sessions about which a client can answer, and what they answered."""

from datetime import datetime
from typing import Any

from accounts.database.together import Loader, alone
from clients.check_ins.window import OPEN_FOR, is_open
from clients.models import CheckIn, Client, Session
from clients.rights.queries import consents_of, lacking, lacking_of

# As many are on the client's path.
SHOWN = 3


def asked_about(client: Client, now: datetime) -> Loader[list[Session]]:
    """The sessions whose check-in is open, the latest first, with `answers`."""
    if not client.asks_after_sessions:
        return []
    held = client.sessions.held().filter(at__gt=now - OPEN_FOR)
    sessions = held.select_related("therapist")[:SHOWN]
    consents = consents_of(client)
    yield sessions, consents
    if lacking_of(consents).withdrawn:
        return []
    said = yield from alone(CheckIn.objects.filter(session__in=[one.pk for one in sessions]))
    answers, shown = {one.session_id: one for one in said}, list[Any](sessions)
    for session in shown:
        session.answers = answers.get(session.pk)
    return shown


def may_answer(session: Session, now: datetime) -> bool:
    """At most one query."""
    held = session.state == Session.State.HELD and session.client.asks_after_sessions
    return is_open(session.at, now, held=held) and not lacking(session.client).withdrawn
