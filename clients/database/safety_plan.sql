-- Safety plans: each change is a new version, written by the client or by one of their therapists.

GRANT SELECT, INSERT ON clients_safetyplan TO :web_role;

ALTER TABLE clients_safetyplan ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_safetyplan FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR ((SELECT app_actor_is('therapist'))
        AND clients_safetyplan.client_id NOT IN (SELECT app_own_clients())
        AND EXISTS (SELECT FROM clients_carelink l
            WHERE l.client_id = clients_safetyplan.client_id AND l.therapist_id = (SELECT app_actor())
            AND l.starts_at <= (SELECT app_now() + interval '30 seconds')
            AND (l.ends_at IS NULL OR l.ends_at > (SELECT app_now())))));
CREATE POLICY web_insert ON clients_safetyplan FOR INSERT WITH CHECK (
    written_by_id = (SELECT app_actor())
    AND (client_id IN (SELECT app_own_clients())
         OR ((SELECT app_actor_is('therapist'))
             AND clients_safetyplan.client_id NOT IN (SELECT app_own_clients())
             AND EXISTS (SELECT FROM clients_carelink l
                 WHERE l.client_id = clients_safetyplan.client_id AND l.therapist_id = (SELECT app_actor())
                 AND l.starts_at <= (SELECT app_now() + interval '30 seconds')
                 AND (l.ends_at IS NULL OR l.ends_at > (SELECT app_now()))))));
CREATE TRIGGER clients_safetyplan_keeps_columns BEFORE UPDATE ON clients_safetyplan
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.written_by_id, OLD.version)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.written_by_id, NEW.version))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'written_by_id', 'version');
