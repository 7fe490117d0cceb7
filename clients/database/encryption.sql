-- The data key of a living person is deleted by nobody, the owner included. A key goes after what it
-- encrypted; a person who has a key goes by their own erasure alone, which names them first in
-- clients_erasure; that row is written where a manager granted it, or where the list of erasures
-- that is kept beside a backup names that very client.

GRANT SELECT, INSERT, DELETE ON accounts_datakey TO :web_role;
GRANT SELECT ON clients_erasure TO :web_role;

CREATE FUNCTION app_key_is_in_use(subject uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM accounts_user WHERE id = subject)
       OR EXISTS (SELECT FROM assessments_attempt WHERE id = subject AND user_id IS NULL)
       OR EXISTS (SELECT FROM clients_enquiry WHERE id = subject AND client_id IS NULL) $$;

ALTER TABLE accounts_datakey ENABLE ROW LEVEL SECURITY;
-- They are wrapped: without FIELD_KEYS a key opens nothing.
CREATE POLICY web_select ON accounts_datakey FOR SELECT USING (true);
-- A key is written before the row that it is for.
CREATE POLICY web_insert ON accounts_datakey FOR INSERT WITH CHECK (true);
-- What a request may delete is the key of an attempt or a first-session request without a person,
-- once that is gone or was encrypted again under a person's own key.
CREATE POLICY web_delete ON accounts_datakey FOR DELETE USING (NOT app_key_is_in_use(subject));

CREATE FUNCTION app_keep_key_in_use() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT app_key_is_in_use(OLD.subject) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'a data key stays as long as it encrypts something'
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
    RAISE EXCEPTION 'a person who has a data key goes by their own erasure alone'
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
