"""Instruments in the admin: upload with every fault listed, preview, publish, norms."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from assessments.catalogue import actions as catalogue
from assessments.models import Attempt, Instrument, InstrumentVersion, ScaleFact
from assessments.results.context import read
from tests.support.assessments.attempts import published, started, submitted
from tests.support.assessments.broken_files import BROKEN
from tests.support.assessments.files import encoded, small

LISTING = "/admin/assessments/instrumentversion/"
FACTS = "/admin/assessments/scalefact/"
NORMS = {"kind": "norms", "sample": "500 students", "source": "A paper"}


@pytest.fixture
def manager(browser_of, cast):
    return browser_of(cast.manoj)


def upload(browser, data: bytes):
    file = SimpleUploadedFile("instrument.json", data, "application/json")
    return browser.post(f"{LISTING}add/", {"file": file})


def test_upload_preview_publish_retire(manager, browser_of):
    assert b"Check and store" in manager.get(f"{LISTING}add/").content
    answer = upload(manager, encoded(small(targets=["A partner"])))
    version = InstrumentVersion.objects.get()
    assert answer.headers["Location"] == f"{LISTING}{version.pk}/change/"
    assert version.status == "draft"
    assert LogEntry.objects.filter(object_id=str(version.pk)).count() == 1
    assert browser_of().get("/assessments/small/").status_code == 404
    for action, status in (("publish", "published"), ("retire", "retired")):
        data = {"action": action, "_selected_action": [str(version.pk)]}
        if action == "publish":
            asked = manager.post(LISTING, data).content.decode()
            assert "Only a client whom a task asks can read its wording." in asked
            version.refresh_from_db()
            assert version.status == "draft", "nothing is published before the confirmation"
        manager.post(LISTING, data | {"confirm": "yes"})
        version.refresh_from_db()
        assert version.status == status


@pytest.mark.parametrize(("name", "data", "pointer", "message"), BROKEN, ids=[b[0] for b in BROKEN])
def test_each_fault_of_a_file_is_shown_with_its_pointer(manager, name, data, pointer, message):
    answer = upload(manager, data)
    assert answer.status_code == 200
    problems = answer.context["form"].problems
    assert any(p.pointer == pointer and message in p.message for p in problems), problems
    assert not Instrument.objects.exists()
    assert f"<code>{pointer or '/'}</code>".encode() in answer.content


def test_the_command_lists_the_faults_of_thirty_broken_files(db, tmp_path, capsys):
    reported = 0
    for _name, data, pointer, message in BROKEN:
        (tmp_path / "file.json").write_bytes(data)
        with pytest.raises(SystemExit) as exit_info:
            call_command("load_instrument", str(tmp_path / "file.json"))
        assert exit_info.value.code == 2
        lines = capsys.readouterr().err.splitlines()
        reported += any(
            line.startswith(f"{pointer or '/'}: ") and message in line for line in lines
        )
    with capsys.disabled():
        print(f"\n{len(BROKEN)} broken files, {reported} faults reported with their pointer")
    assert reported == len(BROKEN) == len({encoded_ for _, encoded_, _, _ in BROKEN}) == 30


def test_a_file_that_is_too_large_or_differs_is_refused(manager):
    assert upload(manager, encoded(small())).status_code == 302
    assert upload(manager, encoded(small())).status_code == 302
    answer = upload(manager, encoded(small(title="Other")))
    assert b"<code>/version</code>" in answer.content
    assert b"larger than a megabyte" in upload(manager, b" " * 1_000_001).content
    assert manager.post(f"{LISTING}add/").status_code == 200
    assert InstrumentVersion.objects.count() == 1


def test_the_preview_is_what_a_client_sees(manager, browser_of, cast):
    version, _ = catalogue.load_instrument(definition=small(targets=["A partner", "My mother"]))
    address = f"{LISTING}{version.pk}/preview/"
    parts = {"": b"At your own pace", "?at=start": b"My mother", "?at=1": b"Statement 1",
             "?at=2": b"Statement 4"}  # fmt: skip
    for at, part in parts.items():
        page = manager.get(address + at).content
        assert part in page
        assert b"Preview." in page
        assert b"data-autosave" not in page
    assert manager.post(f"{address}?at=start", {}).headers["Location"] == f"{address}?at=1"
    assert manager.post(f"{address}?at=1", {"go": "on"}).headers["Location"] == f"{address}?at=2"
    assert manager.post(f"{address}?at=2", {"go": "back"}).headers["Location"] == f"{address}?at=1"
    assert manager.post(f"{address}?at=2", {"go": "on"}).headers["Location"].endswith("/change/")
    assert (
        b"made for people aged 18" in manager.post(f"{address}?at=start", {"younger": "1"}).content
    )
    for at in ("?at=3", "?at=0", "?at=x"):
        assert manager.get(address + at).status_code == 404
    assert not Attempt.objects.exists()
    assert browser_of(cast.esha).get(address).status_code == 403


def add_fact(browser, version, **fields):
    return browser.post(f"{FACTS}add/", {"scale": f"{version.pk}/anxiety"} | fields)


def test_norms_and_reliability_beside_a_published_version(manager, cast):
    version = published()
    attempt = submitted(version)
    content = version.sha256
    assert read(attempt).dimensions[0].comparison == ""
    norms = NORMS | {"n": 500, "mean": "3.5", "sd": "1.1", "percentiles": "10: 2\n50: 3.5\n90: 6"}
    assert add_fact(manager, version, **norms).status_code == 302
    alpha = {"kind": "reliability", "sample": "500 students", "source": "A paper"}
    assert add_fact(manager, version, **alpha, value="0.75", sd="1").status_code == 302
    assert [f.added_by for f in ScaleFact.objects.all()] == [cast.manoj] * 2
    shown = read(Attempt.objects.for_reading().get(pk=attempt.pk)).dimensions[0]
    # Anxiety 5.5 is four fifths of the way from 3.5 (50) to 6 (90): 82; 1.96 * 0.5 each side.
    assert shown.comparison == ("Higher than about 82 of 100 people in this sample: 500 students.")
    assert shown.band == ("4.5", "6.5")
    version.refresh_from_db()
    assert version.sha256 == content
    # Revoked: nothing is compared any more, and both rows stay.
    assert add_fact(manager, version, **NORMS).status_code == 302
    assert read(Attempt.objects.for_reading().get(pk=attempt.pk)).dimensions[0].comparison == ""
    assert ScaleFact.objects.count() == 3
    listed = manager.get(FACTS).content
    assert b"500 students" in listed
    row = ScaleFact.objects.first()
    assert manager.get(f"{FACTS}{row.pk}/change/").status_code == 200
    assert manager.post(f"{FACTS}{row.pk}/change/", {"sample": "x"}).status_code == 403
    assert manager.post(f"{FACTS}{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"sample": " "}, b"required"),
        ({"source": ""}, b"required"),
        ({"scale": "hope"}, b"not one of the available choices"),
        ({"percentiles": "10: 4\n50: 3"}, b"at least the score"),
        ({"percentiles": "ten is four"}, b"cannot be read"),
        ({"sd": "-1"}, b"at least 0"),
        ({"kind": "reliability", "value": "1.2", "sd": "1"}, b"at most 1"),
        ({"kind": "reliability", "value": "0.9"}, b"A reliability needs a standard deviation."),
        ({"kind": "retest", "sd": "1"}, b"A reliability needs its coefficient."),
    ],
)
def test_a_fact_requires_a_sample_a_source_and_valid_numbers(manager, fields, message):
    version = published()
    answer = add_fact(manager, version, **(NORMS | {"mean": "3"} | fields))
    assert answer.status_code == 200
    assert message in answer.content
    assert not ScaleFact.objects.exists()


def test_only_managers_upload_and_add_facts(browser_of, cast):
    version = published()
    for user in (cast.esha, cast.meera, cast.asha.user):
        browser = browser_of(user)
        assert upload(browser, encoded(small(version="9"))).status_code == 403
        assert add_fact(browser, version, **NORMS, mean="3").status_code == 403
    assert InstrumentVersion.objects.count() == 1
    assert not ScaleFact.objects.exists()


RAW = [
    "UPDATE assessments_instrumentversion SET definition = '{}'",
    "UPDATE assessments_instrumentversion SET definition = definition || '{\"title\": \"x\"}'",
    "UPDATE assessments_instrumentversion SET sha256 = 'x'",
    "UPDATE assessments_instrumentversion SET version = 'x'",
    "UPDATE assessments_instrumentversion SET language = 'hi'",
    "UPDATE assessments_instrumentversion SET instrument_id = gen_random_uuid()",
    "UPDATE assessments_instrumentversion"
    " SET status = 'draft', published_at = NULL, retired_at = NULL",
    "DELETE FROM assessments_instrumentversion",
    "DELETE FROM assessments_instrument",
    "UPDATE assessments_instrument SET slug = 'other'",
    "UPDATE assessments_scalefact SET numbers = '{}'",
    "UPDATE assessments_scalefact SET sample = 'other'",
    "UPDATE assessments_scalefact SET own = NOT own",
    "DELETE FROM assessments_scalefact",
]  # fmt: skip


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize("state", ["published", "retired", "answered draft"])
def test_an_answered_version_refuses_every_change(manager, cast, capsys, state):
    version = published()
    catalogue.add_fact(version=version, scale_id="anxiety", kind="norms", sample="x", source="x",
                     numbers={"mean": 3}, by=cast.manoj)  # fmt: skip
    submitted(version)
    if state == "retired":
        catalogue.retire(version=version)
    statements = RAW
    if state == "answered draft":
        draft, _ = catalogue.load_instrument(definition=small(version="2"))
        started(draft, answers={"q1": 4})
        # The statements are limited to the draft.
        statements = [f"{sql} WHERE id = '{draft.pk}'" for sql in RAW[:6]] + [
            f"DELETE FROM assessments_instrumentversion WHERE id = '{draft.pk}'"
        ]
        version = draft
    before = (version.sha256, version.definition)
    assert [sql for sql in statements if not refused(sql)] == []
    change = f"{LISTING}{version.pk}/change/"
    for address in (change, f"{LISTING}{version.pk}/delete/"):
        assert manager.post(address, {"version": "x", "post": "yes"}).status_code == 403
    version.refresh_from_db()
    assert (version.sha256, version.definition) == before
    with capsys.disabled():
        print(f"\n{state}: {len(statements)} statements and 2 posts in the admin, all refused")


def test_a_manager_says_how_soon_it_can_be_repeated(manager):
    version = published()
    where = f"{LISTING}{version.pk}/retest/"
    assert 'value="28"' in manager.get(where).content.decode()
    assert manager.post(where, {"days": "400"}).status_code == 200
    assert manager.post(where, {"days": "6"}).status_code == 302
    assert Instrument.objects.get().retest_days == 6
