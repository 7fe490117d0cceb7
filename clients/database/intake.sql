-- Requests for a first session: anyone can send one, managers answer it after a therapist whom they asked
-- has looked at it, and it becomes part of the client's record if care begins.

GRANT SELECT, INSERT, UPDATE ON clients_enquiry TO :web_role;

-- Attempts attached to requests that are still open, for managers.
CREATE FUNCTION app_enquiry_attempts() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT attempt_id FROM clients_enquiry
   WHERE closed_at IS NULL AND attempt_id IS NOT NULL AND app_actor_is('manager') $$;

-- Whether the actor is the therapist whom a manager asked to look at an open request.
CREATE FUNCTION app_looks_at(clinician uuid, closed_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS
$$ SELECT clinician = app_actor() AND closed_at IS NULL AND app_actor_is('therapist') $$;

ALTER TABLE clients_enquiry ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_enquiry FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_enquiry.client_id)
    OR (SELECT app_actor_is('manager'))
    OR (SELECT app_looks_at(clinician_id, closed_at)));
-- The sender can attach only an attempt that they can see (under that table's own policies).
CREATE POLICY web_insert ON clients_enquiry FOR INSERT WITH CHECK (
    closed_at IS NULL AND client_id IS NULL
    AND (attempt_id IS NULL OR EXISTS (SELECT FROM assessments_attempt a WHERE a.id = attempt_id)));
CREATE POLICY web_update ON clients_enquiry FOR UPDATE
    USING ((SELECT app_actor_is('manager')) OR (SELECT app_looks_at(clinician_id, closed_at)))
    WITH CHECK ((SELECT app_actor_is('manager')) OR (SELECT app_looks_at(clinician_id, closed_at)));

CREATE TRIGGER clients_enquiry_keeps_columns BEFORE UPDATE ON clients_enquiry
    FOR EACH ROW WHEN ((OLD.id, OLD.attempt_id, OLD.client_id, OLD.closed_by_id)
        IS DISTINCT FROM (NEW.id, NEW.attempt_id, NEW.client_id, NEW.closed_by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'attempt_id-', 'client_id?-', 'closed_by_id?-');
CREATE TRIGGER clients_enquiry_limits_columns BEFORE UPDATE ON clients_enquiry
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns_by_actor(
        '', 'closed_at closed_by_id client_id about phone contact phone_index attempt_id clinician_id looked_at advice');

-- The clinician gives advice and changes nothing else; nobody says in another person's name that they
-- have looked at a request.
CREATE FUNCTION app_limit_looking() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    IF NOT app_actor_is('manager')
       AND to_jsonb(NEW) - ARRAY['looked_at', 'advice'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['looked_at', 'advice']
       OR NEW.looked_at IS NOT NULL AND NEW.looked_at IS DISTINCT FROM OLD.looked_at
          AND NEW.clinician_id IS DISTINCT FROM app_actor() THEN
        RAISE EXCEPTION 'a clinician advises on a request, and nobody does it for them'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_enquiry_limits_looking BEFORE UPDATE ON clients_enquiry
    FOR EACH ROW EXECUTE FUNCTION app_limit_looking();

-- Each time that the practice got in touch about a request. Who may read the request reads them, too
-- (under that table's own policies). A manager adds one in their own name, and nobody changes one.
GRANT SELECT, INSERT ON clients_enquirycontact TO :web_role;
ALTER TABLE clients_enquirycontact ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_enquirycontact FOR SELECT USING (
    EXISTS (SELECT FROM clients_enquiry e WHERE e.id = clients_enquirycontact.enquiry_id));
CREATE POLICY web_insert ON clients_enquirycontact FOR INSERT WITH CHECK (
    (SELECT app_actor_is('manager')) AND made_by_id = (SELECT app_actor())
    AND EXISTS (SELECT FROM clients_enquiry e
                WHERE e.id = clients_enquirycontact.enquiry_id AND e.closed_at IS NULL));
CREATE TRIGGER clients_enquirycontact_keeps_columns BEFORE UPDATE ON clients_enquirycontact
    FOR EACH ROW WHEN ((OLD.id, OLD.enquiry_id, OLD.made_by_id)
        IS DISTINCT FROM (NEW.id, NEW.enquiry_id, NEW.made_by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'enquiry_id', 'made_by_id');

-- A visitor who deletes an attempt cannot see the request that it is attached to. So the foreign key
-- is ON DELETE SET NULL, which the database carries out as the table's owner.
DO $$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT c.conname, a.attname AS column_name, c.confrelid::regclass AS target
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.conrelid = 'clients_enquiry'::regclass AND a.attname IN ('attempt_id')
            AND c.confdeltype <> 'n'
    LOOP
        EXECUTE format('ALTER TABLE clients_enquiry DROP CONSTRAINT %I', held.conname);
        EXECUTE format('ALTER TABLE clients_enquiry ADD CONSTRAINT %I FOREIGN KEY (%I)'
            ' REFERENCES %s (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED',
            held.conname, held.column_name, held.target);
    END LOOP;
END $$;
