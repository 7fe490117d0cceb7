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
from tests.support.hostile_sql import NO_ROWS, REFUSED, WRITTEN, Hostile
from tests.support.protected_tables import CLOSED, PROTECTED
from tests.support.serving.deployment import OWNER, WEB, Cluster
from tests.support.serving.processes import site_folder

# Not a refusal: a mistake in the statement.
MISTAKES = {"42601", "42P01", "42703", "42883", "42P02", "22P02", "42804"}


def reads() -> Hostile:
    """Reads of every clinical table, without an actor and by people unrelated to the client."""
    columns = {
        "clients_client": "id",
        "clients_enquirycontact": "enquiry_id",
        "accounts_auditevent": "client",
    }
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
    """One statement, as the web role, in a transaction of its own that names the actor.

    All statements take the same connection, which forgets between them whatever they have set: a
    new one would have to read the whole catalogue.
    """

    def __init__(self, cluster: Cluster, known: dict[str, Any]) -> None:
        self.cluster, self.known = cluster, known
        self.own = self.connection()

    def connection(self) -> Any:
        return psycopg2.connect(self.cluster.url(WEB), options=settings.FIXED_OPTIONS)

    def runs(self, who: str | None, sql: str) -> Any:
        user = mock.Mock(spec=User, pk=self.known.get(who), is_authenticated=bool(who))
        with self.own.cursor() as cursor:
            self.name(cursor, user)
            try:
                cursor.execute(sql, self.known)
                rows = cursor.fetchall() if cursor.description else cursor.rowcount
                self.own.commit()
            except psycopg2.Error as error:
                self.own.rollback()
                return f"mistaken: {error}" if error.pgcode in MISTAKES else REFUSED
            finally:
                self.forget()
        return rows if rows and rows != -1 else NO_ROWS

    def forget(self) -> None:
        self.own.autocommit = True
        with self.own.cursor() as cursor:
            cursor.execute("DISCARD ALL")
        self.own.autocommit = False

    def name(self, cursor: Any, user: Any) -> None:
        with mock.patch.object(row_security, "connection") as mocked:
            mocked.cursor.return_value.__enter__.return_value = cursor
            row_security.set_actor(user)


@pytest.fixture
def intruder(site) -> Iterator[Intruder]:
    intruder = Intruder(*site)
    with closing(intruder.own):
        yield intruder


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
    with closing(psycopg2.connect(cluster.url(OWNER))) as owner, owner.cursor() as cursor:
        return {name: digest(cursor, sql) for name, sql in queries.items()}


def digest(cursor: Any, sql: str) -> str:
    cursor.execute(sql)
    return hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()


@pytest.mark.trust
def test_a_hundred_hostile_statements(site, intruder, promise):
    cluster, known = site
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
def test_the_roles_own_defaults_affect_no_request(site, intruder, promise):
    """A role may always change its own: this is reported, and each connection overrides it."""
    cluster, _known = site
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
