"""An ended care link is final, the trail is dated by the database, and managers write the library.

By policies alone a manager who is a therapist, too, could lengthen their own link or open an ended
one again. A row of the trail is of now, and about a client with whom its actor has to do; what was
refused to them may be about any.
"""

from django.db import migrations

from accounts.row_rules import written_by

LINKS = """
CREATE FUNCTION app_links_end() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- What it names may be let go of when that is deleted (`app_stays`). Whether it is over is asked
    -- by the database's clock and by the request's.
    IF to_jsonb(NEW) - '{granted_by_id,covers_id}'::text[]
       = to_jsonb(OLD) - '{granted_by_id,covers_id}'::text[] THEN
        RETURN NEW;
    END IF;
    IF OLD.ends_at <= greatest(app_now(), statement_timestamp()) THEN
        RAISE EXCEPTION 'this care link has ended: a new one is a new grant'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.therapist_id = app_person() AND OLD.ends_at IS NOT NULL
       AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at) THEN
        RAISE EXCEPTION 'nobody lengthens their own care link'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_carelink_ends BEFORE UPDATE ON clients_carelink
    FOR EACH ROW EXECUTE FUNCTION app_links_end();
"""
NO_LINKS = """
DROP TRIGGER clients_carelink_ends ON clients_carelink;
DROP FUNCTION app_links_end();
"""

TRAIL = """
CREATE FUNCTION app_trail_is_of_now() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
       AND NEW.at NOT BETWEEN clock_timestamp() - interval '1 minute'
                          AND clock_timestamp() + interval '10 seconds' THEN
        NEW.at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_auditevent_is_of_now BEFORE INSERT ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION app_trail_is_of_now();

-- Once had to do with: a link that ended a moment ago is written about, too.
CREATE FUNCTION app_knows(client uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT app_is('manager')
       OR EXISTS (SELECT FROM clients_client c WHERE c.id = client
                  AND app_person() IN (c.user_id, c.created_by_id))
       OR EXISTS (SELECT FROM clients_carelink l WHERE l.client_id = client
                  AND l.therapist_id = app_person()) $$;

ALTER POLICY wall_insert ON accounts_auditevent WITH CHECK (
    actor IS NOT DISTINCT FROM (SELECT app_person())
    AND (client IS NULL OR (actor IS NOT NULL AND verb = 'refused') OR app_knows(client)));
"""
NO_TRAIL = """
ALTER POLICY wall_insert ON accounts_auditevent WITH CHECK (
    actor IS NOT DISTINCT FROM (SELECT app_person()));
DROP FUNCTION app_knows(uuid);
DROP TRIGGER accounts_auditevent_is_of_now ON accounts_auditevent;
DROP FUNCTION app_trail_is_of_now();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0080_what_hangs_on_care"),
        ("accounts", "0042_sessions_and_mails"),
    ]
    operations = [
        migrations.RunSQL(LINKS, NO_LINKS),
        migrations.RunSQL(TRAIL, NO_TRAIL),
        migrations.RunSQL(
            *written_by("manager", "clients_step", "clients_taskidea", "clients_notetemplate")
        ),
        # An editor who deletes an article takes it off the steps.
        migrations.RunSQL(*written_by("manager editor", "clients_stepreading")),
    ]
