"""What kinds and statuses are called on a page. One without a label is an error, never a guess."""

from django import template

from clients.journey import Kind, Status
from clients.labels import Text
from clients.models import Note
from clients.notes.labels import AUDIENCES
from clients.path.labels import OWN_PATH_STATUSES, PATH_CHANGES, PATH_STATUSES

register = template.Library()


@register.filter
def path_change(kind: str) -> Text:
    """What a therapist does to the path: "Pause the path", say."""
    return PATH_CHANGES[Kind(kind)].title


@register.filter
def path_event(kind: str) -> Text:
    """What happened to the path: "Paused", say. Moves are called by their step."""
    return PATH_CHANGES[Kind(kind)].event


@register.filter
def path_status(status: str) -> Text:
    return PATH_STATUSES[Status(status)]


@register.filter
def own_path_status(status: str) -> Text:
    """For the client."""
    return OWN_PATH_STATUSES[Status(status)]


@register.filter
def note_audience(audience: str) -> Text:
    return AUDIENCES[Note.Audience(audience)]
