"""Covers know what they cover, planned care can be called off, and a manager who ends or hands over
care sees the coming appointments and how many tasks are open, but no word of a task."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

# Called off: it ends at the moment at which it starts, so that it never holds. Every rule that asks
# "from its start up to, not including, its end" finds nothing there, and no times overlap with it.
CALLED_OFF = """
CREATE FUNCTION clients_carelink_calling_off() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ends_at = OLD.starts_at AND NEW.ends_at IS DISTINCT FROM OLD.ends_at
    THEN
        RAISE EXCEPTION 'care that was called off stays called off'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.ends_at = NEW.starts_at AND (TG_OP = 'INSERT' OR OLD.ends_at IS DISTINCT FROM NEW.ends_at)
       AND (TG_OP = 'INSERT' OR NEW.starts_at <= app_now())
    THEN
        RAISE EXCEPTION 'only care that is planned is called off'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.covers_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM clients_carelink AS l WHERE l.id = NEW.covers_id
            AND l.client_id = NEW.client_id AND l.therapist_id <> NEW.therapist_id)
    THEN
        RAISE EXCEPTION 'a cover is for another therapist of the same client'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_carelink_called_off
    BEFORE INSERT OR UPDATE OF ends_at ON clients_carelink
    FOR EACH ROW EXECUTE FUNCTION clients_carelink_calling_off();
CREATE TRIGGER clients_carelink_covers_stay BEFORE UPDATE ON clients_carelink
    FOR EACH ROW WHEN (OLD.covers_id IS DISTINCT FROM NEW.covers_id
        OR OLD.announced IS DISTINCT FROM NEW.announced)
    EXECUTE FUNCTION app_stays('covers_id-', 'announced');
"""
NOT_CALLED_OFF = """
DROP TRIGGER clients_carelink_covers_stay ON clients_carelink;
DROP TRIGGER clients_carelink_called_off ON clients_carelink;
DROP FUNCTION clients_carelink_calling_off();
"""

# Times of appointments, no more: a manager calls off what is to come, or plans it with a therapist
# who cares for the client then.
APPOINTMENTS = """
CREATE POLICY wall_manager_select ON clients_session FOR SELECT
    USING ((SELECT app_is('manager')) AND at >= (SELECT app_now()));
CREATE POLICY wall_manager_insert ON clients_session FOR INSERT
    WITH CHECK ((SELECT app_is('manager')) AND state = 'planned' AND at >= (SELECT app_now())
        AND EXISTS (SELECT FROM clients_carelink AS l
            WHERE l.client_id = clients_session.client_id
            AND l.therapist_id = clients_session.therapist_id
            AND l.starts_at <= clients_session.at
            AND (l.ends_at IS NULL OR l.ends_at > clients_session.at)));
CREATE POLICY wall_manager_update ON clients_session FOR UPDATE
    USING ((SELECT app_is('manager')) AND at >= (SELECT app_now()) AND state = 'planned')
    WITH CHECK ((SELECT app_is('manager')) AND state = 'moved');
"""
NO_APPOINTMENTS = """
DROP POLICY wall_manager_select ON clients_session;
DROP POLICY wall_manager_insert ON clients_session;
DROP POLICY wall_manager_update ON clients_session;
"""

# Row-level security knows rows, not columns: what a manager may know of a task is told by a function.
TASKS = """
-- Also where the owner asks: commands and migrations. `role` is what SET ROLE said last.
CREATE FUNCTION app_manages() RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS
$$ SELECT app_is('manager') OR pg_has_role(
    coalesce(nullif(current_setting('role'), 'none'), session_user)::name,
    (SELECT relowner FROM pg_class WHERE oid = 'clients_task'::regclass), 'USAGE') $$;

CREATE FUNCTION app_open_tasks(whose uuid)
RETURNS TABLE (id uuid, given_at timestamptz, due_on date, given_by_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT id, created_at, due_on, given_by_id FROM clients_task
   WHERE client_id = whose AND done_at IS NULL AND withdrawn_at IS NULL AND app_manages()
   ORDER BY due_on, created_at $$;

CREATE FUNCTION app_take_back_task(whose uuid, task uuid) RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
$$ UPDATE clients_task SET withdrawn_at = app_now()
   WHERE client_id = whose AND id = task AND done_at IS NULL AND withdrawn_at IS NULL
     AND app_manages()
   RETURNING id $$;
"""
NO_TASKS = """
DROP FUNCTION app_take_back_task(uuid, uuid);
DROP FUNCTION app_open_tasks(uuid);
DROP FUNCTION app_manages();
"""

# The form and the actions refuse it first, with the list of clients. Through the web alone: the
# owner may do it, in an emergency.
NEEDED = """
CREATE FUNCTION app_has_clients(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM clients_carelink WHERE therapist_id = who
    AND (ends_at IS NULL OR (ends_at > app_now() AND ends_at > starts_at))) $$;

CREATE FUNCTION clients_keep_their_therapist() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE who uuid := CASE WHEN TG_TABLE_NAME = 'accounts_user' THEN (to_jsonb(OLD) ->> 'id')::uuid
    ELSE (to_jsonb(OLD) ->> 'user_id')::uuid END;
    therapist boolean := EXISTS (SELECT FROM accounts_user_groups m JOIN auth_group g
        ON g.id = m.group_id WHERE m.user_id = who AND g.name = 'therapist'
        AND (TG_TABLE_NAME = 'accounts_user' OR g.id = (to_jsonb(OLD) ->> 'group_id')::int));
BEGIN
    IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
       AND therapist AND app_has_clients(who)
    THEN
        RAISE EXCEPTION 'somebody is in the care of this therapist'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER accounts_user_groups_needed BEFORE DELETE ON accounts_user_groups
    FOR EACH ROW EXECUTE FUNCTION clients_keep_their_therapist();
CREATE TRIGGER accounts_user_needed BEFORE UPDATE OF is_active ON accounts_user
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active)
    EXECUTE FUNCTION clients_keep_their_therapist();
"""
NOT_NEEDED = """
DROP TRIGGER accounts_user_needed ON accounts_user;
DROP TRIGGER accounts_user_groups_needed ON accounts_user_groups;
DROP FUNCTION clients_keep_their_therapist();
DROP FUNCTION app_has_clients(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0110_requests_in_one_spelling")]
    operations = [
        migrations.AddField(
            "carelink",
            "covers",
            models.ForeignKey(
                editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL,
                related_name="covered_by", to="clients.carelink",
            ),
        ),
        migrations.AddField(
            "carelink", "announced", models.BooleanField(default=False, editable=False)
        ),
        migrations.RemoveConstraint("carelink", "care_link_ends_after_it_starts"),
        migrations.AddConstraint(
            "carelink",
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="care_link_ends_no_earlier_than_it_starts",
                violation_error_message="A care link ends after it starts.",
            ),
        ),
        migrations.RemoveConstraint("session", "session_once_at_a_time"),
        migrations.AddConstraint(
            "session",
            models.UniqueConstraint(
                fields=["client", "at"],
                condition=~Q(state="moved"),
                name="session_once_at_a_time",
                violation_error_message="There is a session at that time already.",
            ),
        ),
        migrations.RunSQL(CALLED_OFF, NOT_CALLED_OFF),
        migrations.RunSQL(APPOINTMENTS, NO_APPOINTMENTS),
        migrations.RunSQL(TASKS, NO_TASKS),
        migrations.RunSQL(NEEDED, NOT_NEEDED),
    ]  # fmt: skip
