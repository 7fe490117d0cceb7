-- Calls that clients ask for: a client asks and withdraws, and a therapist of theirs or a manager takes
-- a call on, notes that it was made, or puts it back.

GRANT SELECT, INSERT, UPDATE ON clients_callback TO :web_role;

ALTER TABLE clients_callback ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_callback FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_callback.client_id)
    OR (SELECT app_actor_is('manager')));
CREATE POLICY web_insert ON clients_callback FOR INSERT WITH CHECK (
    client_id IN (SELECT app_own_clients())
    AND taken_by_id IS NULL AND done_by_id IS NULL AND withdrawn_at IS NULL);
CREATE POLICY web_update ON clients_callback FOR UPDATE
    USING (
        client_id IN (SELECT app_own_clients())
        OR EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_callback.client_id)
        OR (SELECT app_actor_is('manager')));

CREATE TRIGGER clients_callback_keeps_columns BEFORE UPDATE ON clients_callback
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.asked_at)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.asked_at))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'asked_at');
CREATE TRIGGER clients_callback_limits_columns BEFORE UPDATE ON clients_callback
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns_by_actor(
        'withdrawn_at', 'taken_by_id taken_at done_by_id done_at');
-- Nobody takes on or ends a call in another person's name.
CREATE TRIGGER clients_callback_names_the_actor BEFORE UPDATE ON clients_callback
    FOR EACH ROW EXECUTE FUNCTION app_name_only_the_actor('taken_by_id', 'done_by_id');
