"""Row-level security of everything clinical: whose rows a request sees, after who is acting.

Policies name no role: whoever does not own the tables is held by them, and the owner (commands,
migrations, backups) is not. Each table's policies are a row of `POLICIES`; several for one command
add up. Sets of rights are asked for once a statement, by uncorrelated sub-selects.
"""

from django.db import migrations

RIGHTS = """
CREATE FUNCTION app_own_clients() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT id FROM clients_client WHERE user_id = (SELECT app_person()) $$;

-- Clients of the current care links of an acting therapist. The policy room is exact about both
-- ends; here a link may be half a minute early, since it can be younger than the request.
-- What is said of the request is asked once, not once a row.
CREATE FUNCTION app_clients() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT client_id FROM clients_carelink
   WHERE therapist_id = (SELECT app_person())
     AND starts_at <= (SELECT app_now() + interval '30 seconds')
     AND (ends_at IS NULL OR ends_at > (SELECT app_now()))
     AND (SELECT app_is('therapist'))
     AND client_id NOT IN (SELECT app_own_clients()) $$;

-- Just made by somebody of the staff, and in nobody's care yet: the first rows go in.
CREATE FUNCTION app_begun_clients() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT c.id FROM clients_client c
   WHERE c.created_by_id = app_person() AND (app_is('therapist') OR app_is('manager'))
     AND NOT EXISTS (SELECT FROM clients_carelink l WHERE l.client_id = c.id) $$;

CREATE FUNCTION app_own_attempts() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT id FROM assessments_attempt WHERE user_id = (SELECT app_person()) $$;

-- Whether a key once opened an attempt that belongs to somebody now: its holder may sign in.
CREATE FUNCTION app_kept(held text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM assessments_attempt WHERE key = held AND user_id IS NOT NULL) $$;

-- What was attached to a request for a first session that a manager still has to answer.
CREATE FUNCTION app_asked_attempts() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT attempt_id FROM clients_enquiry
   WHERE closed_at IS NULL AND attempt_id IS NOT NULL AND app_is('manager') $$;
"""
NAMES = ("app_asked_attempts", "app_own_attempts", "app_begun_clients", "app_own_clients",
         "app_clients")  # fmt: skip

ME = "(SELECT app_person())"
MANAGER = "(SELECT app_is('manager'))"
STAFF = "((SELECT app_is('manager')) OR (SELECT app_is('therapist')))"
COUNTS = "(SELECT app_counts())"
OWN = "client_id IN (SELECT app_own_clients())"
NOW = "(SELECT app_now())"
BEGUN = "client_id IN (SELECT app_begun_clients())"
KEYED = "(user_id IS NULL AND key = (SELECT app_said('key')))"
# Under that table's own policies.
SHARED = "EXISTS (SELECT FROM clients_sharedresult s WHERE s.attempt_id = assessments_attempt.id)"
ASKED = "id IN (SELECT app_asked_attempts())"
# Under that table's own policies.
OF_ATTEMPT = "EXISTS (SELECT FROM assessments_attempt a WHERE a.id = attempt_id)"
OF_ME = "attempt_id IN (SELECT app_own_attempts())"
HOLDS = (
    "EXISTS (SELECT FROM assessments_attempt a WHERE a.id = attempt_id"
    f" AND (a.user_id = {ME} OR a.user_id IS NULL OR a.id IN (SELECT app_asked_attempts())))"
)


def client(own: str, column: str) -> str:
    return own.replace("client_id", column, 1)


def mine(table: str, column: str = "client_id") -> str:
    """As `app_clients`, asked by the row: a page about one client does not gather all of them.

    The care links of an acting therapist are always there for their own eyes.
    """
    row = f"{table}.{column}"
    return (
        f"((SELECT app_is('therapist')) AND {row} NOT IN (SELECT app_own_clients()) AND EXISTS ("
        f"SELECT FROM clients_carelink l WHERE l.client_id = {row} AND l.therapist_id = {ME}"
        f" AND l.starts_at <= (SELECT app_now() + interval '30 seconds')"
        f" AND (l.ends_at IS NULL OR l.ends_at > {NOW})))"
    )


