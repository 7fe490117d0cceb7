"""What people were asked and what they scored cannot be rewritten, not even by raw SQL."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION assessments_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

# A version's life goes draft -> published <-> retired; going back to draft would open it again.
VERSION = """
CREATE TRIGGER instrument_version_is_fixed
BEFORE UPDATE ON assessments_instrumentversion
FOR EACH ROW
WHEN (OLD.status <> 'draft' AND (
    NEW.status = 'draft'
    OR NEW.definition IS DISTINCT FROM OLD.definition
    OR NEW.sha256 IS DISTINCT FROM OLD.sha256
    OR NEW.version IS DISTINCT FROM OLD.version
    OR NEW.language IS DISTINCT FROM OLD.language
    OR NEW.instrument_id IS DISTINCT FROM OLD.instrument_id))
EXECUTE FUNCTION assessments_refuse('a published instrument version does not change');

CREATE TRIGGER instrument_version_stays
BEFORE DELETE ON assessments_instrumentversion
FOR EACH ROW WHEN (OLD.status <> 'draft')
EXECUTE FUNCTION assessments_refuse('a published instrument version is not deleted');
"""

RESULT = """
CREATE TRIGGER result_is_fixed
BEFORE UPDATE ON assessments_result
FOR EACH ROW EXECUTE FUNCTION assessments_refuse('a result does not change');
"""

# Deleting stays possible: a person may take their answers away with them.
ANSWER = """
CREATE FUNCTION assessments_answer_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_attempt
               WHERE id = NEW.attempt_id AND submitted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the answers of a submitted attempt do not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER answer_is_fixed_once_submitted
BEFORE INSERT OR UPDATE ON assessments_answer
FOR EACH ROW EXECUTE FUNCTION assessments_answer_is_open();

CREATE TRIGGER attempt_is_fixed_once_submitted
BEFORE UPDATE ON assessments_attempt
FOR EACH ROW
WHEN (OLD.submitted_at IS NOT NULL AND (
    NEW.submitted_at IS DISTINCT FROM OLD.submitted_at
    OR NEW.version_id IS DISTINCT FROM OLD.version_id))
EXECUTE FUNCTION assessments_refuse('a submitted attempt does not change');
"""

UNDO = """
DROP TRIGGER attempt_is_fixed_once_submitted ON assessments_attempt;
DROP TRIGGER answer_is_fixed_once_submitted ON assessments_answer;
DROP TRIGGER result_is_fixed ON assessments_result;
DROP TRIGGER instrument_version_stays ON assessments_instrumentversion;
DROP TRIGGER instrument_version_is_fixed ON assessments_instrumentversion;
DROP FUNCTION assessments_answer_is_open();
DROP FUNCTION assessments_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE + VERSION + RESULT + ANSWER, UNDO)]
