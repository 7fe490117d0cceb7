"""Loading instruments, and what the database itself refuses."""

import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.encryption import data_keys
from assessments.catalogue import actions as catalogue
from assessments.instruments.file import read_instrument
from assessments.models import Attempt, InstrumentVersion, Result
from tests.support.assessments.attempts import published, started, submitted
from tests.support.assessments.files import small


@pytest.fixture
def version(db):
    return published()


def run(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE assessments_instrumentversion SET definition = '{}'",
        "UPDATE assessments_instrumentversion SET sha256 = ''",
        "UPDATE assessments_instrumentversion SET version = '2'",
        "UPDATE assessments_instrumentversion SET language = 'hi'",
        "UPDATE assessments_instrumentversion SET status = 'draft', published_at = NULL",
        "DELETE FROM assessments_instrumentversion",
        r"UPDATE assessments_result SET style = '\x01'::bytea",
        r"UPDATE assessments_result SET scores = '\x01'::bytea",
        r"UPDATE assessments_answer SET value = '\x01'::bytea",
        "UPDATE assessments_attempt SET submitted_at = NULL",
        "UPDATE assessments_attempt SET target = 'my mother'",
        r"INSERT INTO assessments_answer (id, attempt_id, item_id, value, answered_at)"
        r" SELECT gen_random_uuid(), id, 'new', '\x01'::bytea, now() FROM assessments_attempt",
    ],
)
def test_facts_do_not_change_by_raw_sql(version, change):
    """A trigger refuses it, as the error code shows; a type error would prove nothing."""
    submitted(version)
    with pytest.raises(IntegrityError) as refused:
        run(change)
    assert refused.value.__cause__.pgcode == "23000", refused.value


def test_no_attempt_becomes_a_minors_by_raw_sql(version):
    submitted(version)
    with pytest.raises(IntegrityError, match="attempt_by_an_adult"):
        run("UPDATE assessments_attempt SET adult = false")


def test_a_draft_may_change(db):
    version, _ = catalogue.load_instrument(definition=small())
    run("UPDATE assessments_instrumentversion SET definition = '{}' WHERE id = %s", version.pk)
    run("DELETE FROM assessments_instrumentversion WHERE id = %s", version.pk)


def test_one_result_per_engine_version(version):
    attempt = submitted(version)
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.of(attempt, attempt.result.scored).save(force_insert=True)


def test_a_stored_result_is_that_of_the_engine(version):
    attempt = submitted(version)
    assert attempt.result.scored.mean("anxiety") == 5.5
    assert attempt.result.style == "anxious"
    assert attempt.result.engine_version == "1"


def test_publishing_retires_the_version_before(version):
    newer = published(version="1.1")
    version.refresh_from_db()
    assert (version.status, newer.status) == ("retired", "published")
    catalogue.publish(version=version)
    newer.refresh_from_db()
    assert (version.status, newer.status) == ("published", "retired")


def test_attempts_of_a_retired_version_can_be_finished(version, browser_of):
    attempt = started(version, answers={"q1": 1, "q2": 1, "q3": 1, "q4": 1})
    published(version="1.1")
    response = browser_of().post(f"{attempt.get_absolute_url()}review/")
    assert response.headers["Location"] == attempt.get_result_url()


def test_an_answered_version_is_not_deleted(version):
    started(version)
    with pytest.raises(DatabaseError), transaction.atomic():
        version.delete()


def test_queries_for_readings_do_not_grow(version, cast, django_assert_num_queries):
    from assessments.results.context import read

    for _ in range(5):
        submitted(version, by=cast.asha.user)
    with data_keys.key_cache(), django_assert_num_queries(5):  # One for the data key.
        attempts = Attempt.objects.of(cast.asha.user).submitted().for_reading()
        assert len([read(attempt).headline for attempt in attempts]) == 5


@pytest.fixture
def file(tmp_path):
    def write(definition) -> str:
        path = tmp_path / "instrument.json"
        path.write_text(json.dumps(definition), encoding="utf-8")
        return str(path)

    return write


def test_load_instrument_stores_a_draft_once(db, file, capsys):
    call_command("load_instrument", file(small()))
    call_command("load_instrument", file(dict(reversed(small().items()))))
    assert capsys.readouterr().out.splitlines() == [
        "small 1.0 (en): stored; draft",
        "small 1.0 (en): already stored with this content; draft",
    ]
    call_command("load_instrument", file(small()), "--publish")
    call_command("load_instrument", file(small()), "--publish")
    version = InstrumentVersion.objects.get()
    assert version.status == "published"
    assert version.questionnaire == read_instrument(json.dumps(small()).encode())


def test_load_instrument_refuses_different_content(version, file, capsys):
    with pytest.raises(SystemExit) as exit_info:
        call_command("load_instrument", file(small(title="Other")))
    assert exit_info.value.code == 2
    assert (
        "/version: small 1.0 (en) is already stored with different content"
        in capsys.readouterr().err
    )
    assert InstrumentVersion.objects.count() == 1


def test_load_instrument_lists_every_problem(db, file, capsys, tmp_path):
    with pytest.raises(SystemExit) as exit_info:
        call_command("load_instrument", file(small(slug="attempts", format=9)))
    assert exit_info.value.code == 2
    printed = capsys.readouterr()
    assert [line.split(":")[0] for line in printed.err.splitlines()] == ["/format", "/slug"]
    assert printed.out == ""
    with pytest.raises(SystemExit):
        call_command("load_instrument", str(tmp_path / "none.json"))
    assert not InstrumentVersion.objects.exists()
