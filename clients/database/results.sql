-- Who sees which attempts and results, and what a client shares with their therapists.

ALTER TABLE assessments_attempt ENABLE ROW LEVEL SECURITY;
-- One's own attempt; an anonymous one, with its key; a shared one (under the policies of that table);
-- one attached to an open request; all of them, for the statistics.
CREATE POLICY web_select ON assessments_attempt FOR SELECT USING (
    user_id = (SELECT app_actor())
    OR (user_id IS NULL AND key = (SELECT app_setting('attempt_key')))
    OR EXISTS (SELECT FROM clients_sharedresult s WHERE s.attempt_id = assessments_attempt.id)
    OR id IN (SELECT app_enquiry_attempts())
    OR (SELECT app_reads_statistics()));
CREATE POLICY web_insert ON assessments_attempt FOR INSERT WITH CHECK (
    user_id = (SELECT app_actor())
    OR (user_id IS NULL AND key = (SELECT app_setting('attempt_key'))));
-- A manager can assign an attached attempt only to a client whom they created.
CREATE POLICY web_update ON assessments_attempt FOR UPDATE
    USING (
        user_id = (SELECT app_actor())
        OR (user_id IS NULL AND key = (SELECT app_setting('attempt_key')))
        OR id IN (SELECT app_enquiry_attempts()))
    WITH CHECK (
        user_id = (SELECT app_actor())
        OR (user_id IS NULL AND key = (SELECT app_setting('attempt_key')))
        OR (id IN (SELECT app_enquiry_attempts())
            AND (user_id IS NULL OR user_id IN (
                SELECT c.user_id FROM clients_client c
                WHERE c.created_by_id = (SELECT app_actor())))));
CREATE POLICY web_delete ON assessments_attempt FOR DELETE USING (
    user_id IS NULL AND key = (SELECT app_setting('attempt_key')));

-- Who can begin a questionnaire: everyone, clients, or the people who were asked to. The same rule as
-- `Instrument.objects.open_to`, for one version.
CREATE FUNCTION app_may_begin(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (
    SELECT FROM assessments_instrumentversion v
    JOIN assessments_instrument i ON i.id = v.instrument_id
    WHERE v.id = wanted AND (
        i.audience = 'everyone'
        OR (i.audience = 'clients' AND EXISTS (SELECT FROM app_own_clients()))
        OR EXISTS (SELECT FROM assessments_assignment a
                   WHERE a.instrument_id = i.id AND a.user_id = app_actor()))) $$;
-- Restrictive: in addition to the policy about the owner of an attempt.
CREATE POLICY web_insert_audience ON assessments_attempt AS RESTRICTIVE FOR INSERT
    WITH CHECK (app_may_begin(version_id));

-- Answers and results can be read with their attempt, and written if it is one's own, anonymous, or
-- attached to a request (it is encrypted again when it gets an owner).
DO $$
DECLARE
    name text;
    readable text := 'EXISTS (SELECT FROM assessments_attempt a WHERE a.id = attempt_id)';
    writable text := 'EXISTS (SELECT FROM assessments_attempt a WHERE a.id = attempt_id'
        ' AND (a.user_id = (SELECT app_actor()) OR a.user_id IS NULL'
        ' OR a.id IN (SELECT app_enquiry_attempts())))';
BEGIN
    FOREACH name IN ARRAY ARRAY['assessments_answer', 'assessments_result'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY web_select ON %I FOR SELECT USING (%s)', name, readable);
        EXECUTE format('CREATE POLICY web_insert ON %I FOR INSERT WITH CHECK (%s)', name, writable);
        EXECUTE format('CREATE POLICY web_update ON %I FOR UPDATE USING (%s) WITH CHECK (%s)',
            name, writable, writable);
        EXECUTE format('CREATE POLICY web_delete ON %I FOR DELETE USING (%s)', name, writable);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON clients_sharedresult TO :web_role;
GRANT SELECT, INSERT, DELETE ON clients_reliablechange TO :web_role;

-- A result can be shared only by, or for, its owner.
CREATE FUNCTION app_attempt_is_of(attempt uuid, client uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM assessments_attempt a JOIN clients_client c ON c.user_id = a.user_id
                  WHERE a.id = attempt AND c.id = client) $$;

ALTER TABLE clients_sharedresult ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_sharedresult FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_sharedresult.client_id)
    OR (SELECT app_reads_statistics())
    OR attempt_id IN (SELECT app_enquiry_attempts()));
CREATE POLICY web_insert ON clients_sharedresult FOR INSERT WITH CHECK (
    ((client_id IN (SELECT app_own_clients()) AND attempt_id IN (SELECT app_own_attempts()))
     OR attempt_id IN (SELECT app_enquiry_attempts()))
    AND app_attempt_is_of(attempt_id, client_id));
CREATE POLICY web_delete ON clients_sharedresult FOR DELETE USING (
    client_id IN (SELECT app_own_clients()));
CREATE TRIGGER clients_sharedresult_keeps_columns BEFORE UPDATE ON clients_sharedresult
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.attempt_id)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.attempt_id))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'attempt_id');

-- The latest reliable change of each client's scores, for lists.
ALTER TABLE clients_reliablechange ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_reliablechange FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_reliablechange.client_id)
    OR (SELECT app_reads_statistics()));
CREATE POLICY web_insert ON clients_reliablechange FOR INSERT WITH CHECK (
    client_id IN (SELECT app_own_clients()));
CREATE POLICY web_delete ON clients_reliablechange FOR DELETE USING (
    client_id IN (SELECT app_own_clients()));
CREATE TRIGGER clients_reliablechange_keeps_columns BEFORE UPDATE ON clients_reliablechange
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.instrument_id)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.instrument_id))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'instrument_id');

-- A therapist hands a client of theirs a questionnaire to fill in at the practice; the client begins and
-- ends it.
ALTER TABLE assessments_sitting ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON assessments_sitting FOR SELECT USING (
    user_id = (SELECT app_actor()) OR made_by_id = (SELECT app_actor()));
CREATE POLICY web_insert ON assessments_sitting FOR INSERT WITH CHECK (
    made_by_id = (SELECT app_actor()) AND opened_at IS NULL AND attempt_id IS NULL
    AND EXISTS (SELECT FROM clients_client c JOIN app_writable_clients() w ON w.client_id = c.id
                WHERE c.user_id = assessments_sitting.user_id));
CREATE POLICY web_update ON assessments_sitting FOR UPDATE
    USING (user_id = (SELECT app_actor()) OR made_by_id = (SELECT app_actor()))
    WITH CHECK (user_id = (SELECT app_actor())
        OR (made_by_id = (SELECT app_actor()) AND attempt_id IS NULL AND share IS NULL));
