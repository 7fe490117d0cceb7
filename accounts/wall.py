"""The second wall: what PostgreSQL itself lets a request see, behind the policy room.

Every request runs in one transaction, as a database role that owns nothing, and says in it who is
acting. Row-level security (migrations `…_wall`) shows that person's rows and no others; where
nobody is named, no clinical row is there at all. Commands run as the owner, whom it does not hold.
"""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# What the role of the web may do with a table; where none is named, read and write its rows.
NARROWED = {
    "accounts_identitykey": "",
    "accounts_mail": "SELECT, INSERT",
    "accounts_consenttext": "SELECT, INSERT",
    "django_tasks_database_dbtaskresult": "INSERT",
    "django_session": "",
    "accounts_user": "SELECT, INSERT, UPDATE",
    "accounts_user_groups": "SELECT, INSERT, DELETE",
    "accounts_user_user_permissions": "SELECT",
    "accounts_consent": "SELECT, INSERT, UPDATE",
    "auth_group": "SELECT",
    "auth_group_permissions": "SELECT",
    "auth_permission": "SELECT",
    "django_content_type": "SELECT",
    "accounts_auditevent": "SELECT, INSERT",
    "accounts_trailseal": "SELECT",
    "accounts_datakey": "SELECT, INSERT, DELETE",
    "assessments_assignment": "SELECT, INSERT",
    "clients_client": "SELECT, INSERT, UPDATE",
    "clients_carelink": "SELECT, INSERT, UPDATE (ends_at)",
    "clients_stepevent": "SELECT, INSERT",
    "clients_standing": "SELECT",
    "clients_change": "SELECT, INSERT, DELETE",
    "clients_session": "SELECT, INSERT, UPDATE",
    "clients_task": "SELECT, INSERT, UPDATE",
    "clients_safetyplan": "SELECT, INSERT",
    "clients_enquiry": "SELECT, INSERT, UPDATE",
    "clients_erasurerequest": "SELECT, INSERT, UPDATE",
    "clients_erasure": "SELECT",
    "clients_keptfigure": "SELECT",
    "django_migrations": "SELECT",
}
# Of the practice as a whole: `purpose` opens rows that no single person's rights would.
FIGURES = "figures"

_IDENTITY = ("person", "now", "proof", "key", "purpose")
# Where names are looked up, and that policies hold: said again in each request's transaction, since
# a role may change its own defaults, and a pooled connection was somebody else's a moment ago.
_GROUND = {"search_path": "public, pg_temp", "row_security": "on"}


