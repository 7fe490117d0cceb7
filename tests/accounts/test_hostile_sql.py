"""What somebody could do who runs their own SQL as the web process, statement by statement.

On a server with two roles, signed in to as the restricted one, every statement in a transaction
that commits. Before and after, the owner compares every row.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any
from unittest import mock

import psycopg2
import pytest
from django.conf import settings
from django.utils import timezone

from accounts.database import row_security
from accounts.models import User
from tests.support.protected_tables import CLOSED, PROTECTED
from tests.support.serving.deployment import OWNER, WEB, Cluster
from tests.support.serving.processes import site_folder

REFUSED, NO_ROWS = "refused", "no rows"
# Not a refusal: a mistake in the statement.
MISTAKES = {"42601", "42P01", "42703", "42883", "42P02", "22P02", "42804"}
NOW = "SELECT set_config('psywellpath.now', %(now)s, true);"

Hostile = list[tuple[str | None, str, Any]]

GROUND: Hostile = [
    ("meera", sql, REFUSED)
    for sql in (
        "CREATE TEMP TABLE accounts_auditevent (id uuid)",
        "CREATE TEMP TABLE x AS SELECT 1",
        "CREATE TEMP VIEW clients_note AS SELECT 1",
        "CREATE TEMP SEQUENCE x",
        "SELECT 1 AS one INTO TEMP x",
        "CREATE FUNCTION pg_temp.app_person() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
        "CREATE SCHEMA evil",
        "CREATE SCHEMA AUTHORIZATION CURRENT_USER",
        "CREATE TABLE public.evil (id int)",
        "CREATE UNLOGGED TABLE public.evil (id int)",
        "CREATE VIEW public.evil AS SELECT 1",
        "CREATE MATERIALIZED VIEW public.evil AS SELECT 1",
        "CREATE SEQUENCE public.evil",
        "CREATE TYPE public.evil AS (a int)",
        "CREATE DOMAIN public.evil AS text",
        "CREATE FUNCTION public.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION public.app_actor_is(text, text) RETURNS bool LANGUAGE sql"
        " AS 'SELECT true'",
        "CREATE OR REPLACE FUNCTION app_actor() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
        "CREATE OR REPLACE FUNCTION app_actor_is(role text) RETURNS bool LANGUAGE sql"
        " AS 'SELECT true'",
        "CREATE OPERATOR public.=== (leftarg = uuid, rightarg = uuid, function = uuid_eq)",
        "CREATE CAST (text AS uuid) WITH INOUT AS IMPLICIT",
        "CREATE AGGREGATE public.evil (int) (sfunc = int4pl, stype = int)",
        "CREATE TRIGGER evil BEFORE INSERT ON clients_note FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE RULE evil AS ON INSERT TO accounts_auditevent DO INSTEAD NOTHING",
        "CREATE INDEX evil ON clients_note (id)",
        "CREATE POLICY evil ON clients_note USING (true)",
        "CREATE EVENT TRIGGER evil ON ddl_command_start EXECUTE FUNCTION app_keep_columns()",
        "CREATE PUBLICATION evil FOR ALL TABLES",
        "CREATE EXTENSION dblink",
        "CREATE EXTENSION file_fdw",
        "CREATE EXTENSION pgcrypto",
        "CREATE LANGUAGE plpython3u",
        "CREATE FOREIGN DATA WRAPPER evil",
        "CREATE ROLE evil",
        "CREATE USER evil SUPERUSER",
        "ALTER TABLE clients_note DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE clients_note DISABLE TRIGGER ALL",
        "ALTER TABLE accounts_auditevent DISABLE TRIGGER USER",
        "ALTER TABLE clients_note OWNER TO CURRENT_USER",
        "ALTER TABLE clients_note ADD COLUMN evil text",
        "ALTER TABLE clients_note RENAME TO evil",
        "ALTER POLICY web_select ON clients_note USING (true)",
        "DROP POLICY web_select ON clients_note",
        "DROP TRIGGER accounts_auditevent_is_append_only ON accounts_auditevent",
        "DROP TABLE clients_note",
        "DROP FUNCTION app_actor() CASCADE",
        "DROP SCHEMA public CASCADE",
        "ALTER FUNCTION app_actor() OWNER TO CURRENT_USER",
        "ALTER FUNCTION app_actor_is(text) RESET ALL",
        "TRUNCATE clients_note",
        "TRUNCATE accounts_auditevent",
        "COMMENT ON TABLE clients_note IS 'evil'",
        "REINDEX TABLE clients_note",
        "SET session_replication_role = replica",
        "SELECT set_config('session_replication_role', 'replica', false)",
        "SET row_security = off; SELECT id FROM clients_note",
    )
]
ROLES: Hostile = [
    ("manoj", sql, REFUSED)
    for sql in (
        "ALTER ROLE psywellpath_web SUPERUSER",
        "ALTER ROLE psywellpath_web BYPASSRLS",
        "ALTER ROLE psywellpath_web CREATEROLE",
        "ALTER ROLE psywellpath_web CREATEDB",
        "ALTER ROLE psywellpath_web REPLICATION",
        "ALTER ROLE psywellpath PASSWORD 'evil'",
        "ALTER ROLE psywellpath SET row_security = off",
        "ALTER ROLE postgres PASSWORD 'evil'",
        "ALTER ROLE ALL SET search_path = evil",
        "SET ROLE psywellpath",
        "SELECT set_config('role', 'psywellpath', true)",
        "SET ROLE postgres",
        "SET ROLE pg_read_all_data",
        "SET SESSION AUTHORIZATION postgres",
        "SELECT set_config('session_authorization', 'postgres', false)",
        "GRANT psywellpath TO psywellpath_web",
        "GRANT pg_read_all_data TO psywellpath_web",
        "GRANT psywellpath_web TO psywellpath",
        "GRANT SELECT ON django_session TO psywellpath_web",
        "ALTER DEFAULT PRIVILEGES FOR ROLE psywellpath GRANT ALL ON TABLES TO PUBLIC",
        "ALTER DATABASE psywellpath SET search_path = evil",
        "ALTER DATABASE psywellpath OWNER TO psywellpath_web",
        "ALTER SYSTEM SET log_statement = 'all'",
        "REASSIGN OWNED BY psywellpath TO psywellpath_web",
        "DROP OWNED BY psywellpath",
        "DROP ROLE psywellpath",
    )
]
FILES: Hostile = [
    ("manoj", sql, REFUSED)
    for sql in (
        "COPY clients_note TO '/tmp/evil'",
        "COPY accounts_auditevent FROM '/etc/passwd'",
        "COPY clients_note TO PROGRAM 'cat'",
        "COPY accounts_ratecounter FROM PROGRAM 'id'",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_read_binary_file('postgresql.conf')",
        "SELECT pg_ls_dir('.')",
        "SELECT pg_stat_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_export(1, '/tmp/evil')",
        "SELECT lo_get(4242)",
        "SELECT lo_put(4242, 0, 'evil')",
        "SELECT lo_unlink(4242)",
        "SELECT rolpassword FROM pg_authid",
        "SELECT passwd FROM pg_shadow",
        "SELECT * FROM pg_statistic",
        "SELECT * FROM pg_largeobject",
        "SELECT * FROM pg_hba_file_rules",
        "SELECT * FROM pg_user_mapping",
        "SELECT pg_reload_conf()",
        "SELECT pg_rotate_logfile()",
        "SELECT pg_create_restore_point('evil')",
        "SELECT pg_switch_wal()",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'psywellpath'",
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'psywellpath'",
    )
]
IDENTITY: Hostile = [
    (None, NOW + "SELECT set_config('psywellpath.actor', %(asha)s, true);"
     "SELECT id FROM clients_note", NO_ROWS),
    (None, NOW + "SELECT set_config('psywellpath.actor', %(manoj)s, true);"
     "SELECT id FROM clients_client", NO_ROWS),
    ("rohan", "SELECT set_config('psywellpath.actor', %(asha)s, true);"
     "SELECT id FROM clients_note", NO_ROWS),
    ("rohan", "SELECT set_config('psywellpath.actor', %(meera)s, false);"
     "SELECT id FROM clients_note", NO_ROWS),
    ("rohan", "SET LOCAL psywellpath.actor = 'evil'; SELECT id FROM clients_client", NO_ROWS),
    ("rohan", "SELECT set_config('psywellpath.signature', '', true); SELECT id FROM clients_client",
     NO_ROWS),
    # Their care ended yesterday.
    ("farah", "SELECT set_config('psywellpath.now', %(before)s, true);"
     "SELECT id FROM clients_note", NO_ROWS),
    ("neeshu", "SELECT set_config('psywellpath.now', %(before)s, true);"
     "SELECT id FROM clients_note", NO_ROWS),
    ("vikram", "SELECT set_config('psywellpath.purpose', 'statistics', true);"
     "SELECT id FROM clients_stepevent WHERE client_id = %(client)s", NO_ROWS),
    ("manoj", "SELECT set_config('psywellpath.purpose', 'statistics', true);"
     "SELECT id FROM clients_note", NO_ROWS),
    (None, "SELECT set_config('psywellpath.attempt_key', '%%', true);"
     "SELECT id FROM assessments_attempt", NO_ROWS),
    (None, "SELECT set_config('psywellpath.replay', 'x', true);"
     "INSERT INTO clients_erasure SELECT * FROM clients_erasure", REFUSED),
    ("manoj", "SELECT * FROM accounts_identitykey", REFUSED),
    ("manoj", "UPDATE accounts_identitykey SET inner_pad = outer_pad", REFUSED),
    # Somebody who could write the key could become any actor: the web role must not.
    ("manoj", "INSERT INTO accounts_identitykey VALUES (1, 'x', 'y')", REFUSED),
]  # fmt: skip
PEOPLE: Hostile = [
    (None, "UPDATE accounts_user SET password = 'evil' WHERE id = %(asha)s", REFUSED),
    (None, "UPDATE accounts_user SET email = 'evil@example.org'", REFUSED),
    ("asha", "UPDATE accounts_user SET is_superuser = true WHERE id = %(asha)s", REFUSED),
    ("manoj", "UPDATE accounts_user SET password = 'evil' WHERE id = %(asha)s", REFUSED),
    ("meera", "UPDATE accounts_user SET email = 'evil@example.org' WHERE id = %(asha)s", REFUSED),
    ("manoj", "DELETE FROM accounts_user WHERE id = %(asha)s", REFUSED),
    ("meera", "INSERT INTO accounts_user_groups (user_id, group_id)"
     " SELECT %(meera)s, id FROM auth_group WHERE name = 'manager'", REFUSED),
    ("manoj", "INSERT INTO accounts_user_groups (user_id, group_id)"
     " SELECT %(manoj)s, id FROM auth_group WHERE name = 'therapist'", REFUSED),
    ("meera", "DELETE FROM accounts_user_groups", NO_ROWS),
    ("manoj", "UPDATE auth_group SET name = 'evil'", REFUSED),
    ("manoj", "DELETE FROM auth_group_permissions", REFUSED),
    (None, "UPDATE mfa_authenticator SET data = (SELECT data FROM mfa_authenticator"
     " WHERE user_id = %(vikram)s AND type = 'totp') WHERE user_id = %(meera)s", REFUSED),
    (None, "UPDATE mfa_authenticator SET user_id = %(vikram)s WHERE type = 'recovery_codes'",
     REFUSED),
    (None, """UPDATE mfa_authenticator SET data = data || '{"used_mask": -1}'::jsonb
     || '{"seed": "x"}'""", REFUSED),
    ("vikram", "INSERT INTO mfa_authenticator (type, data, user_id, created_at)"
     " VALUES ('webauthn', '{}', %(meera)s, now())", REFUSED),
    ("vikram", "UPDATE mfa_authenticator SET data = '{}' WHERE user_id = %(meera)s", NO_ROWS),
    ("vikram", "DELETE FROM mfa_authenticator WHERE user_id = %(meera)s", NO_ROWS),
    (None, "DELETE FROM mfa_authenticator", NO_ROWS),
    ("rohan", "UPDATE accounts_consent SET withdrawn_at = now()", NO_ROWS),
    ("manoj", "UPDATE accounts_consenttext SET text = 'evil'", REFUSED),
    ("asha", "INSERT INTO accounts_consenttext (kind, version, text, published_at)"
     " VALUES ('data', 99, 'evil', now())", REFUSED),
    ("asha", "INSERT INTO accounts_consenttext (version, text, published_at)"
     " VALUES (99, 'evil', now())", REFUSED),
    ("meera", "UPDATE accounts_practicedetail SET value = 'evil'", NO_ROWS),
    ("meera", "INSERT INTO accounts_practicedetail (id, name, value, changed_at, person_id)"
     " VALUES (gen_random_uuid(), 'registration', 'evil', now(), %(meera)s)", REFUSED),
    ("manoj", "UPDATE accounts_practicedetail SET name = 'fees' WHERE name = 'method'", REFUSED),
    ("manoj", "DELETE FROM accounts_practicedetail", REFUSED),
    ("manoj", "DELETE FROM accounts_datakey", NO_ROWS),
    ("manoj", "UPDATE accounts_datakey SET wrapped = 'evil'", REFUSED),
    ("manoj", "UPDATE accounts_datakey SET subject = %(rohan)s", REFUSED),
]  # fmt: skip
SIGN_INS: Hostile = [
    (None, "SELECT session_key FROM django_session", REFUSED),
    ("manoj", "DELETE FROM django_session", REFUSED),
    ("manoj", "UPDATE django_session SET expire_date = now()", REFUSED),
    (None, "SELECT * FROM app_read_session('%%')", NO_ROWS),
    (None, "SELECT * FROM app_read_session(NULL)", NO_ROWS),
    (None, "SELECT app_write_session('guess', 'x', now(), false)", [(0,)]),
    (None, "SELECT app_write_session(%(session)s, 'x', now(), true)", [(0,)]),
    (None, "SELECT app_delete_session('%%')::text", [(None,)]),
    (None, "SELECT session_key FROM usersessions_usersession", NO_ROWS),
    ("manoj", "SELECT session_key FROM usersessions_usersession WHERE user_id <> %(manoj)s",
     NO_ROWS),
    ("manoj", "DELETE FROM usersessions_usersession WHERE user_id = %(meera)s", NO_ROWS),
    ("manoj", "UPDATE usersessions_usersession SET user_id = %(manoj)s", NO_ROWS),
    # A request of somebody else is under way, on another connection of the same role.
    ("vikram", "SELECT query FROM pg_stat_activity WHERE query LIKE '%%app_read_session%%'"
     " AND pid <> pg_backend_pid()", NO_ROWS),
    (None, 'SELECT "to", facts FROM accounts_mail', NO_ROWS),
    ("manoj", 'SELECT "to", facts FROM accounts_mail', NO_ROWS),
    ("manoj", "UPDATE accounts_mail SET \"to\" = 'evil@example.org'", REFUSED),
    ("manoj", "DELETE FROM accounts_mail", REFUSED),
    (None, "SELECT * FROM django_tasks_database_dbtaskresult", REFUSED),
    ("manoj", "UPDATE django_tasks_database_dbtaskresult SET task_path = 'os.system'", REFUSED),
    (None, "DELETE FROM psywellpath_cache WHERE cache_key LIKE '%%.used%%'", NO_ROWS),
    (None, "UPDATE psywellpath_cache SET expires = now() WHERE cache_key LIKE '%%.used%%'",
     NO_ROWS),
    (None, "INSERT INTO psywellpath_cache SELECT cache_key, 'x', now() FROM psywellpath_cache"
     " WHERE cache_key LIKE '%%.used%%' ON CONFLICT (cache_key) DO UPDATE SET expires = now()",
     REFUSED),
]  # fmt: skip
CARE: Hostile = [
    ("neeshu", "UPDATE clients_carelink SET ends_at = NULL WHERE id = %(link_over)s", REFUSED),
    ("neeshu", "UPDATE clients_carelink SET ends_at = now() + interval '1 day'"
     " WHERE id = %(link_over)s", REFUSED),
    ("neeshu", "SELECT set_config('psywellpath.now', '2020-01-01', true);"
     "UPDATE clients_carelink SET ends_at = NULL WHERE id = %(link_over)s", NO_ROWS),
    ("manoj", "UPDATE clients_carelink SET ends_at = NULL WHERE id = %(link_over)s", REFUSED),
    ("manoj", "UPDATE clients_carelink SET ends_at = starts_at + interval '1 s'"
     " WHERE therapist_id = %(farah)s", REFUSED),
    ("neeshu", "UPDATE clients_carelink SET ends_at = NULL WHERE id = %(link_runs)s", REFUSED),
    ("neeshu", "UPDATE clients_carelink SET ends_at = ends_at + interval '1 day'"
     " WHERE id = %(link_runs)s", REFUSED),
    ("neeshu", "UPDATE clients_carelink SET starts_at = now()", REFUSED),
    ("neeshu", "UPDATE clients_carelink SET therapist_id = %(neeshu)s", REFUSED),
    ("neeshu", "DELETE FROM clients_carelink", REFUSED),
    ("neeshu", "INSERT INTO clients_carelink (id, client_id, therapist_id, starts_at,"
     " granted_by_id) VALUES (gen_random_uuid(), %(client)s, %(neeshu)s, now(), %(neeshu)s)",
     REFUSED),
    ("vikram", "INSERT INTO clients_carelink (id, client_id, therapist_id, starts_at,"
     " granted_by_id) VALUES (gen_random_uuid(), %(client)s, %(vikram)s, now(), %(vikram)s)",
     REFUSED),
    ("vikram", "UPDATE clients_carelink SET ends_at = NULL", NO_ROWS),
    ("vikram", "INSERT INTO clients_session (id, client_id, therapist_id, at, state)"
     " VALUES (gen_random_uuid(), %(client)s, %(vikram)s, now(), 'planned')", REFUSED),
    ("vikram", "UPDATE clients_note SET client_id = %(other)s WHERE client_id = %(client)s",
     NO_ROWS),
    ("meera", "UPDATE clients_note SET text = 'evil' WHERE signed_at IS NOT NULL", NO_ROWS),
    ("meera", "DELETE FROM clients_note WHERE signed_at IS NOT NULL", NO_ROWS),
    ("meera", "UPDATE clients_stepevent SET reason = NULL", REFUSED),
    ("meera", "UPDATE clients_client SET user_id = %(rohan)s", REFUSED),
    ("asha", "DELETE FROM clients_safetyplan", REFUSED),
    ("manoj", "DELETE FROM clients_erasure", REFUSED),
    ("manoj", "INSERT INTO clients_anonymousstatistic SELECT * FROM clients_anonymousstatistic",
     REFUSED),
    ("manoj", "UPDATE assessments_grouptotals SET totals = '{}'", REFUSED),
    ("asha", "UPDATE assessments_attempt SET counted = true", REFUSED),
    ("vikram", "SELECT totals FROM assessments_grouptotals", NO_ROWS),
    ("vikram", "UPDATE assessments_attempt SET user_id = %(vikram)s WHERE id = %(attempt)s",
     NO_ROWS),
    ("vikram", "UPDATE assessments_answer SET sequence = 99", NO_ROWS),
    ("vikram", "WITH gone AS (DELETE FROM assessments_result RETURNING id) SELECT id FROM gone",
     NO_ROWS),
    ("vikram", "SELECT id FROM clients_note TABLESAMPLE SYSTEM (100)"
     " WHERE client_id = %(client)s", NO_ROWS),
    (None, "DECLARE c CURSOR FOR SELECT id FROM clients_note; FETCH ALL FROM c", NO_ROWS),
    (None, "PREPARE p AS SELECT id FROM clients_note; EXECUTE p", NO_ROWS),
    # Learning of invisible rows by an error or by statistics.
    (None, "SELECT id FROM clients_enquiry WHERE name::int = 1", NO_ROWS),
    (None, "SELECT most_common_vals FROM pg_stats WHERE tablename = 'clients_enquiry'", NO_ROWS),
    (None, "DO $$ BEGIN DELETE FROM clients_note; UPDATE clients_task SET done_at = now(); END $$",
     NO_ROWS),
    (None, "MERGE INTO clients_note n USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE",
     REFUSED),
]  # fmt: skip
EVENT_ROW = (
    "INSERT INTO accounts_auditevent (id, at, verb, actor, client, target, route)"
    " VALUES (gen_random_uuid(), {at}, '{verb}', {actor}, {client}, '', '')"
)


def audit_event(verb="record opened", at="now()", actor="%(asha)s", client="%(client)s") -> str:
    return EVENT_ROW.format(verb=verb, at=at, actor=actor, client=client)


OF_NOW = " RETURNING at BETWEEN now() - interval '1 minute' AND now() + interval '1 minute'"
AUDIT_LOG: Hostile = [
    ("asha", audit_event(at="'2020-01-01'") + OF_NOW, [(True,)]),
    ("asha", audit_event(at="'2099-01-01'") + OF_NOW, [(True,)]),
    ("asha", audit_event(at="now() - interval '2 hours'") + OF_NOW, [(True,)]),
    ("asha", audit_event(client="%(other)s"), REFUSED),
    ("asha", audit_event(actor="%(meera)s"), REFUSED),
    ("vikram", audit_event(actor="%(vikram)s"), REFUSED),
    ("esha", audit_event(actor="%(esha)s"), REFUSED),
    (None, audit_event(), REFUSED),
    (None, audit_event(actor="NULL"), REFUSED),
    (None, audit_event(actor="NULL", verb="refused"), REFUSED),
    ("manoj", "UPDATE accounts_auditevent SET at = now()", REFUSED),
    ("manoj", "DELETE FROM accounts_auditevent", REFUSED),
    ("manoj", "INSERT INTO accounts_auditlink VALUES (1, gen_random_uuid(), now(), 'x')", REFUSED),
    ("manoj", "UPDATE accounts_auditlink SET digest = 'x'", REFUSED),
    ("manoj", "DELETE FROM accounts_auditlink", REFUSED),
    ("asha", "SELECT id FROM accounts_auditevent WHERE client = %(other)s", NO_ROWS),
    ("vikram", "SELECT id FROM accounts_auditevent WHERE client = %(client)s", NO_ROWS),
]
LIBRARY: Hostile = [
    *(("manoj", f"UPDATE articles_{what}", REFUSED) for what in (
        "article SET title = 'evil'", "topic SET title = 'evil'", "author SET name = 'evil'")),
    ("asha", "UPDATE articles_article SET body = 'evil'", REFUSED),
    (None, "DELETE FROM articles_article", NO_ROWS),
    (None, "INSERT INTO articles_oldaddress (path, article_id)"
     " SELECT '/', id FROM articles_article LIMIT 1", REFUSED),
    ("meera", "UPDATE clients_step SET name = 'evil'", REFUSED),
    ("esha", "UPDATE clients_step SET name = 'evil'", REFUSED),
    (None, "DELETE FROM clients_step", NO_ROWS),
    ("meera", "DELETE FROM clients_stepreading", NO_ROWS),
    ("meera", "UPDATE clients_taskidea SET title = 'evil'", REFUSED),
    ("meera", "UPDATE clients_notetemplate SET text = 'evil'", REFUSED),
    ("meera", "UPDATE assessments_instrumentversion SET status = 'draft'", REFUSED),
    ("esha", "UPDATE assessments_instrument SET slug = 'evil'", REFUSED),
    ("meera", "DELETE FROM assessments_scalefact", NO_ROWS),
    ("esha", "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
     REFUSED),
    ("esha", "UPDATE django_content_type SET model = 'evil'", REFUSED),
]  # fmt: skip
# Every function of ours, with another person's ids.
FUNCTIONS: Hostile = [
    (None, "SELECT * FROM app_own_clients()", NO_ROWS),
    (None, "SELECT * FROM app_clients_in_care()", NO_ROWS),
    ("farah", "SELECT * FROM app_clients_in_care()", NO_ROWS),
    ("farah", "SELECT * FROM app_readable_clients()", NO_ROWS),
    ("farah", "SELECT * FROM app_writable_clients()", NO_ROWS),
    ("vikram", "SELECT app_link_writes(l) FROM clients_carelink l WHERE client_id = %(client)s",
     NO_ROWS),
    ("vikram", "SELECT app_cared_for(%(meera)s, %(client)s, now())", [(False,)]),
    (None, "SELECT * FROM app_new_clients()", NO_ROWS),
    (None, "SELECT * FROM app_own_attempts()", NO_ROWS),
    ("vikram", "SELECT * FROM app_enquiry_attempts()", NO_ROWS),
    ("vikram", "SELECT app_looks_at(%(meera)s, NULL)", [(False,)]),
    ("vikram", "SELECT app_attempt_has_owner('guess')", [(False,)]),
    ("vikram", "SELECT app_attempt_is_of(%(attempt)s, %(other)s)", [(False,)]),
    ("vikram", "SELECT app_may_amend(%(note)s, %(other)s, 'private')", [(False,)]),
    ("vikram", "SELECT set_config('psywellpath.reencrypting', 'yes', true);"
     "SELECT assessments_is_reencrypting(%(attempt)s)", [(False,)]),
    ("vikram", "SELECT app_key_is_in_use(gen_random_uuid())", [(False,)]),
    ("vikram", "SELECT app_may_record_about(%(client)s)", [(False,)]),
    ("vikram", "SELECT * FROM app_open_tasks(%(client)s)", NO_ROWS),
    ("vikram", "SELECT * FROM app_withdraw_task(%(client)s, gen_random_uuid())", NO_ROWS),
    ("vikram", "SELECT app_manages()", [(False,)]),
    ("vikram", "SELECT app_may_begin(gen_random_uuid())", [(False,)]),
    ("vikram", "SELECT app_has_clients(gen_random_uuid())", [(False,)]),
    ("vikram", "SELECT app_actor_is('manager')", [(False,)]),
    ("vikram", "SELECT app_reads_statistics()", [(False,)]),
    ("vikram", "SELECT app_mail_exists(gen_random_uuid())", [(False,)]),
    ("vikram", "SELECT app_signature_is_valid(%(asha)s, %(now)s, 'guess')", [(False,)]),
    ("vikram", "SELECT app_is_recent('2020-01-01')", [(False,)]),
    (None, "SELECT app_actor()", [(None,)]),
    (None, "SELECT app_setting('person')", [(None,)]),
    ("rohan", "SELECT set_config('psywellpath.now', '2020-01-01', true);"
     "SELECT app_now() < '2021-01-01'", [(False,)]),
]  # fmt: skip
ELSEWHERE: Hostile = [
    (None, "LISTEN evil; NOTIFY evil, 'x'; SELECT 1 WHERE false", NO_ROWS),
    (None, "SELECT pg_notify('evil', 'x')::text", [("",)]),
    (None, "SELECT pg_advisory_xact_lock(1)::text", [("",)]),
    (None, "SELECT pg_try_advisory_lock(1)", [(True,)]),
    (None, "SELECT length(lo_from_bytea(0, 'own')::text) > 0", [(True,)]),
    (None, "GRANT SELECT ON clients_note TO PUBLIC; SELECT 1 FROM pg_class WHERE oid ="
     " 'clients_note'::regclass AND relacl::text LIKE '%%,=r/%%'", NO_ROWS),
    (None, "LOCK TABLE clients_note IN ACCESS EXCLUSIVE MODE; SELECT id FROM clients_note",
     NO_ROWS),
]  # fmt: skip
WRITTEN = [*GROUND, *ROLES, *FILES, *IDENTITY, *PEOPLE, *SIGN_INS, *CARE, *AUDIT_LOG, *LIBRARY,
           *FUNCTIONS, *ELSEWHERE]  # fmt: skip


def reads() -> Hostile:
    """Reads of every clinical table, without an actor and by people unrelated to the client."""
    columns = {"clients_client": "id", "accounts_auditevent": "client"}
    statements: Hostile = [(None, f"SELECT * FROM {table}", NO_ROWS) for table in sorted(PROTECTED)]
    for table in sorted(PROTECTED):
        if table.startswith("clients_") or table in columns:
            column = columns.get(table, "client_id")
            query = f"SELECT * FROM {table} WHERE {column} = %(client)s"
            statements += [(who, query, NO_ROWS) for who in ("vikram", "esha", "rohan")]
    return statements


@pytest.fixture(scope="module")
def site(run_folder) -> Iterator[tuple[Cluster, dict[str, Any]]]:
    with site_folder() as folder, Cluster(folder, migrated_in=run_folder) as cluster:
        known = cluster.rows("guarded")
        now = timezone.now()
        known |= {"now": now.isoformat(), "before": (now - timedelta(days=3)).isoformat()}
        as_owner(cluster, "SELECT lo_from_bytea(4242, 'theirs'); ANALYZE")
        yield cluster, known


def as_owner(cluster: Cluster, sql: str) -> list[tuple]:
    return cluster.ask(sql, "psywellpath", OWNER)


class Intruder:
    """One statement, as the web role, in a transaction of its own that names the actor."""

    def __init__(self, cluster: Cluster, known: dict[str, Any]) -> None:
        self.cluster, self.known = cluster, known

    def connection(self) -> Any:
        return psycopg2.connect(self.cluster.url(WEB), options=settings.FIXED_OPTIONS)

    def runs(self, who: str | None, sql: str) -> Any:
        with closing(self.connection()) as connection, connection.cursor() as cursor:
            user = mock.Mock(spec=User, pk=self.known.get(who), is_authenticated=bool(who))
            self.name(cursor, user)
            try:
                cursor.execute(sql, self.known)
                rows = cursor.fetchall() if cursor.description else cursor.rowcount
                connection.commit()
            except psycopg2.Error as error:
                return f"mistaken: {error}" if error.pgcode in MISTAKES else REFUSED
        return rows if rows and rows != -1 else NO_ROWS

    def name(self, cursor: Any, user: Any) -> None:
        with mock.patch.object(row_security, "connection") as mocked:
            mocked.cursor.return_value.__enter__.return_value = cursor
            row_security.set_actor(user)


def rows_of(cluster: Cluster) -> dict[str, str]:
    """A digest of each table, and of the server's catalog of rights and rules."""
    tables = [t for (t,) in as_owner(
        cluster, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]  # fmt: skip
    queries = {t: f"SELECT t::text FROM public.{t} t ORDER BY 1" for t in tables}
    queries["accounts_auditevent"] = (
        "SELECT t::text FROM accounts_auditevent t WHERE actor IS DISTINCT FROM (SELECT id"
        " FROM accounts_user WHERE email LIKE 'asha@%') ORDER BY 1"
    )
    queries |= {
        name: f"SELECT t::text FROM {name} t ORDER BY 1"
        for name in ("pg_policies", "pg_roles", "pg_db_role_setting", "pg_auth_members")
    }
    queries["rights"] = "SELECT relname, relowner, relacl::text FROM pg_class ORDER BY 1, 2, 3"
    queries["functions"] = (
        "SELECT proname, prosrc, proacl::text, proowner FROM pg_proc ORDER BY 1, 2"
    )
    queries["triggers"] = "SELECT tgrelid, tgname, tgenabled FROM pg_trigger ORDER BY 1, 2"
    return {
        name: hashlib.sha256(repr(as_owner(cluster, sql)).encode()).hexdigest()
        for name, sql in queries.items()
    }


@pytest.mark.trust
def test_a_hundred_hostile_statements(site, promise):
    cluster, known = site
    intruder = Intruder(cluster, known)
    functions = as_owner(
        cluster,
        "SELECT proname, prorettype = 'trigger'::regtype FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND (proname LIKE 'app%' OR proname LIKE"
        " 'accounts%' OR proname LIKE 'clients%' OR proname LIKE 'assessments%')",
    )
    called = [(None, f"SELECT {name}()", REFUSED) for name, triggers in functions if triggers]
    hostile = [*WRITTEN, *reads(), *called]
    tried = " ".join(sql for _who, sql, _end in hostile)
    assert [name for name, _triggers in functions if f"{name}(" not in tried] == []
    before, ends, wrong = rows_of(cluster), Counter(), []
    # Others are at work: the owner, and another request as the same role.
    owner = psycopg2.connect(cluster.url(OWNER))
    with closing(owner), closing(intruder.connection()) as other, other.cursor() as cursor:
        cursor.execute("SELECT app_read_session(%s)", [known["session"]])
        other.commit()
        for who, sql, expected in hostile:
            end = intruder.runs(who, sql)
            ends[end if isinstance(end, str) else "without effect"] += 1
            if end != expected:
                wrong.append((who, sql, end))
    after = rows_of(cluster)
    changed = {name for name in before if before[name] != after.get(name)}
    promise(
        "ground",
        f"{len(hostile)} hostile statements: {ends[REFUSED]} refused, {ends[NO_ROWS]} found no row,"
        f" {ends['without effect']} without effect; {len(wrong) + len(changed)} changed or read"
        " what is another's",
    )
    assert len(hostile) > 100
    assert wrong == []
    assert changed == set()


@pytest.mark.trust
def test_the_roles_own_defaults_affect_no_request(site, promise):
    """A role may always change its own: this is reported, and each connection overrides it."""
    cluster, known = site
    intruder = Intruder(cluster, known)
    settings_now: list[str] = []
    own = {"search_path": "evil", "row_security": "off", "default_transaction_read_only": "on"}
    try:
        for name, value in own.items():
            intruder.runs(None, f"ALTER ROLE {WEB} SET {name} = {value}")
            with closing(intruder.connection()) as connection, connection.cursor() as cursor:
                cursor.execute(f"SHOW {name}")
                settings_now += cursor.fetchone()
        (seen,) = as_owner(
            cluster,
            "SELECT array_agg(s) FROM pg_db_role_setting, unnest(setconfig) AS s"
            f" WHERE setrole = '{WEB}'::regrole AND s NOT LIKE 'track%'",
        )
    finally:
        cluster.ask(f"ALTER ROLE {WEB} RESET ALL")
        cluster.ask(f"ALTER ROLE {WEB} SET track_activities = off")
    assert settings_now == ["public,pg_temp", "on", "off"]
    assert len(seen[0]) == len(own)
    promise("ground", f"{len(own)} defaults of its own changed by ALTER ROLE: 0 reach a connection")


def test_what_is_closed_has_no_right_left(site):
    cluster, _known = site
    for table in CLOSED:
        assert as_owner(
            cluster,
            f"SELECT has_table_privilege('{WEB}', '{table}', 'SELECT, INSERT, UPDATE, DELETE')",
        ) == [(False,)]
