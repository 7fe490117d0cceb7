"""A row stays with whom and what it is about, whoever writes: the database's own word.

Policies say whose rows somebody may change; by them alone, a therapist's statement could still move
a session from one of their clients to another. `STAYS` lists the columns that say whose a row is.
After a name, `?`: it may be filled where it was empty. `-`: the owner empties it when that row is
deleted (`SET_NULL`).
"""

from django.db import migrations

STAYS = {
    "accounts_consent": "id user_id text_id given_at",
    "accounts_emailchange": "id user_id",
    "accounts_invitation": "id user_id invited_by_id-",
    "accounts_mail": "id user_id",
    "accounts_unsent": "id user_id",
    "assessments_answer": "id attempt_id item_id",
    "assessments_attempt": "id user_id? version_id",
    "assessments_result": "id attempt_id",
    "assessments_scalefact": "id version_id scale_id added_by_id-",
    "clients_carelink": "id client_id therapist_id granted_by_id-",
    "clients_change": "id client_id instrument_id",
    "clients_client": "id user_id created_by_id-",
    "clients_enquiry": "id attempt_id- client_id?- closed_by_id?-",
    "clients_erasurerequest": "id client_id asked_at decided_by_id?-",
    "clients_note": "id client_id author_id amends_id created_at",
    "clients_safetyplan": "id client_id written_by_id version",
    "clients_session": "id client_id therapist_id",
    "clients_sharedresult": "id client_id attempt_id",
    "clients_standing": "client_id",
    "clients_stepevent": "id client_id by_id-",
    "clients_task": "id client_id step_id given_by_id",
}

STAY = """
CREATE FUNCTION app_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    rule text; name text; was text; becomes text;
    -- Also in a cascade, which runs as the table's owner.
    owns boolean := pg_has_role(current_user,
        (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE');
BEGIN
    FOREACH rule IN ARRAY TG_ARGV LOOP
        name := rtrim(rule, '?-');
        was := to_jsonb(OLD) ->> name;
        becomes := to_jsonb(NEW) ->> name;
        IF was IS NOT DISTINCT FROM becomes
           OR (was IS NULL AND rule LIKE '%?%')
           OR (becomes IS NULL AND rule LIKE '%-' AND owns) THEN
            CONTINUE;
        END IF;
        RAISE EXCEPTION '%.% never changes', TG_TABLE_NAME, name
            USING ERRCODE = 'insufficient_privilege';
    END LOOP;
    RETURN NEW;
END $$;
"""


def built() -> str:
    made = [STAY]
    for table, said in STAYS.items():
        names = [rule.rstrip("?-") for rule in said.split()]
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in names)
        rules = ", ".join(f"'{rule}'" for rule in said.split())
        made.append(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table}"
            f" FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION app_stays({rules});"
        )
    return "\n".join(made)


def unbuilt() -> str:
    gone = [f"DROP TRIGGER {table}_stays ON {table};" for table in STAYS]
    return "\n".join([*gone, "DROP FUNCTION app_stays();"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_tallies"),
        ("assessments", "0006_sealed_answers"),
        ("clients", "0041_the_actor_is_who_acts"),
    ]
    operations = [migrations.RunSQL(built(), unbuilt())]
