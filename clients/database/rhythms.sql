-- Questionnaires that a client is asked for regularly. Therapists set a rhythm; `manage.py remind` asks,
-- as the owner.

GRANT SELECT, INSERT, UPDATE ON clients_rhythm TO :web_role;

ALTER TABLE clients_rhythm ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_rhythm FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_rhythm.client_id));
CREATE POLICY web_insert ON clients_rhythm FOR INSERT WITH CHECK (
    set_by_id = (SELECT app_actor())
    AND EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_rhythm.client_id));
CREATE POLICY web_update ON clients_rhythm FOR UPDATE USING (
    EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_rhythm.client_id));

CREATE TRIGGER clients_rhythm_keeps_columns BEFORE UPDATE ON clients_rhythm
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.instrument_id)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.instrument_id))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'instrument_id');
CREATE TRIGGER clients_rhythm_limits_columns BEFORE UPDATE ON clients_rhythm
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns(
        'kind', 'every', 'begins_on', 'reason', 'version', 'set_by_id', 'stopped_at', 'rests_since', 'resumed_on');
CREATE TRIGGER clients_rhythm_names_the_actor BEFORE UPDATE ON clients_rhythm
    FOR EACH ROW EXECUTE FUNCTION app_name_only_the_actor('set_by_id');

GRANT SELECT ON clients_asking TO :web_role;

ALTER TABLE clients_asking ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_asking FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_asking.client_id));
CREATE TRIGGER clients_asking_keeps_columns BEFORE UPDATE ON clients_asking
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.rhythm_id, OLD.task_id)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.rhythm_id, NEW.task_id))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'rhythm_id', 'task_id');

-- A manager who ends care learns how many things each therapist asks for regularly; not what, and not why.
CREATE FUNCTION app_count_rhythms(client uuid) RETURNS TABLE (therapist_id uuid, many bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT r.set_by_id, count(*) FROM clients_rhythm r
   WHERE r.client_id = client AND r.stopped_at IS NULL AND app_manages()
   GROUP BY r.set_by_id ORDER BY r.set_by_id $$;
