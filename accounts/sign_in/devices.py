"""A person's sessions: their last use, their devices, and how they end."""

import re
import time

from allauth.account.adapter import get_adapter
from allauth.usersessions.adapter import get_adapter as get_sessions_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

SEEN = "seen_at"
EVERY = 60  # seconds between two updates of the same session
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux")
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
            ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"))  # fmt: skip


def touch(request: HttpRequest) -> None:
    """Stores that the session is in use; ends it if it is of staff and was idle for too long."""
    if not request.user.is_authenticated:
        return
    now, seen = time.time(), request.session.get(SEEN)
    if seen and now - seen > settings.STAFF_IDLE_SECONDS and request.user.is_staff:
        get_adapter().logout(request)
        messages.info(request, _("You were away for a while, so we signed you out."))
    elif not seen or now - seen > EVERY:
        request.session[SEEN] = now
        UserSession.objects.create_from_request(request)


def end(sessions: QuerySet[UserSession]) -> int:
    """Ends these sessions, none of which may be the present one; returns how many there were."""
    ended = list(sessions)
    get_sessions_adapter().end_sessions(ended)
    return len(ended)


def others(request: HttpRequest) -> QuerySet[UserSession]:
    """This person's sessions, except the present one."""
    mine = UserSession.objects.filter(user_id=request.user.pk)
    return mine.exclude(session_key=request.session.session_key)


def end_others(request: HttpRequest) -> None:
    end(others(request))


def device(agent: str) -> str:
    """Browser and system by the User-Agent header, such as "Firefox, Windows"."""
    browser = next((name for word, name in BROWSERS if re.search(rf"{word}\w*/", agent)), "")
    system = next((name for name in SYSTEMS if name in agent), "")
    names = {"Mac OS X": "Mac", "CrOS": "Chromebook"}
    return ", ".join(filter(None, (browser, names.get(system, system)))) or _("Unknown device")


def of(request: HttpRequest) -> list[UserSession]:
    """This person's active sessions: the present one, then the latest. One query and two each."""
    sessions = UserSession.objects.purge_and_list(request.user)
    for session in sessions:
        session.device = device(session.user_agent)
        session.here = session.session_key == request.session.session_key
    return sorted(sessions, key=lambda s: (not s.here, -s.last_seen_at.timestamp()))
