-- The caseload index is written by triggers only, which run as the owner. Lists of clients query it
-- alone. Triggers use the database's clock, because one transaction can hold several changes.

GRANT SELECT ON clients_caseloadindex TO :web_role;

ALTER TABLE clients_caseloadindex ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_caseloadindex FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_caseloadindex.client_id)
    OR (SELECT app_reads_statistics()));
CREATE TRIGGER clients_caseloadindex_keeps_columns BEFORE UPDATE ON clients_caseloadindex
    FOR EACH ROW WHEN (OLD.client_id IS DISTINCT FROM NEW.client_id)
    EXECUTE FUNCTION app_keep_columns('client_id');

CREATE FUNCTION app_index_step_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO clients_caseloadindex
        (client_id, step_id, since, last_kind, last_contact, planned_at, care_began)
    SELECT written.client_id, moved.step_id, moved.at, latest.kind,
           (SELECT max(at) FROM clients_session AS s
            WHERE s.client_id = written.client_id AND s.state = 'held'),
           (SELECT max(at) FROM clients_session AS s
            WHERE s.client_id = written.client_id AND s.state = 'planned'),
           (SELECT created_at FROM clients_client AS c WHERE c.id = written.client_id)
    FROM (SELECT DISTINCT client_id FROM fresh) AS written
    CROSS JOIN LATERAL (
        SELECT step_id, at FROM clients_stepevent AS e
        WHERE e.client_id = written.client_id AND e.kind = 'move'
          AND NOT EXISTS (SELECT FROM clients_stepevent AS u WHERE u.client_id = e.client_id
                          AND u.kind = 'undo' AND u.sequence = e.sequence + 1)
        ORDER BY sequence DESC LIMIT 1
    ) AS moved
    CROSS JOIN LATERAL (
        SELECT kind FROM clients_stepevent AS e
        WHERE e.client_id = written.client_id ORDER BY sequence DESC LIMIT 1
    ) AS latest
    ON CONFLICT (client_id) DO UPDATE SET
        step_id = EXCLUDED.step_id, since = EXCLUDED.since, last_kind = EXCLUDED.last_kind,
        last_contact = EXCLUDED.last_contact, planned_at = EXCLUDED.planned_at,
        care_began = EXCLUDED.care_began;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_stepevent_moves_index AFTER INSERT ON clients_stepevent
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION app_index_step_events();

CREATE FUNCTION app_index_client() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_caseloadindex SET care_began = NEW.created_at WHERE client_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_client_moves_index AFTER UPDATE OF created_at ON clients_client
    FOR EACH ROW EXECUTE FUNCTION app_index_client();

CREATE FUNCTION app_index_session() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_caseloadindex AS index
    SET last_contact = found.last_contact, planned_at = found.planned_at
    FROM (SELECT max(at) FILTER (WHERE state = 'held') AS last_contact,
                 max(at) FILTER (WHERE state = 'planned') AS planned_at
          FROM clients_session WHERE client_id = NEW.client_id) AS found
    WHERE index.client_id = NEW.client_id;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_session_moves_index AFTER INSERT OR UPDATE ON clients_session
    FOR EACH ROW EXECUTE FUNCTION app_index_session();

CREATE FUNCTION app_index_reflection() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_caseloadindex SET reflected_at = clock_timestamp() WHERE client_id = NEW.client_id;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_task_moves_index AFTER UPDATE OF reflection ON clients_task
    FOR EACH ROW WHEN (NEW.reflection IS NOT NULL
        AND NEW.reflection IS DISTINCT FROM OLD.reflection)
    EXECUTE FUNCTION app_index_reflection();

CREATE FUNCTION app_index_safety_plan() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_caseloadindex AS index SET plan_changed_at = clock_timestamp()
    FROM clients_client AS c
    WHERE c.id = NEW.client_id AND c.user_id = NEW.written_by_id AND index.client_id = c.id;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_safetyplan_moves_index AFTER INSERT ON clients_safetyplan
    FOR EACH ROW EXECUTE FUNCTION app_index_safety_plan();

-- What is new to the client's therapists is read when one of them opens the main page of the record, the
-- only page that shows reflections and the safety plan.
CREATE FUNCTION app_index_record_opened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_caseloadindex SET record_opened_at = clock_timestamp()
    WHERE client_id = NEW.client AND app_cared_for(NEW.actor, NEW.client, NEW.at);
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_auditevent_moves_index AFTER INSERT ON accounts_auditevent
    FOR EACH ROW WHEN (NEW.verb = 'record opened' AND NEW.route = 'client')
    EXECUTE FUNCTION app_index_record_opened();

-- The latest shared result: when it was completed, not when it was shared.
CREATE FUNCTION app_index_shared_result() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    written uuid := coalesce(NEW.client_id, OLD.client_id);
BEGIN
    UPDATE clients_caseloadindex SET measured_at = (
        SELECT max(a.submitted_at) FROM clients_sharedresult s
        JOIN assessments_attempt a ON a.id = s.attempt_id WHERE s.client_id = written
    )
    WHERE client_id = written;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_sharedresult_moves_index AFTER INSERT OR DELETE ON clients_sharedresult
    FOR EACH ROW EXECUTE FUNCTION app_index_shared_result();
