"""Who begins a questionnaire is held by the database too: everyone, clients, or who was asked.

Whom a questionnaire was asked of is part of the record, and stands behind the wall like a task.
Clients with a task from before keep what it opened to them.
"""

from django.db import migrations

ME = "(SELECT app_person())"
CARED = (
    "EXISTS (SELECT FROM clients_client c WHERE c.user_id = assessments_assignment.user_id"
    " AND c.id IN (SELECT app_clients()))"
)
WALL = f"""
ALTER TABLE assessments_assignment ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall_select ON assessments_assignment FOR SELECT USING (user_id = {ME} OR {CARED});
CREATE POLICY wall_insert ON assessments_assignment FOR INSERT WITH CHECK ({CARED});

-- The same question as `Instrument.objects.open_to`, of one version.
CREATE FUNCTION app_may_begin(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (
    SELECT FROM assessments_instrumentversion v
    JOIN assessments_instrument i ON i.id = v.instrument_id
    WHERE v.id = wanted AND (
        i.audience = 'everyone'
        OR (i.audience = 'clients' AND EXISTS (SELECT FROM app_own_clients()))
        OR EXISTS (SELECT FROM assessments_assignment a
                   WHERE a.instrument_id = i.id AND a.user_id = app_person()))) $$;

-- Beside the policy that says whose an attempt may be.
CREATE POLICY wall_audience ON assessments_attempt AS RESTRICTIVE FOR INSERT
    WITH CHECK (app_may_begin(version_id));

-- Tasks are taken back by therapists, and where care or a path ends; whoever does it, the
-- questionnaire closes, unless another task asks for it.
CREATE FUNCTION clients_task_lets_go() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM assessments_assignment a USING clients_client c
    WHERE c.id = NEW.client_id AND a.user_id = c.user_id AND a.instrument_id = NEW.instrument_id
      AND NOT EXISTS (
        SELECT FROM clients_task t WHERE t.client_id = NEW.client_id
            AND t.instrument_id = NEW.instrument_id AND t.withdrawn_at IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER task_taken_back_closes_its_questionnaire
    AFTER UPDATE OF withdrawn_at ON clients_task
    FOR EACH ROW WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION clients_task_lets_go();
"""
OPEN = """
DROP TRIGGER task_taken_back_closes_its_questionnaire ON clients_task;
DROP FUNCTION clients_task_lets_go();
DROP POLICY wall_audience ON assessments_attempt;
DROP FUNCTION app_may_begin(uuid);
DROP POLICY wall_insert ON assessments_assignment;
DROP POLICY wall_select ON assessments_assignment;
ALTER TABLE assessments_assignment DISABLE ROW LEVEL SECURITY;
"""
ASKED_BEFORE = """
INSERT INTO assessments_assignment (id, user_id, instrument_id, created_at)
SELECT gen_random_uuid(), c.user_id, t.instrument_id, min(t.created_at)
FROM clients_task t JOIN clients_client c ON c.id = t.client_id
WHERE t.instrument_id IS NOT NULL AND t.withdrawn_at IS NULL
GROUP BY c.user_id, t.instrument_id
ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0060_what_is_final"),
        ("assessments", "0041_audiences"),
    ]
    operations = [
        migrations.RunSQL(WALL, OPEN),
        migrations.RunSQL(ASKED_BEFORE, migrations.RunSQL.noop),
    ]
