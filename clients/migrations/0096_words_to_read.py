"""The index of where clients stand knows what a client wrote that no therapist has seen."""

from django.db import migrations, models

# As the owner: nobody else writes the index. By the clock, as several things happen in one
# transaction of a test.
KEEP = """
CREATE FUNCTION clients_standing_after_reflection() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_standing SET reflected_at = clock_timestamp() WHERE client_id = NEW.client_id;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_standing_follows_reflections
    AFTER UPDATE OF reflection ON clients_task
    FOR EACH ROW WHEN (NEW.reflection IS NOT NULL AND NEW.reflection IS DISTINCT FROM OLD.reflection)
    EXECUTE FUNCTION clients_standing_after_reflection();

CREATE FUNCTION clients_standing_after_plan() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_standing AS standing SET plan_changed_at = clock_timestamp()
    FROM clients_client AS c
    WHERE c.id = NEW.client_id AND c.user_id = NEW.written_by_id AND standing.client_id = c.id;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_standing_follows_plans
    AFTER INSERT ON clients_safetyplan
    FOR EACH ROW EXECUTE FUNCTION clients_standing_after_plan();

-- The record's own page shows both; its other pages do not.
CREATE FUNCTION clients_standing_after_look() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_standing AS standing SET record_opened_at = clock_timestamp()
    FROM clients_client AS c
    WHERE c.id = NEW.client AND standing.client_id = c.id
        AND NEW.actor IS DISTINCT FROM c.user_id;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_standing_follows_looks
    AFTER INSERT ON accounts_auditevent
    FOR EACH ROW WHEN (NEW.verb = 'record opened' AND NEW.route = 'client')
    EXECUTE FUNCTION clients_standing_after_look();
"""
LEAVE = """
DROP TRIGGER clients_standing_follows_looks ON accounts_auditevent;
DROP FUNCTION clients_standing_after_look();
DROP TRIGGER clients_standing_follows_plans ON clients_safetyplan;
DROP FUNCTION clients_standing_after_plan();
DROP TRIGGER clients_standing_follows_reflections ON clients_task;
DROP FUNCTION clients_standing_after_reflection();
"""


def moment():
    return models.DateTimeField(editable=False, null=True)


class Migration(migrations.Migration):
    dependencies = [("clients", "0095_whom_to_call")]
    operations = [
        migrations.AddField("standing", "reflected_at", moment()),
        migrations.AddField("standing", "plan_changed_at", moment()),
        migrations.AddField("standing", "record_opened_at", moment()),
        migrations.RunSQL(KEEP, LEAVE),
    ]
