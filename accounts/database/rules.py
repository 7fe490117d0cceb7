"""The database's rules as declared in `<app>/database/*.sql`: row security, triggers, functions,
grants.

`apply` makes the rules of the schema `public` exactly those. The files are plain SQL and run in the
order of the apps (dependencies first), and by name within an app; `:web_role` is the name of the
web role. A function's body may name what a later file creates.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction

Catalog = dict[tuple[str, str], str]

# What belongs to an extension is left alone.
_FUNCTIONS = """
    SELECT oid::regprocedure::text FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""
# One row for each rule: its kind, name and definition.
_CATALOG = f"""
SELECT 'policy', tablename || '.' || policyname,
       concat_ws(' ', permissive, cmd, roles, 'USING', qual, 'CHECK', with_check)
FROM pg_policies WHERE schemaname = 'public'
UNION ALL
SELECT 'row security', relname, concat(relrowsecurity, relforcerowsecurity)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
UNION ALL
SELECT 'trigger', tgrelid::regclass || '.' || tgname, concat(tgenabled, pg_get_triggerdef(oid))
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function', name, pg_get_functiondef(name::regprocedure) FROM ({_FUNCTIONS}) AS f (name)
UNION ALL
SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f')
UNION ALL
SELECT 'grant', thing || ' to ' || coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'),
       string_agg(privilege_type, ', ' ORDER BY privilege_type)
FROM (
    SELECT oid::regclass::text AS thing, relowner AS owner, relacl AS acl FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT attrelid::regclass || '.' || attname, relowner, attacl
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT name, proowner, proacl FROM ({_FUNCTIONS}) AS f (name)
    JOIN pg_proc ON pg_proc.oid = name::regprocedure
    UNION ALL
    SELECT 'schema public', nspowner, nspacl FROM pg_namespace WHERE nspname = 'public'
) AS things, aclexplode(acl)
WHERE grantee <> owner GROUP BY 1, 2
"""  # noqa: S608


def declared() -> Iterator[tuple[str, str]]:
    """Each file's name, from the project's folder, and its SQL."""
    for config in reversed(list(apps.get_app_configs())):
        for file in sorted((Path(config.path) / "database").glob("*.sql")):
            yield f"{config.label}/database/{file.name}", file.read_text()


def apply(using: str) -> bool:
    """Applies the rules as the owner, in one transaction; does nothing if they are as declared.

    Returns False if tables are missing (after `migrate accounts`): then only the owner has any
    right.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('psywellpath rules'))")
        if not _all_tables_exist(using, cursor):
            _revoke_grants(cursor)
            return False
        if _applied(cursor) != _digest(catalog(cursor)):
            _recreate(using, cursor)
    return True


def are_current(using: str) -> bool:
    """Whether the rules applied last are the ones declared. It does not notice what was changed by
    hand since; `differences` does."""
    with connections[using].cursor() as cursor:
        return _applied(cursor).startswith(_declared_digest())


def differences(using: str) -> list[str]:
    """Each rule of the database that is not as declared, by its kind and name.

    The declared rules are created in a transaction that is rolled back, and compared with the
    existing ones; meanwhile all tables are locked.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        existing = catalog(cursor)
        _recreate(using, cursor)
        expected = catalog(cursor)
        transaction.set_rollback(True, using=using)
    verdicts = {(True, False): "not declared", (False, True): "missing", (True, True): "changed"}
    return [
        f"{' '.join(name)}: {verdicts[name in existing, name in expected]}"
        for name in sorted(existing.keys() | expected.keys())
        if existing.get(name) != expected.get(name)
    ]


def catalog(cursor) -> Catalog:
    cursor.execute(_CATALOG)
    return {(kind, name): text for kind, name, text in cursor.fetchall()}


def _recreate(using: str, cursor) -> None:
    _lock_tables(cursor)
    _drop_rules(cursor)
    _revoke_grants(cursor)
    # A function may name tables and functions that come later.
    cursor.execute("SET LOCAL check_function_bodies = off")
    role = connections[using].ops.quote_name(settings.WEB_ROLE)
    for _name, sql in declared():
        cursor.execute(sql.replace(":web_role", role))
    digest = _digest(catalog(cursor))
    cursor.execute("COMMENT ON FUNCTION app_actor() IS %s", [digest])


def _lock_tables(cursor) -> None:
    """Locks all at once and in one order. Otherwise a request, or a vacuum that writes the catalog,
    could wait for one table while this waits for another."""
    cursor.execute("""
        SELECT 'LOCK TABLE ' || string_agg(oid::regclass::text, ', ' ORDER BY oid::regclass::text)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')""")
    _run_each(cursor)


def _drop_rules(cursor) -> None:
    cursor.execute("""
        SELECT format('DROP POLICY %I ON %I', policyname, tablename)
        FROM pg_policies WHERE schemaname = 'public'
        UNION ALL
        SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass)
        FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL
        SELECT format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', oid::regclass)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity""")
    _run_each(cursor)
    cursor.execute(f"SELECT 'DROP FUNCTION ' || name FROM ({_FUNCTIONS}) AS f (name)")  # noqa: S608
    _run_each(cursor)


def _revoke_grants(cursor) -> None:
    """Revokes all rights on tables, columns and sequences, except the owner's."""
    cursor.execute("""
        SELECT DISTINCT format('REVOKE ALL ON %s FROM %s', oid::regclass,
                               coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'))
        FROM (
            SELECT oid, relowner, relacl FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i'
            UNION ALL
            SELECT c.oid, relowner, attacl FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE relnamespace = 'public'::regnamespace
        ) AS things (oid, relowner, acl), aclexplode(acl)
        WHERE grantee <> relowner""")
    _run_each(cursor)


def _run_each(cursor) -> None:
    for (statement,) in cursor.fetchall():
        cursor.execute(statement)


def _all_tables_exist(using: str, cursor) -> bool:
    existing = set(connections[using].introspection.table_names(cursor))
    return all(model._meta.db_table in existing for model in apps.get_models())


def _applied(cursor) -> str:
    """The digest of the rules that were applied last, and of the catalog as it was then."""
    cursor.execute("SELECT coalesce(obj_description(to_regprocedure('app_actor()')), '')")
    return cursor.fetchone()[0]


def _declared_digest() -> str:
    return _sha256([*declared(), settings.WEB_ROLE])


def _digest(rules: Catalog) -> str:
    return f"{_declared_digest()} {_sha256(sorted(rules.items()))}"


def _sha256(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
