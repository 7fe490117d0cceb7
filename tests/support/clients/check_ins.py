"""A session that was held, and how it was for the client."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from clients.check_ins import actions
from clients.models import Client, Session
from clients.sessions import actions as sessions

NOTHING = {"heard": None, "mattered": None, "fitted": None, "words": ""}


def held(client: Client, by: User, *, hours: float) -> Session:
    """A session that began some hours ago."""
    at = timezone.now() - timedelta(hours=hours)
    session = sessions.plan_session(client=client, by=by, at=at)
    return sessions.record_session(session=session, by=by, state=Session.State.HELD)


def answered(client: Client, by: User, words: str, *, hours: float) -> Session:
    """Such a session, with the client's answers."""
    session = held(client, by, hours=hours)
    values = NOTHING | {"heard": 4, "mattered": 2, "fitted": 5, "words": words}
    actions.answer(session=session, by=client.user, values=values, seen=0)
    return session
