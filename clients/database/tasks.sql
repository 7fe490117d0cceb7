-- Tasks, which therapists give and clients do, and the assignments of questionnaires.

GRANT SELECT, INSERT, UPDATE ON clients_task TO :web_role;

ALTER TABLE clients_task ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_task FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_task.client_id));
CREATE POLICY web_insert ON clients_task FOR INSERT WITH CHECK (
    given_by_id = (SELECT app_actor())
    AND EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_task.client_id));
CREATE POLICY web_update ON clients_task FOR UPDATE
    USING (
        client_id IN (SELECT app_own_clients())
        OR EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_task.client_id))
    WITH CHECK (
        client_id IN (SELECT app_own_clients())
        OR EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_task.client_id));

CREATE TRIGGER clients_task_keeps_columns BEFORE UPDATE ON clients_task
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.step_id, OLD.given_by_id)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.step_id, NEW.given_by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'step_id', 'given_by_id');
CREATE TRIGGER clients_task_limits_columns BEFORE UPDATE ON clients_task
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns_by_actor('done_at reflection', 'withdrawn_at');

-- Editors who delete an article, and managers who delete a questionnaire, cannot see the tasks that
-- refer to it. So the foreign keys are ON DELETE SET NULL, which the database carries out as the
-- table's owner.
DO $$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT c.conname, a.attname AS column_name, c.confrelid::regclass AS target
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.conrelid = 'clients_task'::regclass AND a.attname IN ('article_id', 'instrument_id')
            AND c.confdeltype <> 'n'
    LOOP
        EXECUTE format('ALTER TABLE clients_task DROP CONSTRAINT %I', held.conname);
        EXECUTE format('ALTER TABLE clients_task ADD CONSTRAINT %I FOREIGN KEY (%I)'
            ' REFERENCES %s (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED',
            held.conname, held.column_name, held.target);
    END LOOP;
END $$;

-- A manager who ends or transfers care sees the open tasks without their text. Row-level security
-- cannot hide columns, so functions return the allowed ones. The owner can call them too (commands);
-- `role` is the role set by the last SET ROLE.
CREATE FUNCTION app_manages() RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS
$$ SELECT app_actor_is('manager') OR pg_has_role(
    coalesce(nullif(current_setting('role'), 'none'), session_user)::name,
    (SELECT relowner FROM pg_class WHERE oid = 'clients_task'::regclass), 'USAGE') $$;

CREATE FUNCTION app_open_tasks(client uuid)
RETURNS TABLE (id uuid, given_at timestamptz, due_on date, given_by_id uuid, asks boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT id, created_at, due_on, given_by_id, instrument_id IS NOT NULL FROM clients_task
   WHERE client_id = client AND done_at IS NULL AND withdrawn_at IS NULL AND app_manages()
   ORDER BY due_on, created_at $$;

CREATE FUNCTION app_withdraw_task(client uuid, task uuid) RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ UPDATE clients_task SET withdrawn_at = app_now()
   WHERE client_id = client AND id = task AND done_at IS NULL AND withdrawn_at IS NULL
     AND app_manages()
   RETURNING id $$;

ALTER TABLE assessments_assignment ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON assessments_assignment FOR SELECT USING (
    user_id = (SELECT app_actor())
    OR EXISTS (SELECT FROM clients_client c JOIN app_readable_clients() r ON r.client_id = c.id
               WHERE c.user_id = assessments_assignment.user_id));
CREATE POLICY web_insert ON assessments_assignment FOR INSERT WITH CHECK (
    EXISTS (SELECT FROM clients_client c JOIN app_writable_clients() w ON w.client_id = c.id
            WHERE c.user_id = assessments_assignment.user_id));

-- When a task is withdrawn (by a therapist, or when care or a path ends), its questionnaire closes,
-- unless another task asks for it.
CREATE FUNCTION app_close_questionnaire() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM assessments_assignment a USING clients_client c
    WHERE c.id = NEW.client_id AND a.user_id = c.user_id AND a.instrument_id = NEW.instrument_id
      AND NOT EXISTS (
        SELECT FROM clients_task t WHERE t.client_id = NEW.client_id
            AND t.instrument_id = NEW.instrument_id AND t.withdrawn_at IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER clients_task_closes_questionnaire AFTER UPDATE OF withdrawn_at ON clients_task
    FOR EACH ROW WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION app_close_questionnaire();
