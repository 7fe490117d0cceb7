"""Answers, scores and styles are sealed, those that are there already too.

An attempt of nobody's is sealed again when somebody keeps it: the triggers of 0002 let its sealed
columns through, and nothing else, in a transaction that says so.
"""

from django.db import migrations

import assessments.models.attempt
from accounts.sealed_fields import SealedInteger, SealedJSON, SealedLine
from accounts.sealing_rows import Column, Table, sealing

WHOSE = "(SELECT coalesce(a.user_id, a.id) FROM assessments_attempt AS a WHERE a.id = t.attempt_id)"
KNOWN = [assessments.models.attempt.known_style]
STYLE = SealedLine(blank=True, default="", max_length=20, null=True, validators=KNOWN)
ANSWERS = Table("assessments_answer", "assessments.answer", WHOSE, [
    Column("value", "integer", SealedInteger(null=True)),
])
RESULTS = Table("assessments_result", "assessments.result", WHOSE, [
    Column("scores", "jsonb", SealedJSON()),
    Column("style", "varchar(20)", STYLE),
])

SEALED_AGAIN = """
CREATE FUNCTION assessments_sealed_again(attempt uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('psywellpath.sealing', true), '') = 'again'
       AND EXISTS (SELECT FROM assessments_attempt WHERE id = attempt AND user_id IS NULL)
$$;

CREATE FUNCTION assessments_result_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT assessments_sealed_again(OLD.attempt_id)
       OR to_jsonb(NEW) - '{scores,style}'::text[]
          IS DISTINCT FROM to_jsonb(OLD) - '{scores,style}'::text[] THEN
        RAISE EXCEPTION 'a result does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER result_is_fixed ON assessments_result;
CREATE TRIGGER result_is_fixed BEFORE UPDATE ON assessments_result
FOR EACH ROW EXECUTE FUNCTION assessments_result_is_fixed();

CREATE OR REPLACE FUNCTION assessments_answer_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND assessments_sealed_again(NEW.attempt_id)
       AND to_jsonb(NEW) - 'value' = to_jsonb(OLD) - 'value' THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM assessments_attempt
               WHERE id = NEW.attempt_id AND submitted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the answers of a submitted attempt do not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

NEVER_AGAIN = """
CREATE OR REPLACE FUNCTION assessments_answer_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM assessments_attempt
               WHERE id = NEW.attempt_id AND submitted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the answers of a submitted attempt do not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER result_is_fixed ON assessments_result;
CREATE TRIGGER result_is_fixed BEFORE UPDATE ON assessments_result
FOR EACH ROW EXECUTE FUNCTION assessments_refuse('a result does not change');
DROP FUNCTION assessments_result_is_fixed();
DROP FUNCTION assessments_sealed_again(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_data_keys"),
        ("assessments", "0005_instruments_keep_their_name"),
    ]
    operations = [
        migrations.RemoveConstraint("result", "result_style_known"),
        *ANSWERS.operations(),
        *RESULTS.operations(),
        sealing(ANSWERS, RESULTS),
        migrations.RunSQL(SEALED_AGAIN, NEVER_AGAIN),
    ]
