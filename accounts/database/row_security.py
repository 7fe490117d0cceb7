"""Row-level security from Python's side: what PostgreSQL itself lets a request see.

Every request runs in one transaction, in a database role that owns nothing, and says in it who
acts. The policies (`<app>/database/*.sql`) show that person's rows and no others; where nobody is
named, no clinical row is visible at all. Commands run as the owner, whom policies do not hold.
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

from accounts.database import rules

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# A purpose opens rows that no single person's rights would: those of the practice as a whole.
STATISTICS = "statistics"

_IDENTITY = ("actor", "now", "signature", "attempt_key", "purpose")
# Where names are looked up, and that policies hold: set again in each request's transaction, since
# a role may change its own defaults, and a pooled connection was somebody else's a moment ago.
_FIXED = {"search_path": "public, pg_temp", "row_security": "on"}


def _set(**values: str) -> None:
    """One statement; it holds until the transaction ends."""
    calls = ", ".join("set_config(%s, %s, true)" for _ in values)
    parameters = [part for name, value in values.items() for part in (_name(name), value)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", parameters)


def _name(setting: str) -> str:
    return f"psywellpath.{setting}" if setting in _IDENTITY else setting


@contextmanager
def web_role() -> Iterator[None]:
    """A transaction in the role of the web, with nobody acting yet.

    Inside another transaction (tests) the role is given back at the end: it would outlast the
    block.
    """
    nested = connection.in_atomic_block
    role = {"role": settings.WEB_ROLE} if settings.TAKES_WEB_ROLE else {}
    with transaction.atomic(savepoint=False):
        _set(**role, **_FIXED, **dict.fromkeys(_IDENTITY, ""))
        try:
            yield
        finally:
            if nested and not connection.needs_rollback:
                _set(role="none", **dict.fromkeys(_IDENTITY, ""))


def set_actor(user: "User | AnonymousUser") -> None:
    """Whose rows are visible from now on. Outside a request it changes nothing that matters: the
    owner sees every row."""
    _set(**_signed(str(user.pk) if user.is_authenticated else ""))


def _signed(actor: str) -> dict[str, str]:
    """Who acts, the time of the request, and an HMAC over both: only this process can make it."""
    now = timezone.now().isoformat()
    signature = hmac.new(_identity_key(), f"{actor} {now}".encode(), hashlib.sha256).hexdigest()
    return {"actor": actor, "now": now, "signature": signature}


def _identity_key() -> bytes:
    """Kept in the database too, where only its owner sees it. 64 bytes: a block of SHA-256."""
    return hashlib.sha512(b"psywellpath who acts" + settings.SECRET_KEY.encode()).digest()


@contextmanager
def acting_as(user: "User") -> Iterator[None]:
    """Within it somebody acts who has proved who they are, and is not signed in (yet)."""
    names = ("actor", "now", "signature")
    with connection.cursor() as cursor:
        settings_now = ", ".join("coalesce(current_setting(%s, true), '')" for _ in names)
        cursor.execute(f"SELECT {settings_now}", [_name(name) for name in names])
        before = dict(zip(names, cursor.fetchone(), strict=True))
    _set(**_signed(str(user.pk)))
    yield
    _set(**before)  # After an exception the view is rolled back, and this with it.


def set_attempt_key(key_hash: str) -> None:
    """The attempt without an owner that the key of this hash opens is visible from now on."""
    _set(attempt_key=key_hash)


def attempt_has_owner(key_hash: str) -> bool:
    """Whether the key's attempt belongs to a person, whose row nobody else sees. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_attempt_has_owner(%s)", [key_hash])
        return cursor.fetchone()[0]


@contextmanager
def for_purpose(name: str) -> Iterator[None]:
    """Within it a manager's request reads what the practice's statistics are made of."""
    _set(purpose=name)
    yield
    _set(purpose="")  # After an exception the view is rolled back, and this with it.


def fault() -> str:
    """Why row-level security would not hold the web's role, or "". Three queries."""
    signed = _signed("somebody")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('app_signature_is_valid') IS NULL")
        if cursor.fetchone()[0]:
            return "migrations are not applied: migrate as the owner"
        cursor.execute(_FOUND, [*signed.values(), signed["now"], settings.WEB_ROLE])
        found = cursor.fetchone()
    if found is None:
        return f"there is no database role {settings.WEB_ROLE}: migrate as the owner"
    passes, makes, own, valid, near = found
    if passes:
        return f"the database role {settings.WEB_ROLE} owns tables or passes row-level security"
    if makes:
        return f"the database role {settings.WEB_ROLE} may make tables: migrate as the owner"
    if own:
        return (
            f"the database role {settings.WEB_ROLE} has settings of its own ({', '.join(own)}):"
            " docs/incidents.md says what to do"
        )
    if not valid:
        return "the database knows another SECRET_KEY: migrate as the owner, with the present one"
    if not near:
        return "the clocks of this machine and of the database are minutes apart"
    if not rules.are_current(connection.alias):
        return "the database's rules are not the ones declared: migrate as the owner"
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
       app_signature_is_valid(%s, %s, %s), app_is_recent(%s::timestamptz)
FROM pg_roles r WHERE rolname = %s
"""


def prepare_role(using: str) -> None:
    """Makes the web's role where it is missing, and takes what no role may have. As the owner."""
    role = connections[using].ops.quote_name(settings.WEB_ROLE)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        _ensure_role(cursor, role)
        _refuse_temporary_tables(cursor)


def keep_identity_key(using: str) -> None:
    """Gives the database the key by which it knows who acts, made of the present SECRET_KEY."""
    pads = [bytes(byte ^ pad for byte in _identity_key()) for pad in (0x36, 0x5C)]
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
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
    # From version 16 on, the creator of a role need not be allowed to become it.
    cursor.execute("SELECT current_setting('server_version_num')::int >= 160000")
    how = "SET" if cursor.fetchone()[0] else "MEMBER"
    cursor.execute("SELECT pg_has_role(%s, %s)", [settings.WEB_ROLE, how])
    return cursor.fetchone()[0]
