"""The index of where clients stand says when care began, too: lists then ask it alone."""

from importlib import import_module

from django.db import migrations, models

BY_THEN = import_module("clients.migrations.0020_standing_is_kept").KEEP

BEGAN = """
UPDATE clients_standing AS standing SET care_began = c.created_at
FROM clients_client AS c WHERE c.id = standing.client_id;

CREATE OR REPLACE FUNCTION clients_standing_after_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO clients_standing (client_id, step_id, since, last_kind, last_contact, care_began)
    SELECT written.client_id, moved.step_id, moved.at, latest.kind,
           (SELECT max(at) FROM clients_session AS s
            WHERE s.client_id = written.client_id AND s.state = 'held'),
           (SELECT created_at FROM clients_client AS c WHERE c.id = written.client_id)
    FROM (SELECT DISTINCT client_id FROM fresh) AS written
    CROSS JOIN LATERAL (
        SELECT step_id, at FROM clients_stepevent AS e
        WHERE e.client_id = written.client_id AND e.kind = 'move'
        ORDER BY sequence DESC LIMIT 1
    ) AS moved
    CROSS JOIN LATERAL (
        SELECT kind FROM clients_stepevent AS e
        WHERE e.client_id = written.client_id ORDER BY sequence DESC LIMIT 1
    ) AS latest
    ON CONFLICT (client_id) DO UPDATE SET
        step_id = EXCLUDED.step_id, since = EXCLUDED.since, last_kind = EXCLUDED.last_kind,
        last_contact = EXCLUDED.last_contact, care_began = EXCLUDED.care_began;
    RETURN NULL;
END $$;

CREATE FUNCTION clients_standing_after_client() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_standing SET care_began = NEW.created_at WHERE client_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_standing_follows_clients
    AFTER UPDATE OF created_at ON clients_client
    FOR EACH ROW EXECUTE FUNCTION clients_standing_after_client();
"""
BEFORE = """
DROP TRIGGER clients_standing_follows_clients ON clients_client;
DROP FUNCTION clients_standing_after_client();
""" + BY_THEN[BY_THEN.index("CREATE FUNCTION") : BY_THEN.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies = [("clients", "0047_therapists_read_the_first_request")]
    operations = [
        migrations.AddField(
            "standing", "care_began", models.DateTimeField(editable=False, null=True)
        ),
        migrations.RunSQL(BEGAN, BEFORE),
        migrations.AlterField("standing", "care_began", models.DateTimeField(editable=False)),
    ]
