"""A session that is handed over is copied by its model, with every column that a session has."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from clients.models import Session
from clients.models.session import NOT_COPIED
from tests.support.declarations import assert_complete, names

# A target of the audit log has a key alone.
CONSTRUCTED = re.compile(r"(?<![\w.])Session\((?!pk=|models\.)")


@pytest.mark.quick
def test_what_is_not_copied_is_a_column():
    columns = {column.name for column in Session._meta.concrete_fields}
    assert_complete(
        NOT_COPIED & columns, NOT_COPIED, file="clients/models/session.py",
        question="NOT_COPIED has it, but is it a column of Session?",
    )  # fmt: skip


def test_a_copy_has_every_other_column(cast):
    now = timezone.now()
    session = Session(
        client=cast.asha, therapist=cast.meera, at=now - timedelta(days=1),
        state=Session.State.HELD, recorded_at=now,
    )  # fmt: skip
    copy = session.with_therapist(cast.vikram)
    assert (copy.therapist, copy.state, copy.recorded_at) == (
        cast.vikram, Session.State.PLANNED, None,
    )  # fmt: skip
    assert copy.pk != session.pk, "a row of its own"
    assert not Session.objects.filter(pk=copy.pk).exists(), "not saved yet"
    for column in Session._meta.concrete_fields:
        if column.name not in NOT_COPIED:
            assert getattr(copy, column.attname) == getattr(session, column.attname), column.name


@pytest.mark.quick
def test_a_session_is_made_by_its_actions_or_copied_by_its_model():
    allowed = {"clients/sessions/actions.py", "clients/models/session.py"}
    root = Path(settings.BASE_DIR)
    makers = {
        str(path.relative_to(root))
        for path in (root / "clients").rglob("*.py")
        if CONSTRUCTED.search(path.read_text())
    }
    assert makers >= allowed, "the pattern finds the places that are allowed"
    assert not makers - allowed, (
        f"{names(makers - allowed)}: does this session copy another one? A column added later would"
        " be forgotten there. Use Session.with_therapist of clients/models/session.py, or an action"
        " of clients/sessions/actions.py."
    )
