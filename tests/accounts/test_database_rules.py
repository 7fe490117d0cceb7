"""The database's rules are the ones that `<app>/database/*.sql` declares, and nothing else."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.database import row_security, rules
from tests.support.thorough import some

STRAYS = {
    "CREATE POLICY let_all ON clients_note FOR SELECT USING (true)":
        "policy clients_note.let_all: not declared",
    "CREATE TRIGGER quiet BEFORE INSERT ON clients_task FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()":
        "trigger clients_task.quiet: not declared",
    "GRANT DELETE ON accounts_auditevent TO {role}":
        "grant accounts_auditevent to {role}: changed",
    "GRANT UPDATE (starts_at) ON clients_carelink TO {role}":
        "grant clients_carelink.starts_at to {role}: not declared",
    "GRANT SELECT ON django_session TO PUBLIC": "grant django_session to PUBLIC: not declared",
    "GRANT CREATE ON SCHEMA public TO {role}": "grant schema public to {role}: changed",
    "CREATE FUNCTION app_helper() RETURNS int LANGUAGE sql AS 'SELECT 1'":
        "function app_helper(): not declared",
    "DROP POLICY web_select ON clients_client": "policy clients_client.web_select: missing",
    "DROP TRIGGER clients_note_never_changes_once_signed ON clients_note":
        "trigger clients_note.clients_note_never_changes_once_signed: missing",
    "ALTER TABLE clients_note DISABLE TRIGGER clients_note_never_changes_once_signed":
        "trigger clients_note.clients_note_never_changes_once_signed: changed",
    "ALTER TABLE clients_session DISABLE ROW LEVEL SECURITY":
        "row security clients_session: changed",
    "CREATE OR REPLACE FUNCTION app_actor_is(role text) RETURNS boolean LANGUAGE sql STABLE"
    " SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT true'":
        "function app_actor_is(text): changed",
    "ALTER TABLE account_emailaddress DROP CONSTRAINT account_emailaddress_plain":
        "constraint account_emailaddress.account_emailaddress_plain: missing",
}  # fmt: skip


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql.replace("{role}", settings.WEB_ROLE))


def test_a_new_database_is_as_declared(db):
    assert rules.differences("default") == []
    out = StringIO()
    call_command("check_database_rules", stdout=out)
    assert "as declared" in out.getvalue()


@pytest.mark.trust
def test_every_stray_and_missing_rule_is_named_and_mended(db):
    for sql, named in some(STRAYS.items(), 3):
        with transaction.atomic():
            run(sql)
            expected = [named.replace("{role}", settings.WEB_ROLE)]
            assert rules.differences("default") == expected, sql
            with pytest.raises(CommandError) as refused:
                call_command("check_database_rules")
            assert expected[0] in str(refused.value)
            assert rules.apply("default")
            assert rules.differences("default") == [], sql
            transaction.set_rollback(True)


def test_nothing_is_done_twice(db, django_assert_num_queries):
    """A lock, the tables, what was applied, and the catalog: no rule is dropped or created."""
    with django_assert_num_queries(6):
        assert rules.apply("default")


def test_a_migration_that_stopped_half_way_leaves_everything_closed(db):
    with transaction.atomic():
        run("ALTER TABLE clients_taskidea RENAME TO clients_elsewhere")
        assert not rules.apply("default")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND relkind = 'r' AND has_table_privilege(%s, oid, 'SELECT, INSERT')",
                [settings.WEB_ROLE],
            )
            assert cursor.fetchone() == (0,)
        transaction.set_rollback(True)


def test_a_new_table_is_closed_until_a_grant_names_it(db):
    with transaction.atomic():
        run("CREATE TABLE clients_new (id int)")
        assert rules.apply("default")
        with connection.cursor() as cursor:
            cursor.execute("SELECT relacl FROM pg_class WHERE relname = 'clients_new'")
            assert cursor.fetchone() == (None,)
        transaction.set_rollback(True)


def test_the_site_is_not_ready_with_other_rules(db, monkeypatch):
    assert row_security.fault() == ""
    declared = [*rules.declared(), ("accounts/database/new.sql", "SELECT 1")]
    monkeypatch.setattr(rules, "declared", lambda: iter(declared))
    assert "rules" in row_security.fault()


def test_every_app_declares_rules_of_its_own_tables_only():
    """accounts names no table of another app, articles none of assessments, and so on."""
    order = ["accounts", "articles", "assessments", "clients", "psywellpath"]
    strangers = [
        (name, other)
        for name, sql in rules.declared()
        for other in order[order.index(name.split("/")[0]) + 1 :]
        if f"{other}_" in sql.replace("app_", "")
    ]
    assert strangers == [], "a rule about another app's tables belongs to that app's folder"
