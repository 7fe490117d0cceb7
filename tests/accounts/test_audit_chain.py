"""The hash chain over the audit log: what it detects, and what may commit late."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.audit import chain
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.models import AuditEvent, AuditLink
from clients.audit_verbs import CareVerb

pytestmark = pytest.mark.django_db


def events(count: int, ago: timedelta = timedelta()) -> list[AuditEvent]:
    return AuditEvent.objects.bulk_create(
        AuditEvent(verb="record opened", actor=uuid4(), client=uuid4(), address="192.0.2.1",
                   at=now() - ago + timedelta(microseconds=n))
        for n in range(count)
    )  # fmt: skip


def as_owner_without_triggers(sql: str, *values) -> None:
    """What somebody could do who has the rights of the database's owner."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def linked():
    linked = events(20, timedelta(days=2))
    assert chain.extend() == 20
    return linked


def test_an_honest_log_is_intact(linked, capsys):
    events(3)
    assert not chain.verify().problems
    assert chain.extend() == 3
    assert chain.extend() == 0, "linked twice"
    call_command("link_audit_log")
    head = capsys.readouterr().out.split()[-1]
    events(4)
    call_command("link_audit_log")
    call_command("verify_audit_log", head=head)
    assert "27 rows are intact, 0 wait" in capsys.readouterr().out


def test_a_late_commit_is_linked_by_a_later_run(linked):
    """Written before the run, committed after it: neither missed nor called a forgery."""
    events(1, timedelta(minutes=10))
    assert chain.verify().waiting == 1
    assert not chain.verify().problems
    assert chain.extend() == 1
    assert not chain.verify().problems


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
    "link taken out": ("DELETE FROM accounts_auditlink WHERE event = %s", "is gone"),
    "link dated": ("UPDATE accounts_auditlink SET linked_at = now() WHERE event = %s", "changed"),
    "link turned": ("UPDATE accounts_auditlink SET event = gen_random_uuid() WHERE event = %s",
                    "was deleted"),
}  # fmt: skip


@pytest.mark.trust
def test_every_manipulation_is_detected(linked, promise):
    """Each way in which somebody whom no trigger stops could falsify a row; one at a time."""
    detected = 0
    for name, (sql, complaint) in CHANGES.items():
        sid = connection.savepoint()
        as_owner_without_triggers(sql, linked[7].pk)
        problems = chain.verify().problems
        connection.savepoint_rollback(sid)
        assert any(complaint in text for text in problems), (name, problems)
        detected += 1
    assert not chain.verify().problems
    promise(
        "audit log", f"{len(CHANGES)} ways to falsify it as owner, {detected} detected by the chain"
    )


def test_a_row_changed_with_its_own_link_breaks_the_next_one(linked):
    """Each digest covers the previous one: after a change of row 7, all that follow are wrong."""
    as_owner_without_triggers(
        "UPDATE accounts_auditevent SET actor = NULL WHERE id = %s", linked[6].pk
    )
    seventh = AuditLink.objects.get(event=linked[6].pk)
    before = AuditLink.objects.get(number=seventh.number - 1)
    row = AuditEvent.objects.filter(pk=seventh.event).values(*chain.COLUMNS).get()
    digest = chain.digest_of(before.digest, seventh.number, seventh.linked_at, row)
    as_owner_without_triggers(
        "UPDATE accounts_auditlink SET digest = %s WHERE number = %s", digest, seventh.number
    )
    problems = chain.verify().problems
    assert len(problems) == 1
    assert f"link {seventh.number + 1}:" in problems[0]


def test_a_backdated_row_is_detected(linked):
    """Before the next run, and after it has been linked like the others."""
    forged = events(1, timedelta(days=1))[0]
    assert any(f"{forged.pk} is backdated" in p for p in chain.verify().problems)
    chain.extend()
    assert any(f"{forged.pk} is backdated" in p for p in chain.verify().problems)


def test_a_truncated_chain_is_detected_by_its_head(linked):
    head = chain.head().digest
    as_owner_without_triggers(
        "DELETE FROM accounts_auditevent WHERE id IN"
        " (SELECT event FROM accounts_auditlink WHERE number > %s)", 15)  # fmt: skip
    as_owner_without_triggers("DELETE FROM accounts_auditlink WHERE number > %s", 15)
    assert not chain.verify().problems, "without an expected head it looks intact"
    assert any("cut off" in text for text in chain.verify(head).problems)
    with pytest.raises(CommandError):
        call_command("verify_audit_log", head=head)


