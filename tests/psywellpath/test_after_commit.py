"""Side effects of an action happen after its transaction commits, or not at all."""

import logging

import pytest
from django.core import mail as django_mail
from django.db import connection, transaction

from accounts import emails
from accounts.models import Mail
from clients.notes import actions as notes


def write(cast) -> None:
    notes.write_note(client=cast.asha, by=cast.meera, text="said", audience="shared")


@pytest.fixture
def handed(monkeypatch) -> list[bool]:
    """For each mail handed over: whether its transaction was still open then."""
    seen = []
    enqueue = emails.enqueue

    def look(mail: Mail) -> None:
        seen.append(not connection.atomic_blocks[-1]._from_testcase)
        enqueue(mail)

    monkeypatch.setattr(emails, "enqueue", look)
    return seen


def test_a_mail_is_handed_over_after_the_actions_own_transaction(cast, handed):
    write(cast)
    assert handed == [False]
    assert [mail.to for mail in django_mail.outbox] == [["asha@example.org"]]


def test_a_mail_waits_for_the_outermost_transaction(cast, handed):
    with transaction.atomic():
        with transaction.atomic():
            write(cast)
        with transaction.atomic(savepoint=False):
            write(cast)
        assert (handed, django_mail.outbox) == ([], [])
        assert Mail.objects.filter(sent_at=None).count() == 2
    assert (handed, len(django_mail.outbox)) == ([False, False], 2)


def test_a_mail_of_what_was_rolled_back_is_never_handed_over(cast, handed):
    with pytest.raises(RuntimeError), transaction.atomic():
        write(cast)
        raise RuntimeError
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            write(cast)
            raise RuntimeError
        write(cast)
        transaction.set_rollback(True)
    write(cast)  # What came before does not ride along with the next commit.
    assert (handed, len(django_mail.outbox)) == ([False], 1)
    assert Mail.objects.count() == 1


def test_a_queue_that_fails_fails_no_click(cast, monkeypatch, caplog):
    """The mail is kept in the database, and `send_mails` takes it up."""

    def broken(mail: Mail) -> None:
        raise OSError("no queue")

    monkeypatch.setattr(emails, "enqueue", broken)
    with caplog.at_level(logging.ERROR):
        write(cast)
    assert Mail.objects.waiting().count() == 1
    assert "no queue" in caplog.text


def test_where_a_test_captures_the_calls_they_wait(
    cast, handed, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as waiting:
        write(cast)
    assert handed == []
    for call in waiting:
        call()
    assert handed == [False]
