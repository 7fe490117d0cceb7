-- Therapists' marks of what they asked or practised for safety. The client does not read them: who looks
-- over their shoulder, or opens their download, must not learn that violence was asked about. A mark is
-- never changed; its author can remove one that was made by mistake.

GRANT SELECT, INSERT, DELETE ON clients_safetymark TO :web_role;

ALTER TABLE clients_safetymark ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_safetymark FOR SELECT USING (
    EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_safetymark.client_id));
CREATE POLICY web_insert ON clients_safetymark FOR INSERT WITH CHECK (
    by_id = (SELECT app_actor())
    AND EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_safetymark.client_id));
CREATE POLICY web_delete ON clients_safetymark FOR DELETE USING (
    by_id = (SELECT app_actor())
    AND EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_safetymark.client_id));
CREATE TRIGGER clients_safetymark_keeps_columns BEFORE UPDATE ON clients_safetymark
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.by_id)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'by_id');
