"""The chain over the audit trail: what it finds, and what may come late."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts import audit, trail_seal
from accounts.models import AuditEvent, TrailSeal

pytestmark = pytest.mark.django_db


def events(count: int, ago: timedelta = timedelta()) -> list[AuditEvent]:
    return AuditEvent.objects.bulk_create(
        AuditEvent(verb="record opened", actor=uuid4(), client=uuid4(), address="192.0.2.1",
                   at=timezone.now() - ago + timedelta(microseconds=n))
        for n in range(count)
    )  # fmt: skip


def as_owner_without_triggers(sql: str, *values) -> None:
    """What somebody could do who holds the owner's key to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def sealed():
    made = events(20, timedelta(days=2))
    assert trail_seal.seal() == 20
    return made


def test_an_honest_trail_holds(sealed, capsys):
    events(3)
    assert not trail_seal.verify().problems
    assert trail_seal.seal() == 3
    assert trail_seal.seal() == 0, "sealed twice"
    call_command("seal_trail")
    head = capsys.readouterr().out.split()[-1]
    events(4)
    call_command("seal_trail")
    call_command("verify_trail", head=head)
    assert "27 rows hold, 0 wait" in capsys.readouterr().out


def test_a_late_commit_is_sealed_by_a_later_run(sealed):
    """Written before the run, committed after it: neither missed nor called a forgery."""
    events(1, timedelta(minutes=10))
    assert trail_seal.verify().waiting == 1
    assert not trail_seal.verify().problems
    assert trail_seal.seal() == 1
    assert not trail_seal.verify().problems


CHANGES = {
    "verb": ("UPDATE accounts_auditevent SET verb = 'signed in' WHERE id = %s", "was changed"),
    "actor": ("UPDATE accounts_auditevent SET actor = NULL WHERE id = %s", "was changed"),
    "client": ("UPDATE accounts_auditevent SET client = NULL WHERE id = %s", "was changed"),
    "address": ("UPDATE accounts_auditevent SET address = '::1' WHERE id = %s", "was changed"),
    "target": ("UPDATE accounts_auditevent SET target = 'x' WHERE id = %s", "was changed"),
    "route": ("UPDATE accounts_auditevent SET route = 'x' WHERE id = %s", "was changed"),
    "at": ("UPDATE accounts_auditevent SET at = at + interval '1 microsecond' WHERE id = %s",
           "was changed"),
    "deleted": ("DELETE FROM accounts_auditevent WHERE id = %s", "was deleted"),
    "link taken out": ("DELETE FROM accounts_trailseal WHERE event = %s", "is gone"),
    "link dated": ("UPDATE accounts_trailseal SET sealed_at = now() WHERE event = %s", "changed"),
    "link turned": ("UPDATE accounts_trailseal SET event = gen_random_uuid() WHERE event = %s",
                    "was deleted"),
}  # fmt: skip


@pytest.mark.trust
def test_what_was_done_to_it_is_found(sealed, promise):
    """Each way of falsifying one row by somebody whom no trigger stops; one at a time."""
    found = 0
    for name, (sql, complaint) in CHANGES.items():
        sid = connection.savepoint()
        as_owner_without_triggers(sql, sealed[7].pk)
        problems = trail_seal.verify().problems
        connection.savepoint_rollback(sid)
        assert any(complaint in text for text in problems), (name, problems)
        found += 1
    assert not trail_seal.verify().problems
    promise("trail", f"{len(CHANGES)} ways to falsify it as owner, {found} found by the chain")


def test_a_row_changed_with_its_own_link_breaks_the_next_one(sealed):
    """Each digest is made of the one before: a change of row 7 has to rewrite all that follow."""
    as_owner_without_triggers(
        "UPDATE accounts_auditevent SET actor = NULL WHERE id = %s", sealed[6].pk
    )
    seventh = TrailSeal.objects.get(event=sealed[6].pk)
    before = TrailSeal.objects.get(number=seventh.number - 1)
    row = AuditEvent.objects.filter(pk=seventh.event).values(*trail_seal.COLUMNS).get()
    digest = trail_seal.link(before.digest, seventh.number, seventh.sealed_at, row)
    as_owner_without_triggers(
        "UPDATE accounts_trailseal SET digest = %s WHERE number = %s", digest, seventh.number
    )
    problems = trail_seal.verify().problems
    assert len(problems) == 1
    assert f"link {seventh.number + 1}:" in problems[0]


def test_a_row_that_claims_to_be_old_is_found(sealed):
    """Before the next run, and after it has been sealed like the others."""
    forged = events(1, timedelta(days=1))[0]
    assert any(f"{forged.pk} is dated back" in p for p in trail_seal.verify().problems)
    trail_seal.seal()
    assert any(f"{forged.pk} is dated back" in p for p in trail_seal.verify().problems)


def test_a_truncated_chain_is_found_by_its_head(sealed):
    head = trail_seal.head().digest
    as_owner_without_triggers(
        "DELETE FROM accounts_auditevent WHERE id IN"
        " (SELECT event FROM accounts_trailseal WHERE number > %s)", 15)  # fmt: skip
    as_owner_without_triggers("DELETE FROM accounts_trailseal WHERE number > %s", 15)
    assert not trail_seal.verify().problems, "without the kept head it looks whole"
    assert any("cut off" in text for text in trail_seal.verify(head).problems)
    with pytest.raises(CommandError):
        call_command("verify_trail", head=head)


def test_a_chain_made_anew_is_found_by_its_head(sealed):
    head = trail_seal.head().digest
    as_owner_without_triggers("DELETE FROM accounts_trailseal")
    as_owner_without_triggers("UPDATE accounts_auditevent SET actor = NULL")
    trail_seal.seal()
    assert not trail_seal.verify().problems
    assert trail_seal.verify(head).problems


def test_columns_that_come_later_change_no_digest():
    row = {"id": uuid4(), "verb": "signed in", "actor": None}
    assert trail_seal.canonical(row) == trail_seal.canonical(row | {"new": "", "more": None})


def test_sealing_takes_constant_queries_a_batch(sealed, django_assert_max_num_queries):
    events(50)
    with django_assert_max_num_queries(8):
        trail_seal.seal()
    with django_assert_max_num_queries(6):
        trail_seal.verify()


def test_everything_recorded_gets_a_link(cast):
    audit.record(audit.Verb.SIGNED_IN, by=cast.asha.user)
    audit.record_list(
        audit.Verb.CASELOAD_OPENED, by=cast.meera, clients=[cast.asha.pk], request=None
    )
    trail_seal.seal()
    assert TrailSeal.objects.count() == AuditEvent.objects.count() == 2
