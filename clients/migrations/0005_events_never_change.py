"""A step event is a fact. Only erasure removes it; only a deleted author leaves it."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION clients_stepevent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'by_id') IS DISTINCT FROM (to_jsonb(OLD) - 'by_id')
       OR NEW.by_id IS NOT NULL AND NEW.by_id IS DISTINCT FROM OLD.by_id THEN
        RAISE EXCEPTION 'a step event is never changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_stepevent_never_changes
    BEFORE UPDATE ON clients_stepevent
    FOR EACH ROW EXECUTE FUNCTION clients_stepevent_refuse();
"""

ALLOW = """
DROP TRIGGER clients_stepevent_never_changes ON clients_stepevent;
DROP FUNCTION clients_stepevent_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0004_path_pauses")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