def test_a_recreated_chain_is_detected_by_its_head(linked):
    head = chain.head().digest
    as_owner_without_triggers("DELETE FROM accounts_auditlink")
    as_owner_without_triggers("UPDATE accounts_auditevent SET actor = NULL")
    chain.extend()
    assert not chain.verify().problems
    assert chain.verify(head).problems


def test_columns_that_are_added_later_change_no_digest():
    row = {"id": uuid4(), "verb": "signed in", "actor": None}
    assert chain.canonical(row) == chain.canonical(row | {"new": "", "more": None})


def test_linking_takes_constant_queries_a_batch(linked, django_assert_max_num_queries):
    events(50)
    with django_assert_max_num_queries(8):
        chain.extend()
    with django_assert_max_num_queries(6):
        chain.verify()


def test_everything_recorded_gets_a_link(cast):
    audit.record(AccountVerb.SIGNED_IN, by=cast.asha.user)
    audit.record_list(CareVerb.CASELOAD_OPENED, by=cast.meera, clients=[cast.asha.pk], request=None)
    chain.extend()
    assert AuditLink.objects.count() == AuditEvent.objects.count() == 2


def digest_of(before: str, number: int, linked_at, row: dict) -> str:
    """A link as any other program computes it: SHA-256 of two lines of JSON, keys in order."""
    head = {"before": before, "number": number, "linked_at": linked_at}
    lines = []
    for part in (head, row):
        columns = {
            k: v.astimezone(UTC).isoformat() if isinstance(v, datetime) else v
            for k, v in part.items()
            if v is not None and v != ""
        }
        lines.append(json.dumps(columns, sort_keys=True, default=str))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def row_of(linked: AuditLink) -> dict:
    return AuditEvent.objects.filter(pk=linked.event).values(*chain.COLUMNS).get()


def test_each_link_covers_the_previous_one_and_its_row(linked):
    """Beginning with 64 zeros, numbered from 1, oldest row first; a later run continues."""
    later = events(2)
    assert chain.extend() == 2
    links = list(AuditLink.objects.order_by("number"))
    assert [link.number for link in links] == list(range(1, 23))
    assert [link.event for link in links] == [event.pk for event in [*linked, *later]]
    before = "0" * 64
    for link in links:
        assert link.digest == digest_of(before, link.number, link.linked_at, row_of(link))
        before = link.digest
    assert links[0].linked_at < links[-1].linked_at
    assert chain.head() == links[-1]


def test_a_row_as_text():
    """In one order, to the microsecond, in UTC and ASCII; what is empty is left out, a 0 is not."""
    kolkata = timezone(timedelta(hours=5, minutes=30))
    at = datetime(2026, 3, 1, 4, 5, 6, 7, tzinfo=kolkata)
    row = {"verb": "é", "at": at, "count": 0, "said": False, "none": None, "empty": ""}
    assert chain.canonical(row) == (
        '{"at": "2026-02-28T22:35:06.000007+00:00", "count": 0, "said": false, "verb": "\\u00e9"}'
    )
    key = uuid4()
    assert chain.canonical({"id": key}) == f'{{"id": "{key}"}}'


def test_batches_make_the_same_chain(monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 3)
    linked = events(7, timedelta(hours=2))
    with CaptureQueriesContext(connection) as queries:
        assert chain.extend() == 7
    inserted = [query for query in queries.captured_queries if query["sql"].startswith("INSERT")]
    assert len(inserted) == 3
    assert [s.event for s in AuditLink.objects.order_by("number")] == [e.pk for e in linked]
    verdict = chain.verify()
    assert (verdict.links, verdict.problems, verdict.waiting) == (7, [], 0)
    with CaptureQueriesContext(connection) as queries:
        chain.verify()
    # Three batches of two queries, the empty one that ends it, and what waits.
    assert len(queries) == 3 * 2 + 1 + 3


def test_rows_of_the_same_time_are_linked_in_a_fixed_order():
    at = now()
    late = AuditEvent.objects.bulk_create(
        AuditEvent(verb="record opened", actor=uuid4(), at=at) for _ in range(9)
    )
    chain.extend()
    links = AuditLink.objects.order_by("number").values_list("event", flat=True)
    assert list(links) == sorted(event.pk for event in late)


def test_every_run_takes_the_same_lock():
    events(1)
    chain.extend()
    high, low = divmod(int.from_bytes(b"trail"), 2**32)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            " AND classid = %s AND objid = %s",
            [high, low],
        )
        assert cursor.fetchone() == (1,)


