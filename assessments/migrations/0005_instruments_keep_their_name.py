"""A published version names its instrument by its slug, so that stays too."""

from django.db import migrations

NAME = """
CREATE FUNCTION assessments_instrument_is_unpublished() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_instrumentversion
               WHERE instrument_id = OLD.id AND status <> 'draft') THEN
        RAISE EXCEPTION 'an instrument with a published version keeps its name'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER instrument_keeps_its_name
BEFORE UPDATE ON assessments_instrument
FOR EACH ROW WHEN (NEW.slug IS DISTINCT FROM OLD.slug)
EXECUTE FUNCTION assessments_instrument_is_unpublished();
"""

UNDO = """
DROP TRIGGER instrument_keeps_its_name ON assessments_instrument;
DROP FUNCTION assessments_instrument_is_unpublished();
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_facts_beside_versions")]
    operations = [migrations.RunSQL(NAME, UNDO)]
