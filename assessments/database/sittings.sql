-- Questionnaires that are filled in at the practice. Who sees a sitting, and for whom one can be made,
-- depends on clients: see clients/database/results.sql.

GRANT SELECT, INSERT, UPDATE ON assessments_sitting TO :web_role;

CREATE TRIGGER assessments_sitting_keeps_columns BEFORE UPDATE ON assessments_sitting
    FOR EACH ROW WHEN ((OLD.id, OLD.user_id, OLD.instrument_id, OLD.made_by_id, OLD.attempt_id)
        IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.instrument_id, NEW.made_by_id, NEW.attempt_id))
    EXECUTE FUNCTION app_keep_columns('id', 'user_id', 'instrument_id', 'made_by_id', 'attempt_id?-');
CREATE TRIGGER assessments_sitting_limits_columns BEFORE UPDATE ON assessments_sitting
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns('attempt_id', 'share', 'ended_at');

-- A code opens once, in one statement, so that of two devices one comes too late. The device then has
-- the token. Returns whose questionnaire it is, or nothing.
CREATE FUNCTION app_open_sitting(code text, token text) RETURNS uuid LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ UPDATE assessments_sitting SET opened_at = app_now(), token_hash = token
   WHERE code_hash = code AND opened_at IS NULL AND ended_at IS NULL AND expires_at > app_now()
   RETURNING user_id $$;

-- Whose questionnaire the device with this token (its hash) may fill in now.
CREATE FUNCTION app_sitting_of(token text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT user_id FROM assessments_sitting
   WHERE token_hash = token AND ended_at IS NULL AND opened_at > app_now() - interval '60 minutes' $$;
