-- Who may write a person's row, their roles, their invitations and changes of address. Every
-- request may read people: signing in looks them up before there is an actor, and names are shown
-- beside what they wrote. Two more rules are in clients/database/care.sql and encryption.sql: a
-- therapist with clients keeps the role, and a person with a data key is deleted by erasure alone.

GRANT SELECT, INSERT, UPDATE ON accounts_user TO :web_role;
GRANT SELECT, INSERT, DELETE ON accounts_user_groups TO :web_role;
GRANT SELECT ON accounts_user_user_permissions TO :web_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_invitation, accounts_emailchange TO :web_role;

-- Every address is plain ASCII in lower case, so that no letter passes for another. The models
-- declare this for their own tables; this table is allauth's.
ALTER TABLE account_emailaddress DROP CONSTRAINT IF EXISTS account_emailaddress_plain;
ALTER TABLE account_emailaddress
    ADD CONSTRAINT account_emailaddress_plain CHECK (email ~ '^[!-@[-~]+$');

ALTER TABLE accounts_user ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON accounts_user FOR SELECT USING (true);
CREATE POLICY web_insert ON accounts_user FOR INSERT WITH CHECK (
    NOT is_superuser
    AND ((SELECT app_actor_is('manager')) OR (SELECT app_actor_is('therapist'))));
-- Every request that writes about a person locks their row: hence USING (true).
CREATE POLICY web_update ON accounts_user FOR UPDATE USING (true) WITH CHECK (
    id = (SELECT app_actor()) OR (SELECT app_actor_is('manager')) OR (SELECT app_actor()) IS NULL);

-- Without an actor nobody changes a person's row. The person may change these columns of their own
-- row; a manager may change the same columns, except the password.
CREATE FUNCTION app_limit_person_columns() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    allowed text[];
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    allowed := CASE
        WHEN app_actor() IS NULL THEN '{}'::text[]
        WHEN app_actor() = OLD.id THEN '{last_login,password,email,name,is_active}'::text[]
        ELSE '{last_login,email,name,is_active}'::text[] END;
    IF to_jsonb(NEW) - allowed IS DISTINCT FROM to_jsonb(OLD) - allowed THEN
        RAISE EXCEPTION 'of a person only % may change', allowed
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_user_limits_columns BEFORE UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION app_limit_person_columns();

-- A manager gives roles, to other people only.
ALTER TABLE accounts_user_groups ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON accounts_user_groups FOR SELECT USING (true);
CREATE POLICY web_insert ON accounts_user_groups FOR INSERT WITH CHECK (
    (SELECT app_actor_is('manager')) AND user_id <> (SELECT app_actor()));
CREATE POLICY web_delete ON accounts_user_groups FOR DELETE USING (
    (SELECT app_actor_is('manager')) AND user_id <> (SELECT app_actor()));

CREATE TRIGGER accounts_invitation_keeps_columns BEFORE UPDATE ON accounts_invitation
    FOR EACH ROW WHEN ((OLD.id, OLD.user_id, OLD.invited_by_id)
        IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.invited_by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'user_id', 'invited_by_id-');
CREATE TRIGGER accounts_invitation_limits_columns BEFORE UPDATE ON accounts_invitation
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns('accepted_at', 'withdrawn_at');

CREATE TRIGGER accounts_emailchange_keeps_columns BEFORE UPDATE ON accounts_emailchange
    FOR EACH ROW WHEN ((OLD.id, OLD.user_id) IS DISTINCT FROM (NEW.id, NEW.user_id))
    EXECUTE FUNCTION app_keep_columns('id', 'user_id');
CREATE TRIGGER accounts_emailchange_limits_columns BEFORE UPDATE ON accounts_emailchange
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns('done_at');
