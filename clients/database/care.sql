-- Care links: who cares for a client, from when until when. A link that has ended is final.

GRANT SELECT, INSERT, UPDATE (ends_at) ON clients_carelink TO :web_role;

ALTER TABLE clients_carelink ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_carelink FOR SELECT USING (
    therapist_id = (SELECT app_actor())
    OR client_id IN (SELECT app_own_clients())
    OR (SELECT app_actor_is('manager'))
    OR client_id IN (SELECT app_clients_in_care()));
CREATE POLICY web_insert ON clients_carelink FOR INSERT WITH CHECK (
    granted_by_id = (SELECT app_actor())
    AND (((SELECT app_actor_is('manager')) AND therapist_id <> (SELECT app_actor()))
         OR client_id IN (SELECT app_new_clients())));
CREATE POLICY web_update ON clients_carelink FOR UPDATE
    USING ((SELECT app_actor_is('manager'))) WITH CHECK ((SELECT app_actor_is('manager')));

CREATE TRIGGER clients_carelink_keeps_columns BEFORE UPDATE ON clients_carelink
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.therapist_id, OLD.granted_by_id)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.therapist_id, NEW.granted_by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'therapist_id', 'granted_by_id-');
CREATE TRIGGER clients_carelink_keeps_cover BEFORE UPDATE ON clients_carelink
    FOR EACH ROW WHEN ((OLD.covers_id, OLD.announced)
        IS DISTINCT FROM (NEW.covers_id, NEW.announced))
    EXECUTE FUNCTION app_keep_columns('covers_id-', 'announced');

CREATE FUNCTION app_keep_ended_care() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    -- What the link names may be emptied when that row is deleted (app_keep_columns). Whether it is
    -- over is asked by the database's clock and by the request's.
    IF to_jsonb(NEW) - '{granted_by_id,covers_id}'::text[]
       = to_jsonb(OLD) - '{granted_by_id,covers_id}'::text[] THEN
        RETURN NEW;
    END IF;
    IF OLD.ends_at <= greatest(app_now(), statement_timestamp()) THEN
        RAISE EXCEPTION 'this care link has ended: a new one is a new grant'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.therapist_id = app_actor() AND OLD.ends_at IS NOT NULL
       AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at) THEN
        RAISE EXCEPTION 'nobody lengthens their own care link'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_carelink_ends BEFORE UPDATE ON clients_carelink
    FOR EACH ROW EXECUTE FUNCTION app_keep_ended_care();

-- A planned link that is called off ends at the moment at which it starts, so that it never holds:
-- every rule that asks "from its start up to, not including, its end" finds nothing there.
CREATE FUNCTION app_check_care_called_off() RETURNS trigger
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
CREATE TRIGGER clients_carelink_called_off BEFORE INSERT OR UPDATE OF ends_at ON clients_carelink
    FOR EACH ROW EXECUTE FUNCTION app_check_care_called_off();

-- A therapist who has clients keeps the role and the account. The form and the actions refuse it
-- first, with the list of clients. The owner may do it, in an emergency.
CREATE FUNCTION app_has_clients(therapist uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM clients_carelink WHERE therapist_id = therapist
    AND (ends_at IS NULL OR (ends_at > app_now() AND ends_at > starts_at))) $$;

CREATE FUNCTION app_keep_needed_therapist() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE person uuid := CASE WHEN TG_TABLE_NAME = 'accounts_user' THEN (to_jsonb(OLD) ->> 'id')::uuid
    ELSE (to_jsonb(OLD) ->> 'user_id')::uuid END;
    is_therapist boolean := EXISTS (SELECT FROM accounts_user_groups m JOIN auth_group g
        ON g.id = m.group_id WHERE m.user_id = person AND g.name = 'therapist'
        AND (TG_TABLE_NAME = 'accounts_user' OR g.id = (to_jsonb(OLD) ->> 'group_id')::int));
BEGIN
    IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
       AND is_therapist AND app_has_clients(person)
    THEN
        RAISE EXCEPTION 'somebody is in the care of this therapist'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER accounts_user_groups_keeps_needed_therapist BEFORE DELETE ON accounts_user_groups
    FOR EACH ROW EXECUTE FUNCTION app_keep_needed_therapist();
CREATE TRIGGER accounts_user_keeps_needed_therapist BEFORE UPDATE OF is_active ON accounts_user
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active)
    EXECUTE FUNCTION app_keep_needed_therapist();