LINK = "client_id IN (SELECT app_clients())"  # A policy may not ask its own table.
# Who decides about an erasure has to know when the last session was.
TO_ERASE = (
    f"({MANAGER} AND EXISTS (SELECT FROM clients_erasurerequest r WHERE"
    " r.client_id = clients_session.client_id AND r.decided_at IS NULL AND r.taken_back_at IS NULL))"
)
DRAFT = f"author_id = {ME} AND signed_at IS NULL AND {mine('clients_note')}"


SEEN = f"user_id = {ME} OR {mine('clients_client', 'id')} OR {client(BEGUN, 'id')} OR {MANAGER} OR {COUNTS}"
# table: (command, USING, WITH CHECK); None where the command has no such part.
POLICIES: dict[str, list[tuple[str, str | None, str | None]]] = {
    "clients_client": [
        ("SELECT", SEEN, None),
        ("INSERT", None, f"{STAFF} AND created_by_id = {ME}"),
        # Locked, and never changed.
        ("UPDATE", SEEN, "false"),
    ],
    "clients_carelink": [
        ("SELECT", f"therapist_id = {ME} OR {OWN} OR {MANAGER} OR {LINK}", None),
        ("INSERT", None, f"granted_by_id = {ME} AND (({MANAGER} AND therapist_id <> {ME}) OR {BEGUN})"),
        ("UPDATE", MANAGER, MANAGER),
    ],
    "clients_stepevent": [
        ("SELECT", f"{OWN} OR {mine('clients_stepevent')} OR {COUNTS}", None),
        ("INSERT", None, f"by_id = {ME} AND ({mine('clients_stepevent')} OR {BEGUN})"),
    ],
    # Written by triggers, as the owner.
    "clients_standing": [("SELECT", f"{OWN} OR {mine('clients_standing')} OR {COUNTS}", None)],
    "clients_change": [
        ("SELECT", f"{OWN} OR {mine('clients_change')} OR {COUNTS}", None),
        ("INSERT", None, OWN),
        ("DELETE", OWN, None),
    ],
    "clients_session": [
        ("SELECT", f"{OWN} OR {mine('clients_session')} OR {TO_ERASE}", None),
        ("INSERT", None, mine('clients_session')),
        ("UPDATE", mine('clients_session'), mine('clients_session')),
    ],
    "clients_task": [
        ("SELECT", f"{OWN} OR {mine('clients_task')}", None),
        ("INSERT", None, f"given_by_id = {ME} AND {mine('clients_task')}"),
        ("UPDATE", f"{OWN} OR {mine('clients_task')}", f"{OWN} OR {mine('clients_task')}"),
    ],
    "clients_note": [
        (
            "SELECT",
            f"({OWN} AND audience = 'shared' AND signed_at IS NOT NULL)"
            f" OR ({mine('clients_note')} AND (signed_at IS NOT NULL OR author_id = {ME}))",
            None,
        ),
        ("INSERT", None, f"author_id = {ME} AND {mine('clients_note')}"),
        ("UPDATE", DRAFT, f"author_id = {ME} AND {mine('clients_note')}"),
        ("DELETE", DRAFT, None),
    ],
    "clients_safetyplan": [
        ("SELECT", f"{OWN} OR {mine('clients_safetyplan')}", None),
        ("INSERT", None, f"written_by_id = {ME} AND ({OWN} OR {mine('clients_safetyplan')})"),
    ],
    "clients_sharedresult": [
        ("SELECT", f"{OWN} OR {mine('clients_sharedresult')} OR {COUNTS} OR attempt_id IN (SELECT app_asked_attempts())", None),
        ("INSERT", None, f"({OWN} AND {OF_ME}) OR attempt_id IN (SELECT app_asked_attempts())"),
        ("DELETE", OWN, None),
    ],
    "clients_enquiry": [
        ("SELECT", f"{OWN} OR {MANAGER}", None),
        # Only an attempt that the asker may see themselves goes along.
        ("INSERT", None, f"closed_at IS NULL AND client_id IS NULL AND (attempt_id IS NULL OR {OF_ATTEMPT})"),
        ("UPDATE", MANAGER, MANAGER),
    ],
    "clients_erasurerequest": [
        ("SELECT", f"{OWN} OR {MANAGER}", None),
        ("INSERT", None, f"{OWN} AND decided_at IS NULL"),
        # Taken back by the client, decided by a manager.
        ("UPDATE", f"{OWN} OR {MANAGER}", f"({OWN} AND decided_at IS NULL) OR {MANAGER}"),
    ],
    "assessments_attempt": [
        ("SELECT", f"user_id = {ME} OR {KEYED} OR {SHARED}"
                   f" OR {ASKED} OR {COUNTS}", None),
        ("INSERT", None, f"user_id = {ME} OR {KEYED}"),
        ("UPDATE", f"user_id = {ME} OR {KEYED} OR {ASKED}", f"user_id = {ME} OR {KEYED} OR {ASKED}"),
        ("DELETE", KEYED, None),
    ],
    "assessments_answer": [
        ("SELECT", OF_ATTEMPT, None),
        ("INSERT", None, HOLDS),
        ("UPDATE", HOLDS, HOLDS),
        ("DELETE", HOLDS, None),
    ],
    "assessments_result": [
        ("SELECT", OF_ATTEMPT, None),
        ("INSERT", None, HOLDS),
        # Sealed anew when the attempt gets an owner.
        ("UPDATE", HOLDS, HOLDS),
        ("DELETE", HOLDS, None),
    ],
    # Kept by somebody whose session had ended, and read by its person alone.
    "accounts_unsent": [
        ("SELECT", f"user_id = {ME}", None),
        ("INSERT", None, "true"),
        ("DELETE", f"user_id = {ME}", None),
    ],
    "accounts_auditevent": [
        ("SELECT", f"actor = {ME} OR {client(OWN, 'client')} OR {LINK.replace('client_id', 'client')} OR {MANAGER}", None),
        ("INSERT", None, "true"),
    ],
}  # fmt: skip


