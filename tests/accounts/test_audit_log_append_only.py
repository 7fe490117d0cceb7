"""The audit log cannot be rewritten: every known way, tried as the web role and as owner."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.access import Role
from accounts.audit import chain
from accounts.database import row_security
from accounts.models import AuditEvent
from tests.support import cast as people

WEB = "psywellpath_web"
TABLES = ("accounts_auditevent", "accounts_auditlink")
# What changes rows: the triggers refuse it to the owner, too.
REWRITES = [
    "UPDATE {table} SET {column} = {column}",
    "UPDATE {table} SET {column} = {column} WHERE false OR true",
    "WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone",
    "DELETE FROM {table}",
    "DELETE FROM {table} USING (SELECT 1) one",
    "TRUNCATE {table}",
    "TRUNCATE {table} CASCADE",
    "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key})"
    " DO UPDATE SET {column} = EXCLUDED.{column}",
    "MERGE INTO {table} t USING {table} s ON t.{key} = s.{key} WHEN MATCHED THEN DELETE",
]
# What would remove the triggers: only the owner can.
UNDOINGS = [
    "DROP TABLE {table} CASCADE",
    "ALTER TABLE {table} RENAME TO elsewhere",
    "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "ALTER TABLE {table} DISABLE TRIGGER USER",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} ADD COLUMN more text",
    "ALTER TABLE {table} DROP COLUMN {column}",
    "ALTER TABLE {table} ALTER COLUMN {column} TYPE text USING 'x'",
    "DROP TRIGGER {table}_is_append_only ON {table}",
    "DROP TRIGGER {table}_is_not_truncated ON {table}",
    "CREATE TRIGGER aaa BEFORE INSERT ON {table} EXECUTE FUNCTION app_refuse_audit_change()",
    "CREATE RULE away AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION app_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RETURN OLD; END $$",
    "DROP FUNCTION app_refuse_audit_change() CASCADE",
    "ALTER FUNCTION app_refuse_audit_change() RENAME TO other",
    "SET session_replication_role = replica",
    "SET LOCAL session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', true)",
    "GRANT ALL ON {table} TO CURRENT_USER; UPDATE {table} SET {column} = {column}",
    "SELECT pg_catalog.lo_import('/etc/hostname')",
    "SELECT 1 FROM {table} FOR UPDATE",
    "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
    "COPY {table} TO PROGRAM 'cat'",
    "UPDATE pg_catalog.pg_trigger SET tgenabled = 'D'",
    "CREATE ROLE boss SUPERUSER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
]


@pytest.fixture
def row(db):
    event = AuditEvent.objects.create(verb="signed in", at=timezone.now())
    chain.extend()
    return event


@pytest.fixture
def web(row):
    """The role in which requests run; created here in the same way if it is missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [WEB])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {WEB} NOLOGIN")
            cursor.execute(f"GRANT SELECT, INSERT ON accounts_auditevent TO {WEB}")
            cursor.execute(f"GRANT SELECT ON accounts_auditlink TO {WEB}")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [WEB])
        assert cursor.fetchone() == (False,)


def statements(kinds: list[str]) -> list[str]:
    statements = []
    for table in TABLES:
        key, column = ("id", "verb") if table == TABLES[0] else ("number", "digest")
        statements += [kind.format(table=table, key=key, column=column) for kind in kinds]
    return list(dict.fromkeys(statements))


class Undone(Exception):
    pass


def refused(statement: str, role: str | None) -> str | None:
    """None if the database refused it as not allowed; otherwise what happened instead."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if role:
                cursor.execute(f"SET LOCAL ROLE {role}")
            cursor.execute(statement)
            raise Undone
    except Undone:
        return f"done: {statement}"
    except DatabaseError as error:
        state = getattr(error.__cause__, "pgcode", None) or getattr(
            error.__cause__, "sqlstate", None
        )
        # Insufficient privilege: of the role, or by the trigger.
        return None if state == "42501" else f"{state} {error}: {statement}"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


@pytest.mark.trust
def test_the_web_role_rewrites_nothing_of_the_audit_log(web, row, promise):
    tried = statements(REWRITES + UNDOINGS)
    failures = [fault for one in tried if (fault := refused(one, WEB))]
    assert not failures, "\n".join(failures)
    assert AuditEvent.objects.get(pk=row.pk).verb == "signed in"
    assert not chain.verify().problems
    promise("audit log", f"{len(tried)} statements tried as the web role, {len(tried)} refused")


@pytest.mark.trust
def test_the_owner_rewrites_nothing_either(row, promise):
    """By plain statements: somebody with the owner's key can drop a trigger, which the chain
    then shows."""
    tried = statements(REWRITES)
    failures = [fault for one in tried if (fault := refused(one, None))]
    assert not failures, "\n".join(failures)
    promise("audit log", f"{len(tried)} statements tried as owner, {len(tried)} refused")


def test_the_web_role_adds_and_reads(web):
    reader = people.person("reader@example.org", "Reader", Role.MANAGER)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {WEB}")
        row_security.set_actor(reader)
        AuditEvent.objects.create(verb="record opened", actor=reader.pk)
        AuditEvent.objects.bulk_create([AuditEvent(verb="record opened", actor=reader.pk)])
        assert AuditEvent.objects.count() == 3
        cursor.execute("RESET ROLE")


@pytest.mark.trust
def test_a_row_names_only_the_actor(cast, promise):
    """Everybody tries to write in everybody's name, and succeeds in their own only."""
    everybody = [*cast.users().values(), cast.neeshu, None]
    tried, written = 0, 0
    for acting in everybody:
        for named in everybody:
            tried += acting != named
            with transaction.atomic(), row_security.web_role():
                if acting:
                    row_security.set_actor(acting)
                try:
                    with transaction.atomic():
                        AuditEvent.objects.create(verb="x", actor=named and named.pk)
                    assert acting == named, f"{acting} wrote as {named}"
                    written += 1
                except DatabaseError:
                    assert acting != named, f"{acting} may write nothing of their own"
    assert AuditEvent.objects.filter(verb="x").count() == written == len(everybody)
    promise("audit log", f"{tried} rows tried in another's name as the web role, {tried} refused")
