"""The Python side of row-level security.

Every request runs in one transaction, in a database role that owns nothing, and names the actor.
The policies (`<app>/database/*.sql`) show the actor's rows and no others; without an actor, no
clinical row is visible. Commands run as the owner, whom policies do not restrict.
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

# A purpose opens rows that no person's own rights would: those behind the practice's statistics.
STATISTICS = "statistics"

_IDENTITY = ("actor", "now", "signature", "attempt_key", "link_key", "purpose")
# Where PostgreSQL looks names up, and that policies apply. Set again in each request's transaction:
# a role may change its own defaults, and a pooled connection has just served somebody else.
_FIXED = {"search_path": "public, pg_temp", "row_security": "on"}
# A request that waits for longer is answered with an error and gives its worker back.
_PATIENCE = {"statement_timeout": "20s", "lock_timeout": "10s"}


def _set(**values: str) -> None:
    """Sets these until the transaction ends. One statement."""
    calls = ", ".join("set_config(%s, %s, true)" for _ in values)
    parameters = [part for name, value in values.items() for part in (_name(name), value)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", parameters)


def _name(setting: str) -> str:
    return f"psywellpath.{setting}" if setting in _IDENTITY else setting


@contextmanager
def web_role() -> Iterator[None]:
    """A transaction in the web role, without an actor yet.

    Inside another transaction (in tests) the role is reset at the end, since it would outlast the
    block.
    """
    nested = connection.in_atomic_block
    role = {"role": settings.WEB_ROLE} if settings.TAKES_WEB_ROLE else {}
    with transaction.atomic(savepoint=False):
        _set(**role, **_FIXED, **_PATIENCE, **dict.fromkeys(_IDENTITY, ""))
        try:
            yield
        finally:
            if nested and not connection.needs_rollback:
                _set(role="none", **dict.fromkeys(_PATIENCE, "0"), **dict.fromkeys(_IDENTITY, ""))


def set_actor(user: "User | AnonymousUser") -> None:
    """Makes this person the actor, whose rows are visible from now on. Outside a request it has no
    effect, since the owner sees every row."""
    _set(**_signed(str(user.pk) if user.is_authenticated else ""))


def _signed(actor: str) -> dict[str, str]:
    """The actor, the time of the request, and an HMAC over both, which only the web can make."""
    now = timezone.now().isoformat()
    signature = hmac.new(_identity_key(), f"{actor} {now}".encode(), hashlib.sha256).hexdigest()
    return {"actor": actor, "now": now, "signature": signature}


def _identity_key() -> bytes:
    """64 bytes, a block of SHA-256. Only the owner can read the database's copy of it."""
    return hashlib.sha512(b"psywellpath who acts" + settings.SECRET_KEY.encode()).digest()


@contextmanager
def acting_as(user: "User") -> Iterator[None]:
    """Inside the block the actor is somebody who has proved who they are, but is not signed in."""
    names = ("actor", "now", "signature")
    with connection.cursor() as cursor:
        settings_now = ", ".join("coalesce(current_setting(%s, true), '')" for _ in names)
        cursor.execute(f"SELECT {settings_now}", [_name(name) for name in names])
        before = dict(zip(names, cursor.fetchone(), strict=True))
    _set(**_signed(str(user.pk)))
    yield
    _set(**before)  # After an exception the view is rolled back, and this with it.


def set_attempt_key(key_hash: str) -> None:
    """Makes the attempt without an owner visible whose key has this hash."""
    _set(attempt_key=key_hash)


def set_link_key(key_hash: str) -> None:
    """Makes what a secret link opens visible to a request that has no other right to it: the row
    whose key has this hash, and what belongs to it."""
    _set(link_key=key_hash)


def attempt_has_owner(key_hash: str) -> bool:
    """Whether the key's attempt belongs to a person; only they can see its row. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_attempt_has_owner(%s)", [key_hash])
        return cursor.fetchone()[0]


@contextmanager
def for_purpose(name: str) -> Iterator[None]:
    """Inside the block a manager's request can read the rows behind the practice's statistics."""
    _set(purpose=name)
    yield
    _set(purpose="")  # After an exception the view is rolled back, and this with it.


def fault() -> str:
    """Why row-level security would not restrict the web role, or "". Three queries."""
    signed = _signed("somebody")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('app_signature_is_valid') IS NULL")
        if cursor.fetchone()[0]:
            return "migrations are not applied: migrate as the owner"
        cursor.execute(_ROLE_STATE, [*signed.values(), signed["now"], settings.WEB_ROLE])
        row = cursor.fetchone()
    if row is None:
        return f"there is no database role {settings.WEB_ROLE}: migrate as the owner"
    bypasses, may_create, defaults, signature_is_valid, clocks_agree = row
    if bypasses:
        return f"the database role {settings.WEB_ROLE} owns tables or bypasses row-level security"
    if may_create:
        return f"the database role {settings.WEB_ROLE} may create tables: migrate as the owner"
    if defaults:
        return (
            f"the database role {settings.WEB_ROLE} has settings of its own"
            f" ({', '.join(defaults)}): docs/incidents.md says what to do"
        )
    if not signature_is_valid:
        return "the database has the key of another SECRET_KEY: migrate as the owner, with this one"
    if not clocks_agree:
        return "the clocks of this machine and of the database are minutes apart"
    if not rules.are_current(connection.alias):
        return "the database's rules are not as declared: migrate as the owner"
    return ""


_ROLE_STATE = """
SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
           OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid AND relkind IN ('r', 'p')),
       has_database_privilege(r.oid, current_database(), 'TEMPORARY')
           OR has_database_privilege(r.oid, current_database(), 'CREATE')
           OR has_schema_privilege(r.oid, 'public', 'CREATE'),
       ARRAY(SELECT split_part(s, '=', 1) FROM pg_db_role_setting, unnest(setconfig) AS s
             -- Only an administrator can set this one, and should: docs/operations.md.
             WHERE setrole = r.oid AND s <> 'track_activities=off' ORDER BY 1),
       app_signature_is_valid(%s, %s, %s), app_is_recent(%s::timestamptz)
FROM pg_roles r WHERE rolname = %s
"""


def prepare_role(using: str) -> None:
    """Creates the web role if it is missing, and revokes what no role may have. As the owner."""
    role = connections[using].ops.quote_name(settings.WEB_ROLE)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        _ensure_role(cursor, role)
        _refuse_temporary_tables(cursor)


def store_identity_key(using: str) -> None:
    """Stores the key that verifies the actor's signature, derived from the present SECRET_KEY."""
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
    """They would hide the real tables from later statements on the same connection."""
    cursor.execute(
        "SELECT quote_ident(current_database()),"
        " has_database_privilege(%s, current_database(), 'TEMPORARY')",
        [settings.WEB_ROLE],
    )
    database, is_allowed = cursor.fetchone()
    if is_allowed:
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC")


def _ensure_role(cursor, role: str) -> None:
    """Creates the role if it is missing. If the owner may not, the error says who has to do it.

    Roles belong to the whole server: two databases may create this one at the same time.
    """
    cursor.execute("SELECT current_user")
    (owner,) = cursor.fetchone()
    if owner == settings.WEB_ROLE:
        raise ImproperlyConfigured(
            "The web role must own nothing: set OWNER_DATABASE_URL, and migrate with it."
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