def _say(**said: str) -> None:
    """One statement; it holds until the transaction ends, or `leave`."""
    calls = ", ".join("set_config(%s, %s, true)" for _ in said)
    values = [part for name, value in said.items() for part in (_name(name), value)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", values)


def _name(setting: str) -> str:
    return f"psywellpath.{setting}" if setting in _IDENTITY else setting


@contextmanager
def behind() -> Iterator[None]:
    """A transaction in the role of the web, with nobody acting yet.

    Inside another transaction (tests) the role is given back at the end: it would outlast the
    block.
    """
    nested = connection.in_atomic_block
    role = {"role": settings.WEB_ROLE} if settings.TAKES_WEB_ROLE else {}
    with transaction.atomic(savepoint=False):
        _say(**role, **_GROUND, **dict.fromkeys(_IDENTITY, ""))
        try:
            yield
        finally:
            if nested and not connection.needs_rollback:
                _say(role="none", **dict.fromkeys(_IDENTITY, ""))


def act_as(user: "User | AnonymousUser") -> None:
    """Whose rows are there from now on. Outside a request it changes nothing that matters: the
    owner sees every row."""
    _say(**_proved(str(user.pk) if user.is_authenticated else ""))


def _proved(person: str) -> dict[str, str]:
    """Who acts, since when, and that it is this process which says so."""
    now = timezone.now().isoformat()
    proof = hmac.new(_identity_key(), f"{person} {now}".encode(), hashlib.sha256).hexdigest()
    return {"person": person, "now": now, "proof": proof}


def _identity_key() -> bytes:
    """Kept in the database too, where only its owner sees it. 64 bytes: a block of SHA-256."""
    return hashlib.sha512(b"psywellpath who acts" + settings.SECRET_KEY.encode()).digest()


@contextmanager
def acting(user: "User") -> Iterator[None]:
    """Within it somebody acts who has proved who they are, and is not signed in (yet)."""
    names = ("person", "now", "proof")
    with connection.cursor() as cursor:
        said = ", ".join("coalesce(current_setting(%s, true), '')" for _ in names)
        cursor.execute(f"SELECT {said}", [_name(name) for name in names])
        before = dict(zip(names, cursor.fetchone(), strict=True))
    _say(**_proved(str(user.pk)))
    yield
    _say(**before)  # After an exception the view is rolled back, and this with it.


def show_key(key_hash: str) -> None:
    """The attempt of nobody that the key of this hash opens is there from now on."""
    _say(key=key_hash)


def is_kept(key_hash: str) -> bool:
    """Whether the key's attempt belongs to a person, whose row nobody else sees. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_kept(%s)", [key_hash])
        return cursor.fetchone()[0]


@contextmanager
def purpose(name: str) -> Iterator[None]:
    """Within it a manager's request reads what the practice's figures are made of."""
    _say(purpose=name)
    yield
    _say(purpose="")  # After an exception the view is rolled back, and this with it.


def fault() -> str:
    """Why the wall does not stand, or "": what the web's role could do beside it. Two queries."""
    proved = _proved("somebody")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('app_proves') IS NULL")
        if cursor.fetchone()[0]:
            return "migrations are not applied: migrate as the owner"
        cursor.execute(_FOUND, [*proved.values(), proved["now"], settings.WEB_ROLE])
        found = cursor.fetchone()
    if found is None:
        return f"there is no database role {settings.WEB_ROLE}: migrate as the owner"
    passes, makes, own, proves, near = found
    if passes:
        return f"the database role {settings.WEB_ROLE} owns tables or passes row-level security"
    if makes:
        return f"the database role {settings.WEB_ROLE} may make tables: migrate as the owner"
    if own:
        return (
            f"the database role {settings.WEB_ROLE} has settings of its own ({', '.join(own)}):"
            " docs/incidents.md says what to do"
        )
    if not proves:
        return "the database knows another SECRET_KEY: migrate as the owner, with the present one"
    if not near:
        return "the clocks of this machine and of the database are minutes apart"
    return ""


_FOUND = """
SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
           OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid AND relkind IN ('r', 'p')),
       has_database_privilege(r.oid, current_database(), 'TEMPORARY')
           OR has_database_privilege(r.oid, current_database(), 'CREATE')
           OR has_schema_privilege(r.oid, 'public', 'CREATE'),
       ARRAY(SELECT split_part(said, '=', 1) FROM pg_db_role_setting, unnest(setconfig) AS said
             -- An administrator's alone to set, and wanted: docs/operations.md.
             WHERE setrole = r.oid AND said <> 'track_activities=off' ORDER BY 1),
       app_proves(%s, %s, %s), app_is_near(%s::timestamptz)
FROM pg_roles r WHERE rolname = %s
"""


def grant(using: str) -> None:
    """Lets the web's role use what the migrations made, and no more. As the owner; repeatable."""
    role = connections[using].ops.quote_name(settings.WEB_ROLE)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        _ensure_role(cursor, role)
        _refuse_temporary_tables(cursor)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
        )
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        there = set(connections[using].introspection.table_names(cursor))
        for table, rights in NARROWED.items():
            if table in there:
                cursor.execute(f"REVOKE ALL ON {table} FROM {role}")
                if rights:
                    cursor.execute(f"GRANT {rights} ON {table} TO {role}")
        if "accounts_identitykey" in there:
            _keep_identity_key(cursor)


def _keep_identity_key(cursor) -> None:
    pads = [bytes(byte ^ pad for byte in _identity_key()) for pad in (0x36, 0x5C)]
    cursor.execute(
        "DELETE FROM accounts_identitykey WHERE (inner_pad, outer_pad) <> (%s, %s)", pads
    )
    cursor.execute(
        "INSERT INTO accounts_identitykey (inner_pad, outer_pad) VALUES (%s, %s)"
        " ON CONFLICT DO NOTHING", pads,
    )  # fmt: skip


def _refuse_temporary_tables(cursor) -> None:
    """They would hide the real ones from whatever runs after them on the same connection."""
    cursor.execute(
        "SELECT quote_ident(current_database()),"
        " has_database_privilege(%s, current_database(), 'TEMPORARY')",
        [settings.WEB_ROLE],
    )
    database, may = cursor.fetchone()
    if may:
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")


def _ensure_role(cursor, role: str) -> None:
    """Makes the role where it is missing. Where the owner may not, it says who has to.

    Roles belong to the whole server: two databases may want this one at the same moment.
    """
    cursor.execute("SELECT current_user")
    (owner,) = cursor.fetchone()
    if owner == settings.WEB_ROLE:
        raise ImproperlyConfigured(
            "The web's role may own nothing: give OWNER_DATABASE_URL, and migrate with it."
        )
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.WEB_ROLE])
    steps = [] if cursor.fetchone() else [f"CREATE ROLE {role} NOLOGIN"]
    if not settings.TWO_ROLES and (steps or not _may_become(cursor)):
        steps.append(f"GRANT {role} TO CURRENT_USER")
    for step in steps:
        try:
            cursor.execute(
                f"DO $$ BEGIN {step}; EXCEPTION WHEN duplicate_object OR unique_violation"
                " OR serialization_failure THEN NULL; END $$"
            )
        except ProgrammingError as error:
            raise ImproperlyConfigured(
                f"An administrator of the database has to run once: {'; '.join(steps)}"
                f" (CURRENT_USER is {owner})"
            ) from error


def _may_become(cursor) -> bool:
    # From version 16 on, whoever made a role need not be allowed to become it.
    cursor.execute("SELECT current_setting('server_version_num')::int >= 160000")
    how = "SET" if cursor.fetchone()[0] else "MEMBER"
    cursor.execute("SELECT pg_has_role(%s, %s)", [settings.WEB_ROLE, how])
    return cursor.fetchone()[0]
