"""A browser chooses its idempotency key: it finds the sender's own row again, names no other row,
and never becomes an id."""

import uuid

import pytest
from django.db import IntegrityError

from accounts import idempotency
from accounts.models import DataKey
from clients.care import actions as care
from clients.models import Enquiry, Note, Task
from clients.models.enquiry import SENT_ONCE

ASKED = {"name": "Sana", "email": "sana@example.org", "about": "sleep", "consent": "on"}


def test_a_persons_id_as_a_key_creates_no_enquiry_with_that_id(cast, browser_of):
    Note.objects.create(client=cast.asha, author=cast.meera, text="held")
    key = DataKey.objects.get(subject=cast.asha.user_id)
    before = bytes(key.wrapped)
    for _ in range(2):
        sent = ASKED | {"key": str(cast.asha.user_id)}
        assert browser_of().post("/enquiry/", sent).status_code == 302
    enquiry = Enquiry.objects.get()
    assert enquiry.pk != cast.asha.user_id
    assert enquiry.idempotency_key == cast.asha.user_id
    subjects = set(DataKey.objects.values_list("subject", flat=True))
    assert subjects == {cast.asha.user_id, enquiry.pk}, (
        "the one that was sent twice leaves no key behind"
    )
    key.refresh_from_db()
    assert bytes(key.wrapped) == before


def test_another_persons_key_in_a_task_or_note_makes_a_row_of_ones_own(cast, browser_of):
    care.start_care(client=cast.asha, therapist=cast.vikram, by=cast.manoj)
    key, record = str(uuid.uuid4()), f"/clients/{cast.asha.pk}/"
    for person in (cast.meera, cast.vikram, cast.meera):
        browser = browser_of(person)
        form = {"title": f"by {person.name}", "key": key}
        assert browser.post(f"{record}tasks/", form).status_code == 302
        form = {"text": f"by {person.name}", "audience": "private", "key": key}
        assert browser.post(f"{record}notes/", form).status_code == 302
    names = sorted([cast.meera.name, cast.vikram.name])
    assert sorted(task.title for task in Task.objects.all()) == [f"by {n}" for n in names]
    assert sorted(note.text for note in Note.objects.all()) == [f"by {n}" for n in names]
    assert all(str(row.pk) != key for row in (*Task.objects.all(), *Note.objects.all()))


def test_only_a_violation_of_the_named_constraint_is_ignored(db):
    refused = pytest.raises(IntegrityError, match="enquiry_can_be_answered")
    with refused, idempotency.once(SENT_ONCE):
        Enquiry.objects.create(name="nobody to answer", consented_at="2026-11-01T00:00Z")
