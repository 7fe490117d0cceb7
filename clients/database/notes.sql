-- Notes: only its author sees a draft. A signed note never changes; the client's therapists read it,
-- and the client too if it is shared. The session that it is about is one of the same client.

GRANT SELECT, INSERT, UPDATE, DELETE ON clients_note TO :web_role;

-- An amendment must have the same client and the same readers as the signed note that it amends. Runs
-- as the owner, because a policy cannot query its own table.
CREATE FUNCTION app_may_amend(note uuid, client uuid, readers text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM clients_note n WHERE n.id = note AND n.client_id = client
                  AND n.audience = readers AND n.signed_at IS NOT NULL) $$;

ALTER TABLE clients_note ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_note FOR SELECT USING (
    (client_id IN (SELECT app_own_clients()) AND audience = 'shared' AND signed_at IS NOT NULL)
    OR (EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_note.client_id)
        AND (signed_at IS NOT NULL OR author_id = (SELECT app_actor()))));
CREATE POLICY web_insert ON clients_note FOR INSERT WITH CHECK (
    author_id = (SELECT app_actor())
    AND EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_note.client_id)
    AND (amends_id IS NULL OR app_may_amend(amends_id, client_id, audience))
    AND (session_id IS NULL OR EXISTS (SELECT FROM clients_session s
        WHERE s.id = session_id AND s.client_id = clients_note.client_id)));
CREATE POLICY web_update ON clients_note FOR UPDATE
    USING (
        author_id = (SELECT app_actor()) AND signed_at IS NULL
        AND EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_note.client_id))
    WITH CHECK (
        author_id = (SELECT app_actor())
        AND EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_note.client_id)
        AND (session_id IS NULL OR EXISTS (SELECT FROM clients_session s
            WHERE s.id = session_id AND s.client_id = clients_note.client_id)));
CREATE POLICY web_delete ON clients_note FOR DELETE USING (
    author_id = (SELECT app_actor()) AND signed_at IS NULL
    AND EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_note.client_id));

-- Applies to the owner too.
CREATE FUNCTION app_keep_signed_note() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.signed_at IS NOT NULL AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) THEN
        RAISE EXCEPTION 'a signed note cannot be changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_note_never_changes_once_signed BEFORE UPDATE ON clients_note
    FOR EACH ROW EXECUTE FUNCTION app_keep_signed_note();
CREATE TRIGGER clients_note_keeps_columns BEFORE UPDATE ON clients_note
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.author_id, OLD.amends_id, OLD.created_at)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.author_id, NEW.amends_id, NEW.created_at))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'author_id', 'amends_id', 'created_at');
CREATE TRIGGER clients_note_limits_columns BEFORE UPDATE ON clients_note
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns_by_actor('', 'text audience session_id about signed_at version');

-- A manager who ends care learns whose drafts would be left unread, and how many; not a word of them.
CREATE FUNCTION app_count_drafts(client uuid) RETURNS TABLE (author_id uuid, many bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT n.author_id, count(*) FROM clients_note n
   WHERE n.client_id = client AND n.signed_at IS NULL AND app_manages()
   GROUP BY n.author_id ORDER BY n.author_id $$;