def built() -> str:
    made = []
    for table, policies in POLICIES.items():
        made.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        for command, using, check in policies:
            parts = f" USING ({using})" if using else ""
            parts += f" WITH CHECK ({check})" if check else ""
            made.append(f"CREATE POLICY wall_{command.lower()} ON {table} FOR {command}{parts};")
    return "\n".join(made)


def unbuilt() -> str:
    gone = []
    for table, policies in POLICIES.items():
        gone += [f"DROP POLICY wall_{command.lower()} ON {table};" for command, _u, _c in policies]
        gone.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    gone += [f"DROP FUNCTION {name}();" for name in NAMES]
    return "\n".join([*gone, "DROP FUNCTION app_kept(text);"])


# A visitor who deletes an attempt sees no request that it was attached to: the database lets go of
# it, as the tables' owner.
LET_GO = """
DO $$ DECLARE old text; BEGIN
  SELECT conname INTO old FROM pg_constraint WHERE contype = 'f'
    AND conrelid = 'clients_enquiry'::regclass AND confrelid = 'assessments_attempt'::regclass;
  EXECUTE format('ALTER TABLE clients_enquiry DROP CONSTRAINT %I', old);
  EXECUTE format('ALTER TABLE clients_enquiry ADD CONSTRAINT %I FOREIGN KEY (attempt_id)'
    ' REFERENCES assessments_attempt (id) __DELETE__ DEFERRABLE INITIALLY DEFERRED', old);
END $$;
"""

# A trigger of ours looks for no table in the asker's own schemas.
FIXED = """
DO $$ DECLARE it record; BEGIN
  FOR it IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = 'public'::regnamespace AND l.lanname = 'plpgsql'
      AND p.prorettype = 'trigger'::regtype AND p.proconfig IS NULL
  LOOP EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', it.name); END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0020_standing_is_kept"),
        ("accounts", "0015_tallies"),
        ("assessments", "0006_sealed_answers"),
    ]
    operations = [
        migrations.RunSQL(
            LET_GO.replace("__DELETE__", "ON DELETE SET NULL"), LET_GO.replace("__DELETE__", "")
        ),
        migrations.RunSQL(RIGHTS + built(), unbuilt()),
        migrations.RunSQL(FIXED, migrations.RunSQL.noop),
    ]
