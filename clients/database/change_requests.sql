-- Requests to move or cancel a session: a client asks and withdraws, a therapist of theirs answers.

GRANT SELECT, INSERT, UPDATE ON clients_changerequest TO :web_role;

ALTER TABLE clients_changerequest ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_changerequest FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_changerequest.client_id));
-- A client asks only about a session of their own that is still ahead.
CREATE POLICY web_insert ON clients_changerequest FOR INSERT WITH CHECK (
    client_id IN (SELECT app_own_clients())
    AND answered_by_id IS NULL AND withdrawn_at IS NULL AND reply IS NULL
    AND EXISTS (SELECT FROM clients_session s WHERE s.id = clients_changerequest.session_id
        AND s.client_id = clients_changerequest.client_id
        AND s.state = 'planned' AND s.at >= (SELECT app_now())));
CREATE POLICY web_update ON clients_changerequest FOR UPDATE
    USING (
        client_id IN (SELECT app_own_clients())
        OR EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_changerequest.client_id));

CREATE TRIGGER clients_changerequest_keeps_columns BEFORE UPDATE ON clients_changerequest
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.session_id, OLD.asked_at)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.session_id, NEW.asked_at))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'session_id', 'asked_at');
CREATE TRIGGER clients_changerequest_limits_columns BEFORE UPDATE ON clients_changerequest
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns_by_actor(
        'withdrawn_at', 'answer answered_by_id answered_at reply');
-- Nobody answers in another person's name.
CREATE TRIGGER clients_changerequest_names_the_actor BEFORE UPDATE ON clients_changerequest
    FOR EACH ROW EXECUTE FUNCTION app_name_only_the_actor('answered_by_id');

-- The coming sessions that a client asks to change, for the person who ends care or a path: a manager does not
-- learn which times they named.
CREATE FUNCTION app_sessions_asked_to_change(clients uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT r.session_id FROM clients_changerequest r
   WHERE r.client_id = ANY (clients) AND r.answered_at IS NULL AND r.withdrawn_at IS NULL
     AND (app_manages() OR r.client_id IN (SELECT w.client_id FROM app_writable_clients() w)) $$;
