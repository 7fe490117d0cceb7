-- How a session was for the client. The client answers about a session of theirs that was held, and changes it
-- for seven days after the session; their therapists read it, and nobody else does.

GRANT SELECT, INSERT, UPDATE ON clients_checkin TO :web_role;

ALTER TABLE clients_checkin ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_checkin FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_checkin.client_id));
-- The seven days are those of OPEN_FOR in clients/check_ins/window.py.
CREATE POLICY web_insert ON clients_checkin FOR INSERT WITH CHECK (
    client_id IN (SELECT app_own_clients())
    AND EXISTS (SELECT FROM clients_session s WHERE s.id = session_id
        AND s.client_id = clients_checkin.client_id AND s.state = 'held'
        AND s.at > (SELECT app_now() - interval '7 days'))
    -- Once somebody has switched the question off, nothing is added or changed.
    AND EXISTS (SELECT FROM clients_client c WHERE c.id = client_id AND c.no_check_ins_since IS NULL));
CREATE POLICY web_update ON clients_checkin FOR UPDATE USING (
    client_id IN (SELECT app_own_clients())
    AND EXISTS (SELECT FROM clients_session s WHERE s.id = session_id AND s.state = 'held'
        AND s.at > (SELECT app_now() - interval '7 days'))
    AND EXISTS (SELECT FROM clients_client c WHERE c.id = client_id AND c.no_check_ins_since IS NULL));

CREATE TRIGGER clients_checkin_keeps_columns BEFORE UPDATE ON clients_checkin
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.session_id, OLD.answered_at)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.session_id, NEW.answered_at))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'session_id', 'answered_at');
CREATE TRIGGER clients_checkin_limits_columns BEFORE UPDATE ON clients_checkin
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns(
        'heard', 'mattered', 'fitted', 'words', 'version', 'changed_at');
