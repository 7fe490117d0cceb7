"""What a therapist enters about a session: the forms have it, a copy of the session keeps it, and
every page writes the time of a session in the same way."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from clients.models import Session
from clients.models.session import FORMATS
from clients.sessions.forms import SessionForm, TodayForm
from tests.support.declarations import assert_complete, names

# The columns of a session that no therapist enters: who, and what became of it.
NOT_ENTERED = {
    "id", "client", "therapist", "state", "recorded_at", "calendar_uid", "calendar_sequence",
    "series",
}  # fmt: skip
# A target of the audit log has a key alone.
CONSTRUCTED = re.compile(r"(?<![\w.])Session\((?!pk=|models\.)")
# A time of day, written without `Session.when`.
WRITTEN_IN_PYTHON = re.compile(r"(?:date_format|time_format|strftime)\([^\n]*(?:session|row)\.at\b")
WRITTEN_IN_A_PAGE = re.compile(r"\{[{%][^}]*session\w*\.at\|(?:time|date:\"[^\"]*[Hg]:i)")
ROOT = Path(settings.BASE_DIR)


@pytest.mark.quick
def test_each_column_is_entered_or_not():
    columns = {column.name for column in Session._meta.concrete_fields}
    assert_complete(
        {*Session.ENTERED, *NOT_ENTERED}, columns,
        file="clients/models/session.py (Session.ENTERED) or, if the site fills the column,"
        " tests/clients/test_session_fields.py (NOT_ENTERED)",
        question="does a therapist enter it? Then both forms ask for it, and a session that is"
        " handed over to another therapist (a new row) keeps it.",
    )  # fmt: skip
    assert not NOT_ENTERED & set(Session.ENTERED)


@pytest.mark.quick
def test_only_the_time_must_be_entered():
    """The button that records today's planned session sends no other field."""
    required = {
        name for name in Session.ENTERED if not Session._meta.get_field(name).blank
    }  # fmt: skip
    assert required == {"at"}, (
        f"{names(required - {'at'})}: what is stored if it is left empty? The button that records"
        " today's planned session sends no field. Give the column blank=True and a default in"
        " clients/models/session.py."
    )


def test_both_forms_ask_for_everything_that_is_entered():
    assert set(SessionForm().fields) == set(Session.ENTERED)
    assert set(TodayForm().fields) == {*Session.ENTERED, "began"} - {"at"}


def test_a_copy_keeps_what_was_entered_and_nothing_else(cast):
    now = timezone.now()
    session = Session(
        client=cast.asha, therapist=cast.meera, at=now - timedelta(days=1),
        state=Session.State.HELD, recorded_at=now, minutes=80, place=Session.Place.VIDEO,
        place_detail="https://example.org/room", series=uuid4(),
    )  # fmt: skip
    copy = session.with_therapist(cast.vikram)
    assert (copy.client, copy.therapist) == (cast.asha, cast.vikram)
    assert (copy.state, copy.recorded_at) == (Session.State.PLANNED, None)
    assert copy.pk != session.pk, "a row of its own"
    assert not Session.objects.filter(pk=copy.pk).exists(), "not saved yet"
    for name in Session.ENTERED:
        expected = "" if name in Session.OF_ONE_THERAPIST else getattr(session, name)
        assert getattr(copy, name) == expected, name
    assert (copy.calendar_uid, copy.series) == (session.calendar_uid, session.series)
    assert copy.calendar_sequence > session.calendar_sequence


@pytest.mark.quick
def test_a_session_is_made_by_its_actions_or_copied_by_its_model():
    allowed = {"clients/sessions/actions.py", "clients/models/session.py"}
    makers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "clients").rglob("*.py")
        if CONSTRUCTED.search(path.read_text())
    }
    assert makers >= allowed, "the pattern finds the places that are allowed"
    assert not makers - allowed, (
        f"{names(makers - allowed)}: does this session copy another one? A column added later would"
        " be forgotten there. Use Session.with_therapist of clients/models/session.py, or an action"
        " of clients/sessions/actions.py."
    )


@pytest.mark.quick
@pytest.mark.parametrize(
    ("folder", "suffix", "pattern"),
    [("clients", "py", WRITTEN_IN_PYTHON), ("templates", "html", WRITTEN_IN_A_PAGE)],
)
def test_only_the_model_writes_the_time_of_a_session(folder, suffix, pattern):
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob(f"*.{suffix}")
        if pattern.search(path.read_text())
    }
    assert not found, (
        f"{names(found)}: how is the time of a session written there? Use Session.when of"
        ' clients/models/session.py, on a page {{ session|when:"…" }}, so that what is added to it'
        " is shown everywhere."
    )


def test_every_format_writes_the_time_of_day(cast):
    at = timezone.make_aware(datetime(2026, 11, 3, 18, 30))
    session = Session(client=cast.asha, therapist=cast.meera, at=at)
    expected = {
        "list": "Tue, 3 Nov 2026, 18:30", "table": "3 Nov, 18:30", "path": "Tuesday, 18:30",
        "email": "Tuesday, 3 November 2026, 18:30", "clock": "18:30",
    }  # fmt: skip
    for form in FORMATS:
        assert session.when(form).startswith(expected[form]), form
