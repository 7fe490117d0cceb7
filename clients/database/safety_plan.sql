-- Safety plans: each change is a new version, written by the client or by one of their therapists.

GRANT SELECT, INSERT, UPDATE ON clients_safetyplan TO :web_role;

ALTER TABLE clients_safetyplan ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_safetyplan FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_safetyplan.client_id));
CREATE POLICY web_insert ON clients_safetyplan FOR INSERT WITH CHECK (
    written_by_id = (SELECT app_actor())
    AND (client_id IN (SELECT app_own_clients())
         OR EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_safetyplan.client_id)));
-- A version never changes, except that a therapist notes that they followed up on it.
CREATE POLICY web_update ON clients_safetyplan FOR UPDATE
    USING (EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_safetyplan.client_id))
    WITH CHECK (
        followed_up_by_id = (SELECT app_actor())
        AND EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_safetyplan.client_id));
CREATE TRIGGER clients_safetyplan_keeps_columns BEFORE UPDATE ON clients_safetyplan
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.written_by_id, OLD.version, OLD.followed_up_by_id)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.written_by_id, NEW.version, NEW.followed_up_by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'written_by_id', 'version', 'followed_up_by_id?');
CREATE TRIGGER clients_safetyplan_limits_columns BEFORE UPDATE ON clients_safetyplan
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns('followed_up_at', 'followed_up_by_id');
