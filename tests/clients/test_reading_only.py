"""Someone who may read a record and write nothing in it: in Python, by HTTP and by SQL.

No kind of care link does that; the fixture `reader` makes one from the two places that decide it.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.urls import resolve, reverse
from selectolax.lexbor import LexborHTMLParser

from accounts.database import row_security, rules
from assessments.models import Assignment
from clients.models import CaseloadIndex, Client, SharedResult
from tests.support import posted_forms
from tests.support.declarations import names
from tests.support.protected_tables import PROTECTED
from tests.support.routes import MINE, READER, ROUTES, THEIRS
from tests.support.sql import ask, written

REFUSED = "42501"
RECORD = {n: r for n, r in ROUTES.items() if THEIRS in r.hidden_from and MINE in r.may}
READING = {n: r for n, r in RECORD.items() if r.answers_to(READER, "GET")}
# Adds a paragraph to the printed report and stores nothing.
STORES_NOTHING = {"client-report", "notes-search"}
# Who wrote a row: what a person inserts has to name themselves.
AUTHORS = ("author_id", "therapist_id", "given_by_id", "written_by_id", "by_id", "granted_by_id")
THERAPISTS_INSERT = {
    "assessments_assignment", "clients_note", "clients_safetyplan", "clients_session",
    "clients_stepevent", "clients_task",
}  # fmt: skip


def address(name: str, scene: dict) -> str:
    return reverse(name, args=ROUTES[name].args(scene))


def is_in_record(path: str) -> bool:
    return resolve(path).url_name in RECORD


def test_they_read_every_page_and_are_shown_no_form_or_link_that_writes(scene, reader, browser_of):
    meera, kavya = browser_of(scene["cast"].meera), browser_of(reader)
    forms_of_meera = 0
    assert len(READING) >= 8
    for name in sorted(READING):
        where = address(name, scene)
        answer = kavya.get(where, follow=name == "notes-search")  # Without words: to all notes.
        assert answer.status_code == 200, name
        assert b"Asha Verma" in answer.content, name
        shown = {form.action for form in posted_forms.on(kavya, where)}
        writes = {path for path in shown if is_in_record(path)}
        assert {resolve(path).url_name for path in writes} <= STORES_NOTHING, (name, writes)
        for link in LexborHTMLParser(answer.content).css("a[href^='/clients/']"):
            path = link.attributes["href"].partition("?")[0].partition("#")[0]
            assert resolve(path).url_name in READING, (name, path)
        forms_of_meera += sum(is_in_record(form.action) for form in posted_forms.on(meera, where))
    assert forms_of_meera > 5, "and their therapist is shown these forms"


@pytest.mark.trust
def test_every_form_of_the_record_is_refused(scene, reader, browser_of, promise):
    """The forms that the client's therapist is shown, sent by somebody who may only read."""
    meera, kavya = browser_of(scene["cast"].meera), browser_of(reader)
    forms = [
        form
        for name in RECORD
        for form in posted_forms.on(meera, address(name, scene))
        if is_in_record(form.action) and resolve(form.action).url_name not in STORES_NOTHING
    ]  # fmt: skip
    before = rows_of_the_record()
    for form in forms:
        answer = kavya.post(form.action, form.with_changes())
        assert answer.status_code in (403, 404), (form.action, answer.status_code)
    for name in sorted(set(RECORD) - STORES_NOTHING):
        assert kavya.post(address(name, scene)).status_code in (403, 404, 405), name
    assert len({form.action for form in forms}) > 8
    assert rows_of_the_record() == before
    promise("row security", f"{len(forms)} forms sent by somebody who may only read, 0 taken")


def rows_of_the_record() -> dict[str, list]:
    """Everything in the protected tables, apart from the audit log."""
    return {
        table: sorted(ask(f"SELECT t::text FROM {table} t"))
        for table in PROTECTED - {"accounts_auditevent"}
    }


@pytest.fixture
def complete_record(scene, reader) -> dict:
    """The scene, with a row in each table in which a therapist inserts."""
    client = scene["cast"].asha
    version = client.shared_results.get().attempt.version
    Assignment.objects.get_or_create(user=client.user, instrument=version.instrument)
    return scene


@pytest.mark.trust
def test_the_database_lets_them_read_the_rows_and_write_none(complete_record, reader, promise):
    cast = complete_record["cast"]
    for user, writes in ((reader, False), (cast.meera, True)):
        with row_security.web_role():
            row_security.set_actor(user)
            for table in THERAPISTS_INSERT:
                assert ask(f"SELECT count(*) FROM {table}") > [(0,)], (user, table)
                refused = written(copy_of_a_row(table, user)) == REFUSED
                assert refused is not writes, (user, table)
            lock = f"SELECT id FROM clients_client WHERE id = '{cast.asha.pk}' FOR UPDATE"
            assert len(ask(lock)) == writes, user
            touched = {table: touch(table) for table in sorted(PROTECTED)}
            by_user = {table for table, rows in touched.items() if rows not in (0, REFUSED)}
            assert (by_user >= {"clients_note", "clients_session", "clients_task"}) is writes
            assert writes or not by_user, by_user
    promise("row security", f"{len(PROTECTED)} tables written by a reader with SQL, 0 rows changed")


def copy_of_a_row(table: str, user) -> str:
    """An INSERT of a row like one of Asha's, with a new key and this author."""
    with connection.cursor() as cursor:
        columns = {c.name for c in connection.introspection.get_table_description(cursor, table)}
    changed = "jsonb_build_object('id', gen_random_uuid()"
    for column in sorted(columns & set(AUTHORS)):
        changed += f", '{column}', '{user.pk}'"
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(t, to_jsonb(t) || {changed}))).*"
        f" FROM {table} t LIMIT 1"
    )


