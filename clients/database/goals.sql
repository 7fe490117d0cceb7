-- Goals in the client's words. The client and their therapists write one down; the client alone rewords it,
-- ends it and rates it. A wording is never rewritten, and what was rated stays as it was after a day.

GRANT SELECT, INSERT, UPDATE ON clients_goal TO :web_role;

-- Whether these words are the actor's own, so that others may replace them. Runs as the owner, because a policy
-- cannot query its own table.
CREATE FUNCTION app_may_reword(goal uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM clients_goal g
                  WHERE g.id = goal AND g.client_id IN (SELECT app_own_clients())) $$;

ALTER TABLE clients_goal ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_goal FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_goal.client_id));
-- A therapist adds a goal; only the client replaces one, and only one of their own.
CREATE POLICY web_insert ON clients_goal FOR INSERT WITH CHECK (
    written_by_id = (SELECT app_actor()) AND ended_at IS NULL
    AND (client_id IN (SELECT app_own_clients())
         AND (replaces_id IS NULL OR app_may_reword(replaces_id))
         OR replaces_id IS NULL
         AND EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_goal.client_id)));
CREATE POLICY web_update ON clients_goal FOR UPDATE
    USING (client_id IN (SELECT app_own_clients()) AND ended_at IS NULL)
    WITH CHECK (client_id IN (SELECT app_own_clients()));

CREATE TRIGGER clients_goal_keeps_columns BEFORE UPDATE ON clients_goal
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.replaces_id, OLD.written_by_id, OLD.written_at)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.replaces_id, NEW.written_by_id, NEW.written_at))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'replaces_id', 'written_by_id', 'written_at');
CREATE TRIGGER clients_goal_limits_columns BEFORE UPDATE ON clients_goal
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns('ending', 'ended_at');

GRANT SELECT, INSERT, UPDATE ON clients_goalrating TO :web_role;

ALTER TABLE clients_goalrating ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_goalrating FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_goalrating.client_id));
CREATE POLICY web_insert ON clients_goalrating FOR INSERT WITH CHECK (
    client_id IN (SELECT app_own_clients())
    AND EXISTS (SELECT FROM clients_goal g WHERE g.id = goal_id
        AND g.client_id = clients_goalrating.client_id AND g.ended_at IS NULL));
CREATE POLICY web_update ON clients_goalrating FOR UPDATE
    USING (client_id IN (SELECT app_own_clients()) AND rated_at > (SELECT app_now() - interval '1 day'))
    WITH CHECK (client_id IN (SELECT app_own_clients()));

CREATE TRIGGER clients_goalrating_keeps_columns BEFORE UPDATE ON clients_goalrating
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.goal_id, OLD.rated_on)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.goal_id, NEW.rated_on))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'goal_id', 'rated_on');
CREATE TRIGGER clients_goalrating_limits_columns BEFORE UPDATE ON clients_goalrating
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns('value', 'rated_at');
