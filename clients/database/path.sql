-- The seven steps, their libraries and reading, and each client's events on the path.

-- Everyone reads the steps and the libraries of tasks and note templates; managers write them. Therapists
-- keep the two libraries too, which the practice shares, and from which nothing is deleted. Editors write the reading of a step, because
-- deleting an article removes it from its steps.
DO $$
DECLARE
    name text; may text; deletes text;
BEGIN
    FOR name, may, deletes IN VALUES
        ('clients_step', '(SELECT app_actor_is(''manager''))', '(SELECT app_actor_is(''manager''))'),
        ('clients_taskidea',
         '(SELECT app_actor_is(''manager'')) OR (SELECT app_actor_is(''therapist''))', 'false'),
        ('clients_notetemplate',
         '(SELECT app_actor_is(''manager'')) OR (SELECT app_actor_is(''therapist''))', 'false'),
        ('clients_stepreading',
         '(SELECT app_actor_is(''manager'')) OR (SELECT app_actor_is(''editor''))',
         '(SELECT app_actor_is(''manager'')) OR (SELECT app_actor_is(''editor''))')
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO :web_role', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY web_select ON %I FOR SELECT USING (true)', name);
        EXECUTE format('CREATE POLICY web_insert ON %I FOR INSERT WITH CHECK (%s)', name, may);
        -- USING (true) lets everyone lock a row; WITH CHECK limits who can change it.
        EXECUTE format(
            'CREATE POLICY web_update ON %I FOR UPDATE USING (true) WITH CHECK (%s)', name, may);
        EXECUTE format('CREATE POLICY web_delete ON %I FOR DELETE USING (%s)', name, deletes);
    END LOOP;
END $$;

-- An entry of a library says who changed it last.
CREATE TRIGGER clients_taskidea_names_the_actor BEFORE INSERT OR UPDATE ON clients_taskidea
    FOR EACH ROW EXECUTE FUNCTION app_name_only_the_actor('changed_by_id');
CREATE TRIGGER clients_notetemplate_names_the_actor BEFORE INSERT OR UPDATE ON clients_notetemplate
    FOR EACH ROW EXECUTE FUNCTION app_name_only_the_actor('changed_by_id');

GRANT SELECT, INSERT ON clients_stepevent TO :web_role;

ALTER TABLE clients_stepevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_stepevent FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_stepevent.client_id)
    OR (SELECT app_reads_statistics()));
CREATE POLICY web_insert ON clients_stepevent FOR INSERT WITH CHECK (
    by_id = (SELECT app_actor())
    AND (EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_stepevent.client_id)
         OR client_id IN (SELECT app_new_clients())));

-- An undo takes back the event before it, which is a move by the same author, at most ten minutes old, and
-- puts the client back on the step on which they were before it. Applies to the owner too.
CREATE FUNCTION app_check_undo() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    moved clients_stepevent;
    back smallint;
BEGIN
    SELECT * INTO moved FROM clients_stepevent AS e
    WHERE e.client_id = NEW.client_id AND e.sequence = NEW.sequence - 1;
    SELECT e.step_id INTO back FROM clients_stepevent AS e
    WHERE e.client_id = NEW.client_id AND e.kind = 'move' AND e.sequence < NEW.sequence - 1
      AND NOT EXISTS (SELECT FROM clients_stepevent AS u WHERE u.client_id = e.client_id
                      AND u.kind = 'undo' AND u.sequence = e.sequence + 1)
    ORDER BY e.sequence DESC LIMIT 1;
    IF moved.kind IS DISTINCT FROM 'move' OR back IS DISTINCT FROM NEW.step_id
       OR NEW.by_id IS NULL OR moved.by_id IS DISTINCT FROM NEW.by_id
       OR NEW.at NOT BETWEEN moved.at AND moved.at + interval '10 minutes' THEN
        RAISE EXCEPTION 'only the last move can be undone, by its author, for ten minutes'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_stepevent_undoes_a_move BEFORE INSERT ON clients_stepevent
    FOR EACH ROW WHEN (NEW.kind = 'undo') EXECUTE FUNCTION app_check_undo();

-- A step event never changes, except that deleting its author sets that reference to null. Only an
-- erasure deletes it. Applies to the owner too.
CREATE FUNCTION app_keep_step_event() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF (to_jsonb(NEW) - 'by_id') IS DISTINCT FROM (to_jsonb(OLD) - 'by_id')
       OR NEW.by_id IS NOT NULL AND NEW.by_id IS DISTINCT FROM OLD.by_id THEN
        RAISE EXCEPTION 'a step event cannot be changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_stepevent_never_changes BEFORE UPDATE ON clients_stepevent
    FOR EACH ROW EXECUTE FUNCTION app_keep_step_event();
CREATE TRIGGER clients_stepevent_keeps_columns BEFORE UPDATE ON clients_stepevent
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.by_id)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'by_id-');
