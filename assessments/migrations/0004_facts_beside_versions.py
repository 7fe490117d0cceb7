"""What is added beside a version stays too, and so does what an attempt was about."""

from django.db import migrations

# A draft that somebody answered is as fixed as a published version.
VERSION = """
CREATE FUNCTION assessments_version_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_attempt WHERE version_id = OLD.id) THEN
        RAISE EXCEPTION 'an answered instrument version does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER instrument_version_is_fixed_once_answered
BEFORE UPDATE ON assessments_instrumentversion
FOR EACH ROW
WHEN (NEW.definition IS DISTINCT FROM OLD.definition
    OR NEW.sha256 IS DISTINCT FROM OLD.sha256
    OR NEW.version IS DISTINCT FROM OLD.version
    OR NEW.language IS DISTINCT FROM OLD.language
    OR NEW.instrument_id IS DISTINCT FROM OLD.instrument_id)
EXECUTE FUNCTION assessments_version_is_open();

CREATE TRIGGER attempt_keeps_its_target
BEFORE UPDATE ON assessments_attempt
FOR EACH ROW WHEN (NEW.target IS DISTINCT FROM OLD.target)
EXECUTE FUNCTION assessments_refuse('an attempt keeps the relationship it was begun with');
"""

# Who added it may be erased as a person; what was added stays.
FACT = """
CREATE TRIGGER scale_fact_is_fixed
BEFORE UPDATE ON assessments_scalefact
FOR EACH ROW
WHEN (NEW.version_id IS DISTINCT FROM OLD.version_id
    OR NEW.scale_id IS DISTINCT FROM OLD.scale_id
    OR NEW.kind IS DISTINCT FROM OLD.kind
    OR NEW.sample IS DISTINCT FROM OLD.sample
    OR NEW.source IS DISTINCT FROM OLD.source
    OR NEW.numbers IS DISTINCT FROM OLD.numbers
    OR NEW.own IS DISTINCT FROM OLD.own
    OR NEW.added_at IS DISTINCT FROM OLD.added_at)
EXECUTE FUNCTION assessments_refuse('what is known of a scale is added, never changed');

CREATE TRIGGER scale_fact_stays
BEFORE DELETE ON assessments_scalefact
FOR EACH ROW
EXECUTE FUNCTION assessments_refuse('what is known of a scale is taken back, never deleted');
"""

UNDO = """
DROP TRIGGER scale_fact_stays ON assessments_scalefact;
DROP TRIGGER scale_fact_is_fixed ON assessments_scalefact;
DROP TRIGGER attempt_keeps_its_target ON assessments_attempt;
DROP TRIGGER instrument_version_is_fixed_once_answered ON assessments_instrumentversion;
DROP FUNCTION assessments_version_is_open();
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_relationships_sequences_and_facts")]
    operations = [migrations.RunSQL(VERSION + FACT, UNDO)]