def touch(table: str) -> int | str:
    """How many rows an UPDATE or a DELETE without a condition reaches; nothing of it stays."""
    column = {"clients_session": "state", "clients_task": "withdrawn_at", "clients_note": "text"}
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    name = column.get(table, described[0].name)
    rows = [
        written(f'UPDATE {table} SET "{name}" = "{name}"'),
        written(f"DELETE FROM {table}"),
    ]
    return next((result for result in rows if result not in (0, REFUSED)), 0)


def test_what_is_new_stays_new_until_their_therapist_opens_it(scene, reader, browser_of):
    """A reader who opens a shared result, or the record, does not silence the flags."""
    cast = scene["cast"]
    result, record = address("client-result", scene), address("client", scene)
    index = CaseloadIndex.objects.filter(client=cast.asha)
    kavya, meera = browser_of(reader), browser_of(cast.meera)
    assert kavya.get(result).status_code == kavya.get(record).status_code == 200
    assert SharedResult.objects.unread().filter(client=cast.asha).exists()
    assert index.get().record_opened_at is None
    assert meera.get(result).status_code == meera.get(record).status_code == 200
    assert not SharedResult.objects.unread().exists()
    assert index.get().record_opened_at


def test_both_layers_agree_on_who_writes(scene, reader):
    cast = scene["cast"]
    for user in [*cast.users().values(), cast.neeshu, scene["covering"], reader]:
        visible = set(Client.objects.visible_to(user).values_list("pk", flat=True))
        writable = set(Client.objects.writable_by(user).values_list("pk", flat=True))
        assert writable == (visible if user != reader else set())
        with row_security.web_role():
            row_security.set_actor(user)
            assert {key for key, _writes in ask("SELECT * FROM app_readable_clients()")} == visible
            assert {key for (key,) in ask("SELECT * FROM app_writable_clients()")} == writable


# A comparison with the client's own account that is true for everybody else.
NOT_THE_CLIENT = re.compile(
    r"(?:<>|!=|IS DISTINCT FROM)\s*\w+\.user_id|\.user_id\s*(?:<>|!=|IS DISTINCT FROM)"
)
POLICY = re.compile(r"CREATE POLICY (\w+) ON ([\w%]+)[^;]*? FOR (\w+)[^;]*;")


@pytest.mark.quick
def test_no_rule_takes_everyone_but_the_client_for_their_therapist():
    for file, sql in rules.declared():
        for match in NOT_THE_CLIENT.finditer(sql):
            line = sql[: match.start()].count("\n") + 1
            pytest.fail(
                f"{file}, line {line}: `{match[0]}` is true for a reader, too. Which of them does"
                " the rule mean? Ask app_cared_for or app_writable_clients."
            )


CARE_LINKS = re.compile(r"FROM (?:public\.)?clients_carelink\b[^;]*?(?:\$\$|;)")
CREATED = re.compile(r"CREATE (?:FUNCTION|POLICY) (\w+)")
# Rules that mean care links of every kind, and why.
EVERY_KIND = {
    "app_new_clients": "a client has just been created if there is no link at all",
    "app_may_record_about": "what a reader does is recorded, too",
}


@pytest.mark.quick
def test_a_rule_about_care_links_says_whether_it_means_reading_or_caring():
    asking = set()
    for file, sql in rules.declared():
        for match in CARE_LINKS.finditer(sql):
            created = list(CREATED.finditer(sql, 0, match.start()))[-1]
            rule, text = created[1], sql[created.start() : match.end()]
            asking.add(rule)
            assert "app_link_writes(" in text or rule in EVERY_KIND, (
                f"{file}: {rule} reads clients_carelink. Does it mean those who read the record, or"
                " those who care for the client? Ask app_readable_clients, app_writable_clients,"
                " app_cared_for or app_link_writes, or say why every kind of link is meant in"
                " EVERY_KIND of tests/clients/test_reading_only.py."
            )
    assert asking > set(EVERY_KIND), "the pattern finds the rules"


# A comparison of a care link's time with another one.
TIME_OF_A_LINK = re.compile(r"ends_at__gte?\b|ends_at=None|starts_at__lte\b|starts_at__gte?\b")


@pytest.mark.quick
def test_only_the_querysets_of_care_links_compare_their_times():
    root = Path(settings.BASE_DIR)
    found = {
        str(path.relative_to(root))
        for path in (root / "clients").rglob("*.py")
        if "migrations" not in path.parts and TIME_OF_A_LINK.search(path.read_text())
    }
    assert found == {"clients/models/care.py"}, (
        f"{names(found - {'clients/models/care.py'})}: which care links are meant, those who read"
        " the record (CareLinkQuerySet.reading, open), or those who care for the client (current,"
        " going_on, planned)? Use one of these of clients/models/care.py."
    )


@pytest.mark.quick
def test_policies_that_write_ask_who_may_write():
    asking = {"SELECT": 0, "writing": 0}
    for file, sql in rules.declared():
        for policy, table, command in POLICY.findall(sql):
            text = next(
                m[0] for m in POLICY.finditer(sql) if m.groups() == (policy, table, command)
            )
            reads = command == "SELECT"
            wrong = ("app_writable_clients",) if reads else (
                "app_readable_clients", "app_clients_in_care",
            )  # fmt: skip
            asking["SELECT" if reads else "writing"] += "able_clients()" in text
            for function in wrong:
                assert function not in text, (
                    f"{file}: {policy} ON {table} FOR {command} calls {function}. Who may do that:"
                    " those who read, or those who write?"
                )
    assert asking["SELECT"] >= 12
    assert asking["writing"] >= 8
