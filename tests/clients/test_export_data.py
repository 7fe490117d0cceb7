"""The export of a client's data: every column is in the archive, or listed as withheld."""

import io
import json
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import CharField, ForeignKey, TextField
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.audit.verbs import AccountVerb
from accounts.models import AuditEvent, User
from clients.audit_verbs import CareVerb
from clients.download import archive, letter
from clients.download.views import READY
from clients.models import ChangeRequest, Client, Enquiry, SafetyMark, Step
from clients.notes import actions as notes
from clients.path import actions as path
from clients.rights import export
from clients.sessions import actions as sessions
from clients.sessions import change_requests
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support.declarations import assert_complete
from tests.support.downloads import fetched, my_data
from tests.support.signing_in import BACKEND


@pytest.mark.quick
def test_each_foreign_key_to_a_person_is_classified():
    """A new foreign key to a person fails here until it is listed in ACTED or ABOUT."""
    classified, existing = export.ACTED | export.ABOUT, set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.remote_field.model is User:
                existing.add(export.label(model, field.name))
    assert_complete(
        classified, existing, file="clients/rights/export.py",
        question="is the row about this person (ABOUT), or did they only act on it (ACTED)?",
    )  # fmt: skip


@pytest.mark.quick
def test_withheld_columns_exist():
    for name in export.WITHHELD_COLUMNS:
        model, _, column = name.rpartition(".")
        apps.get_model(model)._meta.get_field(column)
    assert all(len(reason) > 20 for reason in export.WITHHELD_COLUMNS.values())


@pytest.mark.trust
def test_every_column_is_in_the_export(full, capsys, promise):
    Enquiry.objects.create(
        name="Asha",
        phone="12345678",
        client=full,
        consented_at=timezone.now(),
        closed_at=timezone.now(),
    )
    folder = zipfile.ZipFile(io.BytesIO(archive.pack(full)))
    assert folder.testzip() is None
    document = json.loads(folder.read("my-data/data.json"))
    rows, columns, kept_back = export.linked(full), 0, 0
    assert set(document["data"]) == {model._meta.label for model in rows}
    for model in rows:
        if model is SafetyMark:  # For therapists alone, wherever somebody may look along.
            assert document["data"][model._meta.label] == []
            continue
        exported = {column for row in document["data"][model._meta.label] for column in row}
        for field in model._meta.concrete_fields:
            columns += 1
            if export.label(model, field.name) in export.WITHHELD_COLUMNS:
                kept_back += 1
                assert field.name not in exported
            else:
                assert field.name in exported, field
    tables = {m for m in apps.get_models() if m._meta.app_label == "clients" and leads(m)}
    assert tables <= set(rows), "each table that leads to a client has a row of this client"
    figure = (
        f"{columns - kept_back} of {columns} linked columns in {len(rows)} tables are in the"
        f" export, {kept_back} withheld with reasons"
    )
    promise("own", figure)
    with capsys.disabled():
        print(f"\nexport: {figure}")


def leads(model) -> bool:
    return model is Client or any(
        f.remote_field and f.remote_field.model is Client for f in model._meta.concrete_fields
    )


def test_every_text_of_the_client_and_no_private_or_foreign_text(full, capsys):
    folder = zipfile.ZipFile(io.BytesIO(archive.pack(full)))
    words, page, letter = (
        folder.read(f"my-data/{name}").decode()
        for name in ("data.json", "everything.html", "letter.html")
    )
    texts = [LexborHTMLParser(html).body.text() for html in (page, letter)]
    checked = 0
    for model, keys in export.linked(full).items():
        fields = [
            f
            for f in export.columns(model)
            if isinstance(f, CharField | TextField) and not f.choices
        ]
        for row in export.exported(model, keys):
            for value in filter(None, (f.value_from_object(row) for f in fields)):
                checked += 1
                assert json.dumps(value, ensure_ascii=False)[1:-1] in words
    for name in ("shared", "task", "reflection", "plan", "contact", "nominee"):
        assert all(f"canary-asha-{name}" in text for text in texts)
    for private in ("canary-asha-private", "canary-rohan", "rohan@", full.user.password):
        assert private not in words + page + letter
    with capsys.disabled():
        print(f"\nexport: {checked} texts, all in data.json; 0 private, 0 of others")


def test_no_address_of_others_and_no_draft_is_exported(full, cast, browser_of):
    at = {"REMOTE_ADDR": "192.0.2.1"}
    assert browser_of(cast.meera).get(full.get_absolute_url(), **at).status_code == 200
    browser_of(full.user).get("/path/data/", REMOTE_ADDR="192.0.2.77")
    assert AuditEvent.objects.filter(client=full.pk, address="192.0.2.1").exists()
    for text, audience in (("canary-draft", "shared"), ("canary-own-draft", "private")):
        notes.keep_draft(client=full, by=cast.meera, text=text, audience=audience, key=uuid.uuid4())
    words = "".join(my_data(browser_of(full.user), REMOTE_ADDR="192.0.2.77").values())
    assert "192.0.2.77" in words, "the client's own address is included"
    for text in ('192.0.2.1"', "192.0.2.1<", "canary-draft", "canary-own-draft"):
        assert text not in words
    # As the owner, to whom row-level security does not apply: the export itself leaves drafts out.
    assert "canary-draft" not in json.dumps(export.gather(full), default=str)


