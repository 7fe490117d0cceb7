-- Nobody, not even the owner, can delete the data key of an existing person. A key can be deleted only
-- after the rows that it encrypts. A person who has a key can be deleted only by an erasure, which
-- first adds them to clients_erasure. That row can be written only if a manager granted the erasure,
-- or while `erase --replay` restores the erasures that happened after a backup.

GRANT SELECT, INSERT, DELETE ON accounts_datakey TO :web_role;
GRANT SELECT ON clients_erasure TO :web_role;

CREATE FUNCTION app_key_is_in_use(subject uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM accounts_user WHERE id = subject)
       OR EXISTS (SELECT FROM assessments_attempt WHERE id = subject AND user_id IS NULL)
       OR EXISTS (SELECT FROM clients_enquiry WHERE id = subject AND client_id IS NULL) $$;

ALTER TABLE accounts_datakey ENABLE ROW LEVEL SECURITY;
-- Data keys are wrapped: they are useless without FIELD_KEYS.
CREATE POLICY web_select ON accounts_datakey FOR SELECT USING (true);
-- A key is written before the first row that it encrypts.
CREATE POLICY web_insert ON accounts_datakey FOR INSERT WITH CHECK (true);
-- A request can delete the key of an anonymous attempt or of a first-session request, once that row is
-- deleted or encrypted again under a person's key.
CREATE POLICY web_delete ON accounts_datakey FOR DELETE USING (NOT app_key_is_in_use(subject));

CREATE FUNCTION app_keep_key_in_use() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT app_key_is_in_use(OLD.subject) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'a data key cannot be deleted while it is in use'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER accounts_datakey_stays BEFORE DELETE ON accounts_datakey
    FOR EACH ROW EXECUTE FUNCTION app_keep_key_in_use();
CREATE TRIGGER accounts_datakey_keeps_subject BEFORE UPDATE ON accounts_datakey
    FOR EACH ROW WHEN (OLD.subject IS DISTINCT FROM NEW.subject)
    EXECUTE FUNCTION app_keep_key_in_use();
CREATE TRIGGER accounts_datakey_is_not_truncated BEFORE TRUNCATE ON accounts_datakey
    FOR EACH STATEMENT EXECUTE FUNCTION app_keep_key_in_use();

CREATE FUNCTION app_keep_person() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM accounts_datakey WHERE subject = OLD.id)
           OR EXISTS (SELECT FROM clients_erasure WHERE "user" = OLD.id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'a person with a data key can only be erased'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER accounts_user_goes_by_erasure BEFORE DELETE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION app_keep_person();
CREATE TRIGGER accounts_user_keeps_id BEFORE UPDATE ON accounts_user
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION app_keep_person();
CREATE TRIGGER accounts_user_is_not_truncated BEFORE TRUNCATE ON accounts_user
    FOR EACH STATEMENT EXECUTE FUNCTION app_keep_person();

CREATE FUNCTION app_require_granted_erasure() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM clients_client c
               JOIN clients_erasurerequest r ON r.client_id = c.id
               WHERE c.id = NEW.client AND c.user_id = NEW."user" AND r.granted)
       OR app_setting('replay') = NEW.client || ' ' || NEW."user" THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'nobody granted this erasure' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER clients_erasure_is_granted BEFORE INSERT OR UPDATE ON clients_erasure
    FOR EACH ROW EXECUTE FUNCTION app_require_granted_erasure();
