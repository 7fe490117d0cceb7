-- What a client would like to talk about in the next session. The client writes, changes and deletes it;
-- the client's therapists read it and mark it as talked about. From then on its text stays as it is.

GRANT SELECT, INSERT, UPDATE, DELETE ON clients_talkingpoint TO :web_role;

ALTER TABLE clients_talkingpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_talkingpoint FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_talkingpoint.client_id));
-- The note must be one that the client can read: the policy of clients_note applies to this query.
CREATE POLICY web_insert ON clients_talkingpoint FOR INSERT WITH CHECK (
    client_id IN (SELECT app_own_clients()) AND talked_on IS NULL
    AND (note_id IS NULL OR EXISTS (SELECT FROM clients_note n
        WHERE n.id = note_id AND n.client_id = clients_talkingpoint.client_id)));
CREATE POLICY web_update ON clients_talkingpoint FOR UPDATE USING (
    (client_id IN (SELECT app_own_clients()) AND talked_on IS NULL)
    OR EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_talkingpoint.client_id));
CREATE POLICY web_delete ON clients_talkingpoint FOR DELETE USING (
    client_id IN (SELECT app_own_clients()) AND talked_on IS NULL);

CREATE TRIGGER clients_talkingpoint_keeps_columns BEFORE UPDATE ON clients_talkingpoint
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.note_id, OLD.added_at)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.note_id, NEW.added_at))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'note_id', 'added_at');
CREATE TRIGGER clients_talkingpoint_limits_columns BEFORE UPDATE ON clients_talkingpoint
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns_by_actor('text version', 'talked_on talked_by_id');
CREATE TRIGGER clients_talkingpoint_names_the_actor BEFORE UPDATE ON clients_talkingpoint
    FOR EACH ROW EXECUTE FUNCTION app_name_only_the_actor('talked_by_id');

-- Up to when clients have seen what is new for them. Their own alone: nobody watches what they read.
GRANT SELECT, INSERT, UPDATE ON clients_readmark TO :web_role;

ALTER TABLE clients_readmark ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_readmark FOR SELECT USING (client_id IN (SELECT app_own_clients()));
CREATE POLICY web_insert ON clients_readmark FOR INSERT WITH CHECK (client_id IN (SELECT app_own_clients()));
CREATE POLICY web_update ON clients_readmark FOR UPDATE USING (client_id IN (SELECT app_own_clients()));
CREATE TRIGGER clients_readmark_keeps_columns BEFORE UPDATE ON clients_readmark
    FOR EACH ROW WHEN (OLD.client_id IS DISTINCT FROM NEW.client_id)
    EXECUTE FUNCTION app_keep_columns('client_id');
