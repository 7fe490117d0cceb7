-- The clients whose rows the actor may reach. Every policy about a client's rows calls these functions.
--
-- Policies name no role: they apply to everyone but the owner of the tables (commands, migrations,
-- backups). Several permissive policies for one command are combined with OR. Sets of clients are
-- computed once for each statement, by uncorrelated sub-selects.

CREATE FUNCTION app_own_clients() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT id FROM clients_client WHERE user_id = (SELECT app_actor()) $$;

-- The clients of the acting therapist's current care links. The access policy in Python is exact about
-- both ends; here a link may begin up to 30 seconds later, because it can be newer than the request.
--
-- A policy about a client's rows checks the same conditions on each row (therapist, not their own
-- record, a current link), so that a page about one client does not collect all of them. Therapists
-- can always see their own links. This is a function because a policy of clients_carelink cannot
-- query its own table.
CREATE FUNCTION app_clients_in_care() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT client_id FROM clients_carelink
   WHERE therapist_id = (SELECT app_actor())
     AND starts_at <= (SELECT app_now() + interval '30 seconds')
     AND (ends_at IS NULL OR ends_at > (SELECT app_now()))
     AND (SELECT app_actor_is('therapist'))
     AND client_id NOT IN (SELECT app_own_clients()) $$;

-- Clients that the actor has just created and who have no care link yet, so that their first rows can
-- be written.
CREATE FUNCTION app_new_clients() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT c.id FROM clients_client c
   WHERE c.created_by_id = app_actor() AND (app_actor_is('therapist') OR app_actor_is('manager'))
     AND NOT EXISTS (SELECT FROM clients_carelink l WHERE l.client_id = c.id) $$;

-- Limits the columns that a request can change: the first argument lists the columns that the client
-- can change, the second those that everyone else whom a policy admits can change. With policies
-- alone, a client could rewrite a task from their therapist, and a therapist the reflection on it.
CREATE FUNCTION app_limit_columns_by_actor() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    allowed text[];
BEGIN
    -- The owner is not limited, nor is a cascade, which runs as the owner.
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    allowed := string_to_array(
        CASE WHEN (to_jsonb(OLD) ->> 'client_id')::uuid IN (SELECT app_own_clients())
        THEN TG_ARGV[0] ELSE TG_ARGV[1] END, ' ');
    IF to_jsonb(NEW) - allowed IS DISTINCT FROM to_jsonb(OLD) - allowed THEN
        RAISE EXCEPTION 'of % only % may change', TG_TABLE_NAME, allowed
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

GRANT SELECT, INSERT, UPDATE ON clients_client TO :web_role;

ALTER TABLE clients_client ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_client FOR SELECT USING (
    user_id = (SELECT app_actor())
    OR ((SELECT app_actor_is('therapist'))
        AND clients_client.id NOT IN (SELECT app_own_clients())
        AND EXISTS (SELECT FROM clients_carelink l
            WHERE l.client_id = clients_client.id AND l.therapist_id = (SELECT app_actor())
            AND l.starts_at <= (SELECT app_now() + interval '30 seconds')
            AND (l.ends_at IS NULL OR l.ends_at > (SELECT app_now()))))
    OR id IN (SELECT app_new_clients())
    OR (SELECT app_actor_is('manager'))
    OR (SELECT app_reads_statistics()));
CREATE POLICY web_insert ON clients_client FOR INSERT WITH CHECK (
    ((SELECT app_actor_is('manager')) OR (SELECT app_actor_is('therapist')))
    AND created_by_id = (SELECT app_actor()));
-- Allows SELECT … FOR UPDATE; the row itself is never changed.
CREATE POLICY web_update ON clients_client FOR UPDATE USING (
    user_id = (SELECT app_actor())
    OR ((SELECT app_actor_is('therapist'))
        AND clients_client.id NOT IN (SELECT app_own_clients())
        AND EXISTS (SELECT FROM clients_carelink l
            WHERE l.client_id = clients_client.id AND l.therapist_id = (SELECT app_actor())
            AND l.starts_at <= (SELECT app_now() + interval '30 seconds')
            AND (l.ends_at IS NULL OR l.ends_at > (SELECT app_now()))))
    OR id IN (SELECT app_new_clients())
    OR (SELECT app_actor_is('manager'))
    OR (SELECT app_reads_statistics()))
    WITH CHECK (false);
CREATE TRIGGER clients_client_keeps_columns BEFORE UPDATE ON clients_client
    FOR EACH ROW WHEN ((OLD.id, OLD.user_id, OLD.created_by_id)
        IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.created_by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'user_id', 'created_by_id-');
