-- Sessions are visible to the client and their therapists. Managers see only the times of future
-- sessions, to cancel them or to plan them again with a therapist who cares for the client then.

GRANT SELECT, INSERT, UPDATE ON clients_session TO :web_role;

ALTER TABLE clients_session ENABLE ROW LEVEL SECURITY;
-- A manager who decides about an erasure needs to know when the last session was.
CREATE POLICY web_select ON clients_session FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_session.client_id)
    OR ((SELECT app_actor_is('manager')) AND EXISTS (
        SELECT FROM clients_erasurerequest r WHERE r.client_id = clients_session.client_id
        AND r.decided_at IS NULL AND r.taken_back_at IS NULL)));
-- A therapist plans their own sessions. One that gets another time (its sequence is above 0) stays with
-- its therapist, also if a covering therapist moves it.
CREATE POLICY web_insert ON clients_session FOR INSERT WITH CHECK (
    (therapist_id = (SELECT app_actor())
        OR (calendar_sequence > 0 AND app_cared_for(therapist_id, client_id, at)))
    AND EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_session.client_id));
CREATE POLICY web_update ON clients_session FOR UPDATE
    USING (EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_session.client_id))
    WITH CHECK (EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_session.client_id));

CREATE POLICY web_select_manager ON clients_session FOR SELECT
    USING ((SELECT app_actor_is('manager')) AND at >= (SELECT app_now()));
CREATE POLICY web_insert_manager ON clients_session FOR INSERT
    WITH CHECK ((SELECT app_actor_is('manager')) AND state = 'planned' AND at >= (SELECT app_now())
        AND app_cared_for(therapist_id, client_id, at));
CREATE POLICY web_update_manager ON clients_session FOR UPDATE
    USING ((SELECT app_actor_is('manager')) AND at >= (SELECT app_now()) AND state = 'planned')
    WITH CHECK ((SELECT app_actor_is('manager')) AND state = 'moved');

CREATE TRIGGER clients_session_keeps_columns BEFORE UPDATE ON clients_session
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.therapist_id, OLD.calendar_uid, OLD.series)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.therapist_id, NEW.calendar_uid, NEW.series))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'therapist_id', 'calendar_uid', 'series');
CREATE TRIGGER clients_session_limits_columns BEFORE UPDATE ON clients_session
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns_by_actor('', 'state recorded_at calendar_sequence');