def test_linking_and_verifying_report_progress(linked):
    events(3)
    seen: list[list] = []

    def watched(rows):
        seen.append(list(rows))
        return seen[-1]

    assert chain.extend(watched) == 3
    assert [row["verb"] for row in seen[0]] == ["record opened"] * 3
    verdict = chain.verify(progress=watched)
    assert len(seen[1]) == verdict.links == 23
    assert [link.number for link, _row in seen[1]] == list(range(1, 24))


def test_the_verdict_of_a_verification(linked):
    nothing = chain.Verdict()
    assert (nothing.links, nothing.head, nothing.waiting) == (0, "0" * 64, 0)
    assert (nothing.expected_head_found, nothing.problems) == (True, [])
    events(2)
    verdict = chain.verify()
    assert (verdict.links, verdict.head, verdict.waiting) == (20, chain.head().digest, 2)
    assert verdict.expected_head_found
    earlier = AuditLink.objects.get(number=5).digest
    assert chain.verify(earlier).problems == [], "an earlier head is in the chain"
    assert chain.verify("0" * 64).problems == [], "the head of a chain that had no link yet"
    wrong = chain.verify("f" * 64)
    assert not wrong.expected_head_found
    assert wrong.problems == [
        "the expected head is not in the chain: the chain was cut off or rewritten"
    ]


def test_an_empty_audit_log_is_intact():
    assert chain.extend() == 0
    verdict = chain.verify("0" * 64)
    assert (verdict.links, verdict.problems, verdict.head) == (0, [], "0" * 64)


def test_problems_name_the_number_of_the_link(linked):
    third, fifth, ninth = (AuditLink.objects.get(number=n) for n in (3, 5, 9))
    as_owner_without_triggers("DELETE FROM accounts_auditevent WHERE id = %s", third.event)
    as_owner_without_triggers(
        "UPDATE accounts_auditevent SET verb = 'x' WHERE id = %s", fifth.event
    )
    as_owner_without_triggers("DELETE FROM accounts_auditlink WHERE number = 9")
    verdict = chain.verify()
    assert verdict.problems == [
        f"link 3: its row {third.event} was deleted",
        f"link 5: row {fifth.event} or the chain was changed",
        "link 9 is gone: the next is 10",
        f"link 10: row {AuditLink.objects.get(number=10).event} or the chain was changed",
        f"row {ninth.event} is backdated: the last run would have linked it",
    ]
    assert (verdict.links, verdict.waiting) == (20, 1)


def test_a_gap_is_reported_once(linked):
    as_owner_without_triggers("DELETE FROM accounts_auditlink WHERE number IN (4, 5)")
    problems = chain.verify().problems
    assert [p for p in problems if "is gone" in p] == ["link 4 is gone: the next is 6"]


def test_at_most_a_hundred_problems_are_listed():
    events(130, timedelta(hours=3))
    chain.extend()
    as_owner_without_triggers("UPDATE accounts_auditevent SET verb = 'x'")
    assert len(chain.verify().problems) == 100


def test_of_many_backdated_rows_twenty_are_named(linked):
    events(25, timedelta(days=1))
    verdict = chain.verify()
    assert (verdict.waiting, len(verdict.problems)) == (25, 20)


@pytest.mark.parametrize(("minutes", "late"), [(58, False), (62, True)])
def test_an_hour_is_late(linked, minutes, late):
    """A row may be an hour older than the run that should have seen it: unlinked, and linked."""
    event = events(1, timedelta(minutes=minutes))[0]
    waits = f"row {event.pk} is backdated: the last run would have linked it"
    assert chain.verify().problems == ([waits] if late else [])
    chain.extend()
    linked = f"link 21: row {event.pk} is backdated"
    assert chain.verify().problems == ([linked] if late else [])


def test_rows_of_one_run_may_be_of_any_age(linked):
    """They are compared with the run before their own, however many they are."""
    runs = chain.Runs()
    first = datetime(2026, 1, 1, tzinfo=UTC)
    second, third = first + timedelta(days=1), first + timedelta(days=2)
    long_ago = first - timedelta(days=900)
    assert not runs.too_old(first, long_ago), "before the first run there was none"
    assert not runs.too_old(first, long_ago)
    assert runs.too_old(second, long_ago)
    assert runs.too_old(second, first - timedelta(hours=1, seconds=1))
    assert not runs.too_old(second, first - timedelta(hours=1))
    assert not runs.too_old(third, first + timedelta(hours=23))
    assert runs.too_old(third, first + timedelta(hours=22))
