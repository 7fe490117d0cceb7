"""Who writes a person's row, their roles and their second factors. Reading them is open: signing in
looks people up before anybody acts, and names stand beside what they wrote.

A role is given by a manager, to somebody else. Of a person's row each may write some columns:
nobody who acts (signing in), the person themselves, a manager. The owner is not held.
"""

from django.db import migrations

ME = "(SELECT app_person())"
MANAGER = "(SELECT app_is('manager'))"
STAFF = f"({MANAGER} OR (SELECT app_is('therapist')))"
TO_ANOTHER = f"{MANAGER} AND user_id <> {ME}"
SIGNS_IN = f"user_id = {ME} OR {ME} IS NULL"

# (table, command, USING, WITH CHECK)
POLICIES = [
    ("accounts_user", "SELECT", "true", None),
    ("accounts_user", "INSERT", None, f"NOT is_superuser AND {STAFF}"),
    # Locked by whoever writes about them.
    ("accounts_user", "UPDATE", "true", f"id = {ME} OR {MANAGER} OR {ME} IS NULL"),
    ("accounts_user_groups", "SELECT", "true", None),
    ("accounts_user_groups", "INSERT", None, TO_ANOTHER),
    ("accounts_user_groups", "DELETE", TO_ANOTHER, None),
    ("mfa_authenticator", "SELECT", "true", None),
    ("mfa_authenticator", "INSERT", None, f"user_id = {ME}"),
    # Its last use, and which recovery codes are used up: told while somebody signs in.
    ("mfa_authenticator", "UPDATE", SIGNS_IN, SIGNS_IN),
    ("mfa_authenticator", "DELETE", f"user_id = {ME}", None),
]
TABLES = sorted({table for table, *_rest in POLICIES})

CHANGES = """
CREATE FUNCTION app_person_changes() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    theirs text[];
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    theirs := CASE
        -- A sign-in writes its time, and the password's hash anew where a stronger one is usual now.
        WHEN app_person() IS NULL THEN '{last_login,password}'::text[]
        WHEN app_person() = OLD.id THEN '{last_login,password,email,name,is_active}'::text[]
        ELSE '{last_login,email,name,is_active}'::text[] END;
    IF to_jsonb(NEW) - theirs IS DISTINCT FROM to_jsonb(OLD) - theirs THEN
        RAISE EXCEPTION 'of a person they may change %', theirs
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_user_changes BEFORE UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION app_person_changes();
"""


def built() -> str:
    made = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;" for table in TABLES]
    for table, command, using, check in POLICIES:
        parts = f" USING ({using})" if using else ""
        parts += f" WITH CHECK ({check})" if check else ""
        made.append(f"CREATE POLICY wall_{command.lower()} ON {table} FOR {command}{parts};")
    return "\n".join([*made, CHANGES])


def unbuilt() -> str:
    gone = ["DROP TRIGGER accounts_user_changes ON accounts_user;",
            "DROP FUNCTION app_person_changes();"]  # fmt: skip
    gone += [f"DROP POLICY wall_{command.lower()} ON {table};" for table, command, *_r in POLICIES]
    gone += [f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;" for table in TABLES]
    return "\n".join(gone)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_tallies"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunSQL(built(), unbuilt())]
