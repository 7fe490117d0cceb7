-- The questions of an attempt and its scores cannot be rewritten, not even by the owner of the tables.
-- They can be deleted, because people may withdraw their answers. Who sees an attempt depends on
-- clients: see clients/database/results.sql.

GRANT SELECT, INSERT, UPDATE, DELETE
    ON assessments_attempt, assessments_answer, assessments_result TO :web_role;
GRANT SELECT, INSERT ON assessments_assignment TO :web_role;

-- Raises its argument as an error. Used for attempts and, in instruments.sql, for versions and facts.
CREATE FUNCTION assessments_refuse() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER assessments_attempt_keeps_columns BEFORE UPDATE ON assessments_attempt
    FOR EACH ROW WHEN ((OLD.id, OLD.user_id, OLD.version_id)
        IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.version_id))
    EXECUTE FUNCTION app_keep_columns('id', 'user_id?', 'version_id');
CREATE TRIGGER assessments_attempt_limits_columns BEFORE UPDATE ON assessments_attempt
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns('user_id', 'submitted_at');
CREATE TRIGGER assessments_attempt_never_changes_once_submitted BEFORE UPDATE ON assessments_attempt
    FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL
        AND (NEW.submitted_at, NEW.version_id)
            IS DISTINCT FROM (OLD.submitted_at, OLD.version_id))
    EXECUTE FUNCTION assessments_refuse('a submitted attempt does not change');
CREATE TRIGGER assessments_attempt_never_changes_target BEFORE UPDATE ON assessments_attempt
    FOR EACH ROW WHEN (NEW.target IS DISTINCT FROM OLD.target)
    EXECUTE FUNCTION assessments_refuse('an attempt keeps the relationship it was begun with');

-- Answers are in the totals once and for all.
CREATE TRIGGER assessments_attempt_is_counted_once BEFORE UPDATE ON assessments_attempt
    FOR EACH ROW WHEN (OLD.counted AND NOT NEW.counted)
    EXECUTE FUNCTION assessments_refuse('an attempt that is counted stays counted');

-- Whether an anonymous attempt is being given an owner: its columns are then encrypted again under that
-- person's key. Only a transaction that sets `reencrypting` can change them.
CREATE FUNCTION assessments_is_reencrypting(attempt uuid) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(app_setting('reencrypting') = 'yes', false)
       AND EXISTS (SELECT FROM assessments_attempt WHERE id = attempt AND user_id IS NULL) $$;

CREATE FUNCTION assessments_answer_is_open() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND assessments_is_reencrypting(NEW.attempt_id)
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
CREATE TRIGGER assessments_answer_is_fixed_once_submitted
    BEFORE INSERT OR UPDATE ON assessments_answer
    FOR EACH ROW EXECUTE FUNCTION assessments_answer_is_open();
CREATE TRIGGER assessments_answer_keeps_columns BEFORE UPDATE ON assessments_answer
    FOR EACH ROW WHEN ((OLD.id, OLD.attempt_id, OLD.item_id)
        IS DISTINCT FROM (NEW.id, NEW.attempt_id, NEW.item_id))
    EXECUTE FUNCTION app_keep_columns('id', 'attempt_id', 'item_id');
CREATE TRIGGER assessments_answer_limits_columns BEFORE UPDATE ON assessments_answer
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns('value', 'sequence', 'answered_at');

CREATE FUNCTION assessments_result_is_fixed() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT assessments_is_reencrypting(OLD.attempt_id)
       OR to_jsonb(NEW) - '{scores,style}'::text[]
          IS DISTINCT FROM to_jsonb(OLD) - '{scores,style}'::text[] THEN
        RAISE EXCEPTION 'a result does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessments_result_never_changes BEFORE UPDATE ON assessments_result
    FOR EACH ROW EXECUTE FUNCTION assessments_result_is_fixed();
CREATE TRIGGER assessments_result_keeps_columns BEFORE UPDATE ON assessments_result
    FOR EACH ROW WHEN ((OLD.id, OLD.attempt_id) IS DISTINCT FROM (NEW.id, NEW.attempt_id))
    EXECUTE FUNCTION app_keep_columns('id', 'attempt_id');

CREATE TRIGGER assessments_assignment_keeps_columns BEFORE UPDATE ON assessments_assignment
    FOR EACH ROW WHEN ((OLD.id, OLD.user_id, OLD.instrument_id)
        IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.instrument_id))
    EXECUTE FUNCTION app_keep_columns('id', 'user_id', 'instrument_id');

-- Whether the attempt that this key (its hash) opened now has an owner, who can sign in to see it.
CREATE FUNCTION app_attempt_has_owner(key_hash text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM assessments_attempt WHERE key = key_hash AND user_id IS NOT NULL) $$;

CREATE FUNCTION app_own_attempts() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT id FROM assessments_attempt WHERE user_id = (SELECT app_actor()) $$;
