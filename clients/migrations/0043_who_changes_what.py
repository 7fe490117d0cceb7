"""Which columns of a row a request may change, after who acts: the client themselves, or others.

Policies know rows, not columns, and a grant of columns knows no person: by them alone a client could
write anew what their therapist gave them to do, and a therapist how it was. The owner is not held.
Beside it, three policies say a little more than before.
"""

from importlib import import_module

from django.db import migrations

WALL = import_module("clients.migrations.0030_wall")

# table: (what the client themselves may change, what everybody else may whom a policy lets through)
CHANGES = {
    "accounts_consent": ("withdrawn_at", "withdrawn_at"),
    "accounts_emailchange": ("done_at", "done_at"),
    "accounts_invitation": ("accepted_at withdrawn_at", "accepted_at withdrawn_at"),
    "accounts_mail": ("", "tries next_try_at sent_at given_up_at"),
    "assessments_answer": ("", "value sequence answered_at"),
    "assessments_attempt": ("", "user_id submitted_at"),
    "clients_enquiry": ("", "closed_at closed_by_id client_id about phone phone_index attempt_id"),
    "clients_erasurerequest": ("taken_back_at", "decided_at decided_by_id granted words"),
    "clients_note": ("", "text audience signed_at version"),
    "clients_session": ("", "state recorded_at"),
    "clients_task": ("done_at reflection", "withdrawn_at"),
}

GUARD = """
CREATE FUNCTION app_changes() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    theirs text[];
BEGIN
    -- Also in a cascade, which runs as the table's owner.
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    theirs := string_to_array(
        CASE WHEN (to_jsonb(OLD) ->> 'client_id')::uuid IN (SELECT app_own_clients())
        THEN TG_ARGV[0] ELSE TG_ARGV[1] END, ' ');
    IF to_jsonb(NEW) - theirs IS DISTINCT FROM to_jsonb(OLD) - theirs THEN
        RAISE EXCEPTION 'of % they may change %', TG_TABLE_NAME, theirs
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- A result is shared by, or for, the one whom it is of.
CREATE FUNCTION app_attempt_of(attempt uuid, client uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM assessments_attempt a JOIN clients_client c ON c.user_id = a.user_id
                  WHERE a.id = attempt AND c.id = client) $$;
"""

# A manager gives an attached attempt to the client whom they take in, and to nobody else.
TAKEN_IN = (
    f"({WALL.ASKED} AND (user_id IS NULL OR user_id IN (SELECT c.user_id FROM clients_client c"
    f" WHERE c.created_by_id = {WALL.ME})))"
)
NARROWER = {
    ("clients_session", "insert"): f"therapist_id = {WALL.ME} AND {WALL.mine('clients_session')}",
    ("clients_sharedresult", "insert"): "({before}) AND app_attempt_of(attempt_id, client_id)",
    ("assessments_attempt", "update"): f"user_id = {WALL.ME} OR {WALL.KEYED} OR {TAKEN_IN}",
    # Not about their own, where a manager is a client too.
    ("clients_erasurerequest", "update"): f"CASE WHEN {WALL.OWN} THEN decided_at IS NULL"
    f" ELSE {WALL.MANAGER} END",
}


def before(table: str, command: str) -> str:
    return next(c for k, _u, c in WALL.POLICIES[table] if k.lower() == command) or ""


def altered(checks: dict[tuple[str, str], str]) -> str:
    return "".join(
        f"ALTER POLICY wall_{command} ON {table} WITH CHECK"
        f" ({check.replace('{before}', before(table, command))});\n"
        for (table, command), check in checks.items()
    )


def built() -> str:
    made = [GUARD]
    for table, (own, others) in CHANGES.items():
        made.append(
            f"CREATE TRIGGER {table}_changes BEFORE UPDATE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION app_changes('{own}', '{others}');"
        )
    return "\n".join([*made, altered(NARROWER)])


def unbuilt() -> str:
    gone = [f"DROP TRIGGER {table}_changes ON {table};" for table in CHANGES]
    wider = altered(dict.fromkeys(NARROWER, "{before}"))
    return "\n".join([wider, *gone, "DROP FUNCTION app_changes();",
                      "DROP FUNCTION app_attempt_of(uuid, uuid);"])


class Migration(migrations.Migration):
    dependencies = [("clients", "0042_rows_stay")]
    operations = [migrations.RunSQL(built(), unbuilt())]
