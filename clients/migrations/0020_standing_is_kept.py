"""The database keeps `Standing` and what is unread in step with the facts that they tell of."""

from django.db import migrations

# As the owner: whoever may write an event moves the index with it, and nobody writes it else.
KEEP = """
CREATE FUNCTION clients_standing_after_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO clients_standing (client_id, step_id, since, last_kind, last_contact)
    SELECT written.client_id, moved.step_id, moved.at, latest.kind,
           (SELECT max(at) FROM clients_session AS s
            WHERE s.client_id = written.client_id AND s.state = 'held')
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
        step_id = EXCLUDED.step_id, since = EXCLUDED.since,
        last_kind = EXCLUDED.last_kind, last_contact = EXCLUDED.last_contact;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_standing_follows_events
    AFTER INSERT ON clients_stepevent REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION clients_standing_after_events();

CREATE FUNCTION clients_standing_after_session() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_standing SET last_contact = (
        SELECT max(at) FROM clients_session AS s
        WHERE s.client_id = NEW.client_id AND s.state = 'held'
    )
    WHERE client_id = NEW.client_id;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_standing_follows_sessions
    AFTER INSERT OR UPDATE ON clients_session
    FOR EACH ROW EXECUTE FUNCTION clients_standing_after_session();

-- A result is read once the trail says so: the trail itself is asked by nobody who lists clients.
CREATE FUNCTION clients_result_after_look() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_sharedresult AS shared SET opened_at = NEW.at
    FROM clients_client AS c
    WHERE c.id = NEW.client AND shared.client_id = c.id AND shared.opened_at IS NULL
        AND shared.shared_at <= NEW.at AND NEW.actor IS DISTINCT FROM c.user_id;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_result_follows_looks
    AFTER INSERT ON accounts_auditevent FOR EACH ROW WHEN (NEW.verb = 'result opened')
    EXECUTE FUNCTION clients_result_after_look();

-- What happened before this.
UPDATE clients_sharedresult AS shared SET opened_at = (
    SELECT min(look.at) FROM accounts_auditevent AS look JOIN clients_client AS c
        ON c.id = look.client AND look.actor IS DISTINCT FROM c.user_id
    WHERE look.verb = 'result opened' AND look.client = shared.client_id
        AND look.at >= shared.shared_at
);
INSERT INTO clients_standing (client_id, step_id, since, last_kind, last_contact)
SELECT c.id, moved.step_id, moved.at, latest.kind,
       (SELECT max(at) FROM clients_session AS s WHERE s.client_id = c.id AND s.state = 'held')
FROM clients_client AS c
CROSS JOIN LATERAL (
    SELECT step_id, at FROM clients_stepevent AS e
    WHERE e.client_id = c.id AND e.kind = 'move' ORDER BY sequence DESC LIMIT 1
) AS moved
CROSS JOIN LATERAL (
    SELECT kind FROM clients_stepevent AS e
    WHERE e.client_id = c.id ORDER BY sequence DESC LIMIT 1
) AS latest;
"""

LEAVE = """
DROP TRIGGER clients_result_follows_looks ON accounts_auditevent;
DROP FUNCTION clients_result_after_look();
DROP TRIGGER clients_standing_follows_sessions ON clients_session;
DROP FUNCTION clients_standing_after_session();
DROP TRIGGER clients_standing_follows_events ON clients_stepevent;
DROP FUNCTION clients_standing_after_events();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_tallies"),
        ("clients", "0019_standing_and_changes"),
    ]
    operations = [migrations.RunSQL(KEEP, LEAVE)]