def test_a_therapist_who_is_a_client_exports_no_clients_texts(full, cast, browser_of):
    mine = people.in_care(cast.meera, cast.vikram)
    assert "canary-asha" not in json.dumps(export.gather(mine), default=str)


def test_the_export_asks_for_the_password(full):
    browser = Browser()
    browser.force_login(full.user, backend=BACKEND)
    assert browser.get("/path/data/").status_code == 200
    assert browser.post("/path/data/").url.startswith("/accounts/reauthenticate/")
    assert not AuditEvent.objects.filter(verb="data taken away").exists()
    browser.post("/accounts/reauthenticate/", {"password": people.PASSWORD})
    answer = fetched(browser)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.filter(verb="data taken away", client=full.pk).count() == 1


def test_the_page_says_that_the_download_has_begun(full, browser_of):
    browser = browser_of(full.user)
    assert browser.get("/path/data/my-data.zip").url == "/path/data/", "not before it is asked for"
    assert not AuditEvent.objects.filter(verb="data taken away").exists()
    answer = browser.post("/path/data/")
    assert (answer.status_code, answer.url) == (302, "/path/data/")
    main = LexborHTMLParser(browser.get("/path/data/").content).css_first("main")
    assert "Your folder is ready." in main.css_first("[role=status]").text()
    assert main.css_first("a[data-download]").attributes["href"] == "/path/data/my-data.zip"
    assert main.css_first("form") is None, "the wrong try of a password is not still there"
    again = LexborHTMLParser(browser.get("/path/data/").content).css_first("main")
    assert again.css_first("a[download]"), "it can be saved once more"
    assert not again.css_first("a[data-download]"), "but nothing is saved by itself"
    session = browser.session
    session[READY] = timezone.now().timestamp() - 1
    session.save()
    assert browser.get("/path/data/my-data.zip").status_code == 302, "for ten minutes only"


def test_who_looked_is_named_and_who_was_refused_is_not(full, cast, browser_of):
    assert browser_of(cast.meera).get(full.get_absolute_url()).status_code == 200
    assert browser_of(cast.vikram).get(full.get_absolute_url()).status_code == 404
    events = export.gather(full)["accounts.AuditEvent"]
    opened = [e["actor"] for e in events if e["verb"] == CareVerb.RECORD_OPENED]
    assert opened == [{"name": cast.meera.name}]
    refused = [event for event in events if event["verb"] == AccountVerb.REFUSED]
    assert [event["actor"] for event in refused] == [None] * len(refused)
    with zipfile.ZipFile(io.BytesIO(archive.pack(full))) as folder:
        letter = LexborHTMLParser(folder.read("my-data/letter.html")).body.text()
    looked = letter.partition("Who has looked at your record")[2]
    assert f"{cast.meera.name}" in looked
    assert "opened your record" in looked
    assert cast.vikram.name not in looked


def test_the_letter_tells_the_path_in_order(full, cast):
    for seen, to in enumerate((2, 3, 2), 1):
        path.move(client=full, to=to, by=cast.meera, seen=seen, reason="To rest.")
    told = [line.text for line in letter.path_lines(full.step_events.order_by("sequence"))]
    names = dict(Step.objects.values_list("number", "name"))
    assert told == [
        f"You began on step 1, {names[1]}.",
        f"You moved on to step 2, {names[2]}.",
        f"You moved on to step 3, {names[3]}.",
        f"You went back to step 2, {names[2]}.",
    ]


def test_the_letter_tells_what_was_asked_of_a_session_and_the_answer(full, cast):
    ahead = sessions.plan_session(client=full, by=cast.meera, at=timezone.now() + timedelta(days=9))
    wish = ChangeRequest.Wish.MOVE
    change_requests.ask(session=ahead, by=full.user, wish=wish, times="canary-times")
    change_requests.keep(session=ahead, by=cast.meera, reply="canary-reply")
    page = LexborHTMLParser(letter.render(full, timezone.now()))
    (said,) = [item.text() for item in page.css("li") if "canary-times" in item.text()]
    assert "you asked for another time" in said
    assert f"{cast.meera.name} answered" in said
    assert "kept as planned" in said
    assert "canary-reply" in said


def test_queries_do_not_grow(full, cast):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            archive.pack(full)
        return len(queries)

    few = count()
    for number in range(20):
        notes.write_note(client=full, by=cast.meera, text=f"n{number}", audience="shared")
        tasks.give_task(client=full, by=cast.meera, title=f"t{number}")
    assert count() == few
