"""Who acts is believed with a proof, for a few minutes, and nobody may write what is somebody's.

The web process signs whom it names (`accounts/wall.py`). A statement that names somebody by itself
can't, since the key is in a table that the web's role does not see: then nobody acts. The moment is
part of it, and is the database's own where the two clocks are far apart, so that a care link that
has ended is not current again for somebody who says that it is yesterday.
"""

from django.db import migrations

PROOF = """
CREATE TABLE accounts_identitykey (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL
);

-- HMAC-SHA256, its key in the two forms in which it is used.
CREATE FUNCTION app_proves(person text, moment text, proof text) RETURNS boolean LANGUAGE sql
STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT coalesce((
    SELECT encode(sha256(outer_pad || sha256(inner_pad ||
           convert_to(person || ' ' || moment, 'UTF8'))), 'hex') = proof
    FROM accounts_identitykey), false) $$;

-- A proof of before is worth nothing for long; one of later, nobody but the web process could make.
CREATE FUNCTION app_is_near(moment timestamptz) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT moment BETWEEN statement_timestamp() - interval '5 minutes'
                     AND statement_timestamp() + interval '1 hour' $$;

CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN app_is_near(app_said('now')::timestamptz) THEN app_said('now')::timestamptz
          ELSE statement_timestamp() END $$;

CREATE OR REPLACE FUNCTION app_person() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN app_is_near(app_said('now')::timestamptz)
                AND app_proves(app_said('person'), app_said('now'), app_said('proof'))
          THEN app_said('person')::uuid END $$;
"""
BELIEVED = """
CREATE OR REPLACE FUNCTION app_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT app_said('person')::uuid $$;
CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(app_said('now')::timestamptz, statement_timestamp()) $$;
DROP FUNCTION app_is_near(timestamptz);
DROP FUNCTION app_proves(text, text, text);
DROP TABLE accounts_identitykey;
"""

# Somebody who has just proved who they are acts, also where an old hash is made again at sign-in.
PERSON = """
CREATE OR REPLACE FUNCTION app_person_changes() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    theirs text[];
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    theirs := CASE
        WHEN app_person() IS NULL THEN '{nobody}'::text[]
        WHEN app_person() = OLD.id THEN '{last_login,password,email,name,is_active}'::text[]
        ELSE '{last_login,email,name,is_active}'::text[] END;
    IF to_jsonb(NEW) - theirs IS DISTINCT FROM to_jsonb(OLD) - theirs THEN
        RAISE EXCEPTION 'of a person they may change %', theirs
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0031_unsent_forms_have_a_size")]
    operations = [
        migrations.RunSQL(PROOF, BELIEVED),
        migrations.RunSQL(
            PERSON.replace("{nobody}", "{}"), PERSON.replace("{nobody}", "{last_login,password}")
        ),
    ]
