-- Sessions, devices, second factors, forms parked while somebody signs in again, rate limits.

GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_parkedform, accounts_ratecounter TO :web_role;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON account_emailaddress, account_emailconfirmation, mfa_authenticator, usersessions_usersession
    TO :web_role;

-- A session is found by its complete key only: the web role may call these three functions and has
-- no right to the table (accounts/sign_in/session_store.py).
CREATE FUNCTION app_read_session(key text) RETURNS TABLE (data text, ends timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT session_data, expire_date FROM django_session WHERE session_key = key $$;

-- Returns the number of rows written: 0 if a new one exists already, or an old one is gone.
CREATE FUNCTION app_write_session(key text, data text, ends timestamptz, new boolean)
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    written int;
BEGIN
    IF new THEN
        INSERT INTO django_session (session_key, session_data, expire_date)
            VALUES (key, data, ends) ON CONFLICT DO NOTHING;
    ELSE
        UPDATE django_session SET session_data = data, expire_date = ends WHERE session_key = key;
    END IF;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;

CREATE FUNCTION app_delete_session(key text) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS
$$ DELETE FROM django_session WHERE session_key = key $$;

-- Each person's list of devices is their own.
ALTER TABLE usersessions_usersession ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON usersessions_usersession FOR SELECT
    USING (user_id = (SELECT app_actor()));
CREATE POLICY web_insert ON usersessions_usersession FOR INSERT
    WITH CHECK (user_id = (SELECT app_actor()));
CREATE POLICY web_update ON usersessions_usersession FOR UPDATE
    USING (user_id = (SELECT app_actor())) WITH CHECK (user_id = (SELECT app_actor()));
CREATE POLICY web_delete ON usersessions_usersession FOR DELETE
    USING (user_id = (SELECT app_actor()));

-- A second factor is set up and removed by its person. Its use is stored while they sign in, when
-- there is no actor yet.
ALTER TABLE mfa_authenticator ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON mfa_authenticator FOR SELECT USING (true);
CREATE POLICY web_insert ON mfa_authenticator FOR INSERT
    WITH CHECK (user_id = (SELECT app_actor()));
CREATE POLICY web_update ON mfa_authenticator FOR UPDATE
    USING (user_id = (SELECT app_actor()) OR (SELECT app_actor()) IS NULL)
    WITH CHECK (user_id = (SELECT app_actor()) OR (SELECT app_actor()) IS NULL);
CREATE POLICY web_delete ON mfa_authenticator FOR DELETE USING (user_id = (SELECT app_actor()));

-- Its person and its secret never change; a used recovery code stays used.
CREATE FUNCTION app_limit_factor_columns() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    -- What allauth stores: which recovery codes are used, and that their person has seen them.
    noted text[] := CASE WHEN app_actor() = OLD.user_id THEN '{used_mask,viewed_at}'::text[]
                    ELSE '{used_mask}'::text[] END;
    used int := coalesce((OLD.data ->> 'used_mask')::int, 0);
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - '{data,last_used_at}'::text[]
           IS DISTINCT FROM to_jsonb(OLD) - '{data,last_used_at}'::text[]
       OR NEW.data - noted IS DISTINCT FROM OLD.data - noted
       OR coalesce((NEW.data ->> 'used_mask')::int, 0) & used <> used THEN
        RAISE EXCEPTION 'of a second factor only its use is noted'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mfa_authenticator_limits_columns BEFORE UPDATE ON mfa_authenticator
    FOR EACH ROW EXECUTE FUNCTION app_limit_factor_columns();

-- A form that waits while its sender signs in again. It is added without an actor, since the
-- session has ended; only its person may read it.
ALTER TABLE accounts_parkedform ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON accounts_parkedform FOR SELECT USING (user_id = (SELECT app_actor()));
CREATE POLICY web_insert ON accounts_parkedform FOR INSERT WITH CHECK (true);
CREATE POLICY web_delete ON accounts_parkedform FOR DELETE USING (user_id = (SELECT app_actor()));
CREATE TRIGGER accounts_parkedform_keeps_columns BEFORE UPDATE ON accounts_parkedform
    FOR EACH ROW WHEN ((OLD.id, OLD.user_id) IS DISTINCT FROM (NEW.id, NEW.user_id))
    EXECUTE FUNCTION app_keep_columns('id', 'user_id');

-- A person's latest 20 are kept. A request without an actor sees no row, so a trigger deletes the
-- rest.
CREATE FUNCTION app_limit_parked_forms() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM accounts_parkedform WHERE user_id = NEW.user_id AND id NOT IN (
        SELECT id FROM accounts_parkedform WHERE user_id = NEW.user_id ORDER BY at DESC LIMIT 20);
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_parkedform_is_limited AFTER INSERT ON accounts_parkedform
    FOR EACH ROW EXECUTE FUNCTION app_limit_parked_forms();
