"""A ciphertext that was moved or damaged is refused: neither shown nor overwritten."""

import logging
from collections.abc import Iterator

import pytest
from django.db import models, transaction

from accounts.encryption.cipher import Unreadable
from accounts.encryption.fields import EncryptedField
from assessments.models import Answer, Attempt, Result
from clients.models import Enquiry, ErasureRequest, Note, SafetyPlan, StepEvent, Task
from tests.support.clients import encrypted
from tests.support.thorough import THOROUGH, some

SENTENCE = "This can’t be shown"


@pytest.fixture
def written(cast, browser_of):
    return encrypted.write(cast, browser_of)


def row_of(model: type[models.Model], name: str, column: str) -> models.Model:
    """The row of a client that has something in a column."""
    if model is Enquiry:
        return encrypted.enquiry_of(name)
    path = "attempt__user__email" if model in (Answer, Result) else "client__user__email"
    rows = model._default_manager.filter(**{path: f"{name}@example.org"})
    return rows.filter(**{f"{column}__isnull": False}).order_by("pk")[0]


def spoilt(model: type[models.Model], field: EncryptedField) -> Iterator[tuple[str, bytes]]:
    """(how, bytes) of everything that must not decrypt in Asha's row."""
    pk, column = row_of(model, "asha", field.name).pk, field.name
    good = encrypted.stored(model, column, pk)
    others = model._default_manager.filter(**{f"{column}__isnull": False}).exclude(pk=pk)
    yield "another row's", encrypted.stored(model, column, others[0].pk)
    theirs = row_of(model, "rohan", column).pk
    yield "another person's", encrypted.stored(model, column, theirs)
    for other, another in encrypted.columns():
        if (other, another) != (model, field):
            mine = row_of(other, "asha", another.name).pk
            yield f"of {other.__name__}.{another.name}", encrypted.stored(other, another.name, mine)
    for at in (0, 1, 12, 13, len(good) // 2, len(good) - 1):
        flipped = bytes([*good[:at], good[at] ^ 1, *good[at + 1 :]])
        yield f"bit flipped at {at}", flipped
    for length in (0, 1, 13, len(good) - 1):
        yield f"cut to {length}", good[:length]
    yield "in clear", b"plain words"


def refused(model: type[models.Model], field: EncryptedField, pk, data: bytes) -> None:
    """Reading, setting and saving raise, and the database is unchanged."""
    name = field.name
    tries = [
        lambda row: getattr(row, name),
        lambda row: setattr(row, name, field.nothing),
        lambda row: row.save(),
        lambda row: row.save(update_fields=[name]),
        lambda row: row.full_clean(),
    ]
    for how in tries:
        for rows in (model._default_manager.all(), model._default_manager.defer(name)):
            row = rows.get(pk=pk)
            if name in row.get_deferred_fields() and how is tries[2]:
                continue  # Such a save leaves the column alone.
            with pytest.raises(Unreadable), transaction.atomic():
                how(row)
    assert encrypted.stored(model, name, pk) == data


@pytest.mark.trust
def test_nothing_that_was_moved_or_damaged_can_be_decrypted(written, cast, promise, caplog):
    caplog.set_level(logging.CRITICAL)
    tried = 0
    for number, (model, field) in enumerate(encrypted.columns()):
        pk = row_of(model, "asha", field.name).pk
        good = encrypted.stored(model, field.name, pk)
        for _how, data in some(spoilt(model, field), 12, start=number):
            encrypted.overwrite(model, field.name, pk, data)
            refused(model, field, pk, data)
            tried += 1
        encrypted.overwrite(model, field.name, pk, good)
        getattr(model._default_manager.get(pk=pk), field.name)
    count = len(encrypted.columns())
    assert tried > (20 if THOROUGH else 3) * count
    promise("swapped", f"{count} columns, {tried} ciphertexts moved or damaged: {tried} refused")


def test_a_row_that_was_given_to_another_person_cannot_be_decrypted(written, cast):
    """Moves the row instead of the ciphertext: the key differs."""
    for model in (Note, Task, StepEvent, SafetyPlan, ErasureRequest):
        row = row_of(model, "asha", encrypted.encrypted_fields(model)[0].name)
        number = {"sequence": 50} if model is StepEvent else {}
        number = {"version": 50} if model is SafetyPlan else number
        for column, value in {**number, "client_id": cast.rohan.pk}.items():
            encrypted.overwrite(model, column, row.pk, value)
        again = model._default_manager.get(pk=row.pk)
        with pytest.raises(Unreadable):
            [getattr(again, field.name) for field in encrypted.encrypted_fields(model)]
    attempt = Attempt.objects.get(user=cast.asha.user)
    encrypted.overwrite(Attempt, "user_id", attempt.pk, cast.rohan.user_id)
    with pytest.raises(Unreadable):
        _ = Result.objects.get(attempt=attempt).scores


def test_an_action_does_not_overwrite_what_it_cannot_read(written, cast, browser_of):
    task = Task.objects.get(client=cast.asha)
    good = encrypted.stored(Task, "reflection", task.pk)
    bad = bytes([*good[:-1], good[-1] ^ 1])
    encrypted.overwrite(Task, "reflection", task.pk, bad)
    answer = browser_of(cast.asha.user).post(f"/path/tasks/{task.pk}/", {"reflection": "again"})
    assert answer.status_code == 500
    assert SENTENCE in answer.content.decode()
    assert encrypted.stored(Task, "reflection", task.pk) == bad
