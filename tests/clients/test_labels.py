"""Kinds and statuses have their label in one map, and a new one without it fails here."""

import pytest
from django.template import Context, Template
from django.template.loader import get_template

from clients.journey import CHANGES, Kind, Status
from clients.models import Note
from clients.notes.labels import AUDIENCES
from clients.path.labels import EVENTS, OWN_PATH_STATUSES, PATH_CHANGES, PATH_STATUSES
from clients.record import timeline


def shown(expression: str, value: str) -> str:
    return Template("{% load labels %}{{ value|" + expression + " }}").render(
        Context({"value": value})
    )


def test_every_change_of_a_path_has_its_texts():
    """A move is called by its step."""
    assert set(PATH_CHANGES) == set(CHANGES)
    assert set(EVENTS) == set(Kind) - {Kind.MOVE}
    assert shown("path_event", "pause") == "Paused"
    assert shown("path_change", "close") == "Close the path"


def test_every_status_of_a_path_has_its_label():
    assert set(PATH_STATUSES) == set(OWN_PATH_STATUSES) == set(Status) - {Status.WALKING}
    assert shown("path_status", "closed") == "Closed"
    assert shown("own_path_status", "paused") == "Your path is paused."


def test_every_audience_of_a_note_has_its_label():
    assert set(AUDIENCES) == set(Note.Audience)
    assert shown("note_audience", "shared") == "Shared with the client"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("path_event", "move"),
        ("path_event", "new"),
        ("path_change", "new"),
        ("path_status", "walking"),
        ("own_path_status", "new"),
        ("note_audience", "new"),
    ],
)
def test_one_without_a_label_is_an_error(expression, value):
    with pytest.raises((KeyError, ValueError)):
        shown(expression, value)


@pytest.mark.parametrize("kind", timeline.KINDS)
def test_every_kind_of_entry_has_its_partial(kind):
    entry = timeline.Entry(kind, at=None, row=None)
    assert get_template(entry.template)
    assert entry.label
