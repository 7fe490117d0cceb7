"""The data key of a living person is deleted by nobody, the owner included.

A key goes after what it sealed: nobody deletes one that still seals something, and nobody moves one
to another subject. A person who has a key is deleted by their own erasure alone, which names them
in `clients_erasure` first; that row is written where a manager granted it, or where the list of
erasures that is kept beside a backup names that very client.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION app_keeps_keys() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT app_seals(OLD.subject) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'a data key stays as long as it seals something'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER accounts_datakey_stays BEFORE DELETE ON accounts_datakey
    FOR EACH ROW EXECUTE FUNCTION app_keeps_keys();
CREATE TRIGGER accounts_datakey_stays_with_its_subject BEFORE UPDATE ON accounts_datakey
    FOR EACH ROW WHEN (OLD.subject IS DISTINCT FROM NEW.subject) EXECUTE FUNCTION app_keeps_keys();
CREATE TRIGGER accounts_datakey_is_not_emptied BEFORE TRUNCATE ON accounts_datakey
    FOR EACH STATEMENT EXECUTE FUNCTION app_keeps_keys();

CREATE FUNCTION app_keeps_people() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM accounts_datakey WHERE subject = OLD.id)
           OR EXISTS (SELECT FROM clients_erasure WHERE "user" = OLD.id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'a person who has a data key goes by their own erasure alone'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER accounts_user_goes_by_erasure BEFORE DELETE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION app_keeps_people();
CREATE TRIGGER accounts_user_stays BEFORE UPDATE ON accounts_user
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION app_keeps_people();
CREATE TRIGGER accounts_user_is_not_emptied BEFORE TRUNCATE ON accounts_user
    FOR EACH STATEMENT EXECUTE FUNCTION app_keeps_people();

CREATE FUNCTION app_erases_as_granted() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM clients_client c
               JOIN clients_erasurerequest r ON r.client_id = c.id
               WHERE c.id = NEW.client AND c.user_id = NEW."user" AND r.granted)
       OR app_said('replay') = NEW.client || ' ' || NEW."user" THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'nobody granted this erasure' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER clients_erasure_is_granted BEFORE INSERT OR UPDATE ON clients_erasure
    FOR EACH ROW EXECUTE FUNCTION app_erases_as_granted();
"""
UNGUARD = """
DROP TRIGGER clients_erasure_is_granted ON clients_erasure;
DROP TRIGGER accounts_user_is_not_emptied ON accounts_user;
DROP TRIGGER accounts_user_stays ON accounts_user;
DROP TRIGGER accounts_user_goes_by_erasure ON accounts_user;
DROP TRIGGER accounts_datakey_is_not_emptied ON accounts_datakey;
DROP TRIGGER accounts_datakey_stays_with_its_subject ON accounts_datakey;
DROP TRIGGER accounts_datakey_stays ON accounts_datakey;
DROP FUNCTION app_erases_as_granted();
DROP FUNCTION app_keeps_people();
DROP FUNCTION app_keeps_keys();
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0097_safe_to_practise")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
