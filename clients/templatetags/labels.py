"""The labels of kinds and statuses on a page, and when a session is. A value without a label raises
an error."""

from django import template

from clients.journey import Kind, Status
from clients.labels import Text
from clients.models import Note, Session
from clients.notes.labels import AUDIENCES
from clients.path.labels import EVENTS, OWN_PATH_STATUSES, PATH_CHANGES, PATH_STATUSES

register = template.Library()


@register.filter
def path_change(kind: str) -> Text:
    """A change that a therapist can make, such as "Pause the path"."""
    return PATH_CHANGES[Kind(kind)].title


@register.filter
def path_event(kind: str) -> Text:
    """A change that was made, such as "Paused". A move is named by its step instead."""
    return EVENTS[Kind(kind)]


@register.filter
def path_status(status: str) -> Text:
    return PATH_STATUSES[Status(status)]


@register.filter
def own_path_status(status: str) -> Text:
    """For the client."""
    return OWN_PATH_STATUSES[Status(status)]


@register.filter
def when(session: Session, form: str = "list") -> str:
    return session.when(form)


@register.filter
def note_audience(audience: str) -> Text:
    return AUDIENCES[Note.Audience(audience)]
