"""Sessions, the list of a person's devices, mails and consent texts behind the second wall.

A session is found by its whole key alone: the web's role has three
functions and not the table (`accounts/session_store.py`). A mail is read by its person, if it has
one; who posts it does not see it, and a worker sends it as the owner.
"""

from django.db import migrations

from accounts.row_rules import written_by

ME = "(SELECT app_person())"
SESSIONS = """
CREATE FUNCTION app_session(held text) RETURNS TABLE (data text, ends timestamptz) LANGUAGE sql
STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT session_data, expire_date FROM django_session WHERE session_key = held $$;

-- How many rows: 0 where a new one was there already, or an old one is not there any more.
CREATE FUNCTION app_keep_session(held text, data text, ends timestamptz, new boolean)
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kept int;
BEGIN
    IF new THEN
        INSERT INTO django_session (session_key, session_data, expire_date)
            VALUES (held, data, ends) ON CONFLICT DO NOTHING;
    ELSE
        UPDATE django_session SET session_data = data, expire_date = ends WHERE session_key = held;
    END IF;
    GET DIAGNOSTICS kept = ROW_COUNT;
    RETURN kept;
END $$;

CREATE FUNCTION app_drop_session(held text) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DELETE FROM django_session WHERE session_key = held $$;
"""
NO_SESSIONS = """
DROP FUNCTION app_session(text);
DROP FUNCTION app_keep_session(text, text, timestamptz, boolean);
DROP FUNCTION app_drop_session(text);
"""
DEVICES = f"""
ALTER TABLE usersessions_usersession ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall_select ON usersessions_usersession FOR SELECT USING (user_id = {ME});
CREATE POLICY wall_insert ON usersessions_usersession FOR INSERT WITH CHECK (user_id = {ME});
CREATE POLICY wall_update ON usersessions_usersession FOR UPDATE
    USING (user_id = {ME}) WITH CHECK (user_id = {ME});
CREATE POLICY wall_delete ON usersessions_usersession FOR DELETE USING (user_id = {ME});
"""
NO_DEVICES = """
DROP POLICY wall_delete ON usersessions_usersession;
DROP POLICY wall_update ON usersessions_usersession;
DROP POLICY wall_insert ON usersessions_usersession;
DROP POLICY wall_select ON usersessions_usersession;
ALTER TABLE usersessions_usersession DISABLE ROW LEVEL SECURITY;
"""
MAILS = f"""
ALTER TABLE accounts_mail ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall_select ON accounts_mail FOR SELECT USING (user_id = {ME});
CREATE POLICY wall_insert ON accounts_mail FOR INSERT WITH CHECK (
    tries = 0 AND sent_at IS NULL AND given_up_at IS NULL);

-- Whether a mail with this id was kept: where another one about the same thing was there, it was not.
CREATE FUNCTION app_posted(mail uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM accounts_mail WHERE id = mail) $$;
"""
NO_MAILS = """
DROP FUNCTION app_posted(uuid);
DROP POLICY wall_insert ON accounts_mail;
DROP POLICY wall_select ON accounts_mail;
ALTER TABLE accounts_mail DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0041_who_acts_is_proved"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(SESSIONS, NO_SESSIONS),
        migrations.RunSQL(DEVICES, NO_DEVICES),
        migrations.RunSQL(MAILS, NO_MAILS),
        migrations.RunSQL(*written_by("manager", "accounts_consenttext")),
    ]
