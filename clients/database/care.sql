-- Care links: which therapist cares for a client, from when until when. An ended link is final.

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
    -- A reference may be set to null when its target is deleted (app_keep_columns). The end is
    -- compared with the database's clock and with the request's.
    IF to_jsonb(NEW) - '{granted_by_id,covers_id}'::text[]
       = to_jsonb(OLD) - '{granted_by_id,covers_id}'::text[] THEN
        RETURN NEW;
    END IF;
    IF OLD.ends_at <= greatest(app_now(), statement_timestamp()) THEN
        RAISE EXCEPTION 'this care link has ended: a new grant needs a new link'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.therapist_id = app_actor() AND OLD.ends_at IS NOT NULL
       AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at) THEN
        RAISE EXCEPTION 'nobody may extend their own care link'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_carelink_ends BEFORE UPDATE ON clients_carelink
    FOR EACH ROW EXECUTE FUNCTION app_keep_ended_care();

-- A planned link that is cancelled ends at the time at which it starts, so that it is never current:
-- every rule that checks "from its start up to, not including, its end" excludes it.
CREATE FUNCTION app_check_care_called_off() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ends_at = OLD.starts_at AND NEW.ends_at IS DISTINCT FROM OLD.ends_at
    THEN
        RAISE EXCEPTION 'cancelled care cannot be planned again'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.ends_at = NEW.starts_at AND (TG_OP = 'INSERT' OR OLD.ends_at IS DISTINCT FROM NEW.ends_at)
       AND (TG_OP = 'INSERT' OR NEW.starts_at <= app_now())
    THEN
        RAISE EXCEPTION 'only planned care can be cancelled'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.covers_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM clients_carelink AS l WHERE l.id = NEW.covers_id AND app_link_writes(l)
            AND l.client_id = NEW.client_id AND l.therapist_id <> NEW.therapist_id)
    THEN
        RAISE EXCEPTION 'a cover must be for another therapist of the same client'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_carelink_called_off BEFORE INSERT OR UPDATE OF ends_at ON clients_carelink
    FOR EACH ROW EXECUTE FUNCTION app_check_care_called_off();

-- A therapist who has clients keeps the role and the account. The form and the actions refuse first
-- and list the clients. In an emergency, the owner can remove the role.
CREATE FUNCTION app_has_clients(therapist uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM clients_carelink l WHERE l.therapist_id = therapist AND app_link_writes(l)
    AND (l.ends_at IS NULL OR (l.ends_at > app_now() AND l.ends_at > l.starts_at))) $$;

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
        RAISE EXCEPTION 'this therapist still has clients'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER accounts_user_groups_keeps_needed_therapist BEFORE DELETE ON accounts_user_groups
    FOR EACH ROW EXECUTE FUNCTION app_keep_needed_therapist();
CREATE TRIGGER accounts_user_keeps_needed_therapist BEFORE UPDATE OF is_active ON accounts_user
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active)
    EXECUTE FUNCTION app_keep_needed_therapist();
