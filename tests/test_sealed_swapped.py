"""A ciphertext that was moved or damaged is refused: not shown, not saved over."""

import logging
from collections.abc import Iterator

import pytest
from django.db import models, transaction

from accounts.crypto import Unreadable
from accounts.sealed_fields import Sealed
from assessments.models import Answer, Attempt, Result
from clients.models import Client, Enquiry, ErasureRequest, Note, SafetyPlan, StepEvent, Task
from tests import sealed
from tests.thorough import THOROUGH, some

TOLD = "This can’t be shown"


@pytest.fixture
def written(cast, browser_of):
    return sealed.write(cast, browser_of)


def row_of(model: type[models.Model], name: str, column: str) -> models.Model:
    """The row of a client that has something in a column."""
    if model is Enquiry:
        return sealed.enquiry_of(name)
    path = "attempt__user__email" if model in (Answer, Result) else "client__user__email"
    rows = model._default_manager.filter(**{path: f"{name}@example.org"})
    return rows.filter(**{f"{column}__isnull": False}).order_by("pk")[0]


def spoilt(model: type[models.Model], field: Sealed) -> Iterator[tuple[str, bytes]]:
    """(how, bytes) of everything that must not open in asha's row."""
    pk, column = row_of(model, "asha", field.name).pk, field.name
    good = sealed.held(model, column, pk)
    others = model._default_manager.filter(**{f"{column}__isnull": False}).exclude(pk=pk)
    yield "another row's", sealed.held(model, column, others[0].pk)
    theirs = row_of(model, "rohan", column).pk
    yield "another person's", sealed.held(model, column, theirs)
    for other, another in sealed.columns():
        if (other, another) != (model, field):
            mine = row_of(other, "asha", another.name).pk
            yield f"of {other.__name__}.{another.name}", sealed.held(other, another.name, mine)
    for at in (0, 1, 12, 13, len(good) // 2, len(good) - 1):
        flipped = bytes([*good[:at], good[at] ^ 1, *good[at + 1 :]])
        yield f"bit flipped at {at}", flipped
    for length in (0, 1, 13, len(good) - 1):
        yield f"cut to {length}", good[:length]
    yield "in clear", b"plain words"


def refused(model: type[models.Model], field: Sealed, pk, data: bytes) -> None:
    """Reading, setting and saving raise, and the database has what it had."""
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
    assert sealed.held(model, name, pk) == data


@pytest.mark.trust
def test_nothing_that_was_moved_or_damaged_opens(written, cast, promise, caplog):
    caplog.set_level(logging.CRITICAL)
    tried = 0
    for model, field in sealed.columns():
        pk = row_of(model, "asha", field.name).pk
        good = sealed.held(model, field.name, pk)
        for _how, data in some(spoilt(model, field), 4):
            sealed.put(model, field.name, pk, data)
            refused(model, field, pk, data)
            tried += 1
        sealed.put(model, field.name, pk, good)
        getattr(model._default_manager.get(pk=pk), field.name)
    count = len(sealed.columns())
    assert tried > (20 if THOROUGH else 4) * count
    promise("swapped", f"{count} columns, {tried} ciphertexts moved or damaged: {tried} refused")


def test_a_row_that_was_given_to_another_person_does_not_open(written, cast):
    """Moving the row instead of the ciphertext: the key is another."""
    for model in (Note, Task, StepEvent, SafetyPlan, ErasureRequest):
        row = row_of(model, "asha", sealed.sealed_fields(model)[0].name)
        number = {"sequence": 50} if model is StepEvent else {}
        number = {"version": 50} if model is SafetyPlan else number
        for column, value in {**number, "client_id": cast.rohan.pk}.items():
            sealed.put(model, column, row.pk, value)
        again = model._default_manager.get(pk=row.pk)
        with pytest.raises(Unreadable):
            [getattr(again, field.name) for field in sealed.sealed_fields(model)]
    attempt = Attempt.objects.get(user=cast.asha.user)
    sealed.put(Attempt, "user_id", attempt.pk, cast.rohan.user_id)
    with pytest.raises(Unreadable):
        _ = Result.objects.get(attempt=attempt).scores


def pages(cast: object, client: Client) -> list[tuple[str, str]]:
    """(who, address) of the pages on which a client's sealed columns are read."""
    at, enquiry = f"/clients/{client.pk}/", sealed.enquiry_of("asha").pk
    attempt = Attempt.objects.get(user=client.user)
    task = Task.objects.get(client=client).pk
    return [
        *(("meera", at + page) for page in (
            "", "timeline/", "safety/", "safety/edit/", "report/?first=2020-01-01&last=2099-01-01",
            f"results/{attempt.pk}/",
        )),
        *(("asha", page) for page in (
            "/path/", f"/path/tasks/{task}/", "/path/safety/", "/path/erasure/",
            attempt.get_result_url(),
        )),
        ("meera", "/caseload/"),
        ("manoj", f"/practice/enquiries/{enquiry}/"),
    ]  # fmt: skip


@pytest.mark.trust
def test_no_page_shows_it_and_the_person_is_told(written, cast, browser_of, promise, caplog):
    browsers = {
        "meera": browser_of(cast.meera),
        "asha": browser_of(cast.asha.user),
        "manoj": browser_of(cast.manoj),
    }
    asked = pages(cast, cast.asha)
    for who, address in asked:
        assert browsers[who].get(address).status_code == 200, address
    shown = told = 0
    for model, field in sealed.columns():
        pk = row_of(model, "asha", field.name).pk
        good, caught = sealed.held(model, field.name, pk), 0
        key = f"{model._meta.model_name}.{field.name}"
        bad = bytes([*good[:-1], good[-1] ^ 1])
        theirs = sealed.held(model, field.name, row_of(model, "rohan", field.name).pk)
        for data in some((bad, theirs), 2):
            sealed.put(model, field.name, pk, data)
            caplog.clear()
            for who, address in asked:
                answer = browsers[who].get(address)
                page = answer.content.decode()
                words = [word for n in ("asha", "rohan") if (word := written.get(f"{n}.{key}"))]
                shown += any(word in page for word in words)
                if answer.status_code == 500:
                    assert TOLD in page
                    assert "14416" in page
                    assert "canary" not in page
                    caught += 1
            errors = [r for r in caplog.records if r.levelno == logging.ERROR]
            assert any(str(pk) in record.getMessage() for record in errors), field
            assert "canary" not in caplog.text
        sealed.put(model, field.name, pk, good)
        assert caught, f"{field} is on no page of this test"
        told += caught
    assert shown == 0
    promise(
        "swapped",
        f"{len(asked)} pages with each of {len(sealed.columns())} columns spoilt: 0 shown,"
        f" {told} error pages that say so",
    )


def test_an_action_does_not_write_over_what_it_can_not_read(written, cast, browser_of):
    task = Task.objects.get(client=cast.asha)
    good = sealed.held(Task, "reflection", task.pk)
    bad = bytes([*good[:-1], good[-1] ^ 1])
    sealed.put(Task, "reflection", task.pk, bad)
    answer = browser_of(cast.asha.user).post(f"/path/tasks/{task.pk}/", {"reflection": "again"})
    assert answer.status_code == 500
    assert TOLD in answer.content.decode()
    assert sealed.held(Task, "reflection", task.pk) == bad
