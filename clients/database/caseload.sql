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

-- From when on no therapist cares for a client: the latest end of their care links, also of those that begin
-- later, and null while one of them has no end. A link counts as long as its therapist has an account and the
-- role. Without any, it is the time `otherwise`. The same links as `going_on().of_therapists()` in clients/models/care.py.
CREATE FUNCTION app_care_ends_at(client uuid, otherwise timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN NOT bool_or(l.ends_at IS NULL) OR count(*) = 0
               THEN coalesce(max(l.ends_at), otherwise) END
   FROM public.clients_carelink l
   WHERE l.client_id = client AND l.ends_at IS DISTINCT FROM l.starts_at AND app_link_writes(l)
     AND EXISTS (SELECT FROM public.accounts_user u
                 JOIN public.accounts_user_groups m ON m.user_id = u.id
                 JOIN public.auth_group g ON g.id = m.group_id
                 WHERE u.id = l.therapist_id AND u.is_active AND g.name = 'therapist') $$;

-- The newest version of the consent text about something to which a person agrees now, null if to none.
CREATE FUNCTION app_agreed_version(person uuid, about text) RETURNS integer
LANGUAGE sql STABLE AS
$$ SELECT max(t.version) FROM public.accounts_consent c
   JOIN public.accounts_consenttext t ON t.id = c.text_id
   WHERE c.user_id = person AND c.withdrawn_at IS NULL AND t.kind = about $$;

CREATE FUNCTION app_index_step_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO clients_caseloadindex
        (client_id, step_id, since, last_kind, last_contact, planned_at, care_began, care_ends_at,
         therapy_version, data_version)
    SELECT written.client_id, moved.step_id, moved.at, latest.kind,
           (SELECT max(at) FROM clients_session AS s
            WHERE s.client_id = written.client_id AND s.state = 'held'),
           (SELECT max(at) FROM clients_session AS s
            WHERE s.client_id = written.client_id AND s.state = 'planned'),
           c.created_at, app_care_ends_at(c.id, c.created_at),
           app_agreed_version(c.user_id, 'therapy'), app_agreed_version(c.user_id, 'data')
    FROM (SELECT DISTINCT client_id FROM fresh) AS written
    JOIN clients_client AS c ON c.id = written.client_id
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
        care_began = EXCLUDED.care_began, care_ends_at = EXCLUDED.care_ends_at,
        therapy_version = EXCLUDED.therapy_version, data_version = EXCLUDED.data_version;
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

-- A link begins or ends; a therapist loses the account or the role, or gets it.
CREATE FUNCTION app_index_care() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    written jsonb := coalesce(to_jsonb(NEW), to_jsonb(OLD));
    affected uuid[] := CASE TG_TABLE_NAME
        WHEN 'clients_carelink' THEN ARRAY[(written ->> 'client_id')::uuid]
        ELSE ARRAY(SELECT l.client_id FROM clients_carelink l
                   WHERE l.therapist_id = coalesce(written ->> 'user_id', written ->> 'id')::uuid
                     AND app_link_writes(l)) END;
BEGIN
    UPDATE clients_caseloadindex AS index
    SET care_ends_at = app_care_ends_at(index.client_id, index.care_began)
    WHERE index.client_id = ANY (affected);
    RETURN NULL;
END $$;
CREATE TRIGGER clients_carelink_moves_index AFTER INSERT OR DELETE OR UPDATE OF starts_at, ends_at ON clients_carelink
    FOR EACH ROW EXECUTE FUNCTION app_index_care();
CREATE TRIGGER accounts_user_groups_moves_index AFTER INSERT OR DELETE ON accounts_user_groups
    FOR EACH ROW EXECUTE FUNCTION app_index_care();
CREATE TRIGGER accounts_user_moves_index AFTER UPDATE OF is_active ON accounts_user
    FOR EACH ROW WHEN (OLD.is_active IS DISTINCT FROM NEW.is_active)
    EXECUTE FUNCTION app_index_care();

CREATE FUNCTION app_index_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    person uuid := coalesce(NEW.user_id, OLD.user_id);
BEGIN
    UPDATE clients_caseloadindex AS index
    SET therapy_version = app_agreed_version(person, 'therapy'),
        data_version = app_agreed_version(person, 'data')
    FROM clients_client AS c WHERE c.user_id = person AND index.client_id = c.id;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_consent_moves_index AFTER INSERT OR DELETE OR UPDATE OF withdrawn_at ON accounts_consent
    FOR EACH ROW EXECUTE FUNCTION app_index_consent();

-- The clients for whom nobody cares now or later, unless their path is closed: then no care is missing. A
-- manager, who cannot read the index, learns no more of a path than that.
CREATE FUNCTION app_clients_of_nobody(at timestamptz) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT i.client_id FROM clients_caseloadindex i
        WHERE i.care_ends_at <= at AND i.last_kind <> 'close' AND app_manages();
END $$;

-- How many clients nobody cares for, and how many with an account have not agreed to these versions of the
-- needed texts. A manager may know both, and cannot read the index. Its indexes lead to these clients alone,
-- so that the numbers cost the same however many others there are: hence plpgsql, which plans each call by
-- its values.
CREATE FUNCTION app_count_unsettled(at timestamptz, therapy integer, data integer)
RETURNS TABLE (without_therapist bigint, not_agreed bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT
        (SELECT count(*) FROM app_clients_of_nobody(at)),
        (SELECT count(*) FROM clients_caseloadindex i
         JOIN clients_client c ON c.id = i.client_id JOIN accounts_user u ON u.id = c.user_id
         WHERE u.is_active AND (i.therapy_version IS NULL OR i.therapy_version < therapy
                                OR i.data_version IS NULL OR i.data_version < data))
    WHERE app_manages();
END $$;
