-- Whose rows the actor may read, and whose they may write. Every policy about a client's rows calls these
-- functions: reading and writing are two questions, even where the answers are the same.
--
-- Policies name no role: they apply to everyone but the owner of the tables (commands, migrations,
-- backups). Several permissive policies for one command are combined with OR.

CREATE FUNCTION app_own_clients() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT id FROM clients_client WHERE user_id = (SELECT app_actor()) $$;

-- Whether the therapist of a care link cares for the client, and so writes in the record. All of them do.
-- A kind of link that only reads is excluded here, and in Python by `CARING` in clients/models/care.py.
CREATE FUNCTION app_link_writes(link clients_carelink) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT true $$;

-- The clients whose records the acting therapist may read: those of their current care links, but never
-- their own. Every policy FOR SELECT asks this. The access policy in Python is exact about both ends;
-- here a link may begin up to 30 seconds later, because it can be newer than the request.
--
-- A policy asks EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = …). PostgreSQL inlines
-- these functions into the query, because they are neither SECURITY DEFINER nor have a SET clause, and
-- then chooses between a lookup for each row and one set for the whole statement, so a page about one
-- client does not collect all of them. They run as the web role, which can always see its actor's
-- own links. The schema is written out, so that search_path leads to no other table.
CREATE FUNCTION app_readable_clients() RETURNS TABLE (client_id uuid, writes boolean)
LANGUAGE sql STABLE AS
$$ SELECT l.client_id, app_link_writes(l) FROM public.clients_carelink l
   WHERE (SELECT app_actor_is('therapist'))
     AND l.therapist_id = (SELECT app_actor())
     AND l.starts_at <= (SELECT app_now() + interval '30 seconds')
     AND (l.ends_at IS NULL OR l.ends_at > (SELECT app_now()))
     AND l.client_id NOT IN (SELECT app_own_clients()) $$;

-- The clients in whose records the acting therapist may write. Every policy FOR INSERT, UPDATE and DELETE
-- asks this, and the locking of a record too.
CREATE FUNCTION app_writable_clients() RETURNS TABLE (client_id uuid) LANGUAGE sql STABLE AS
$$ SELECT r.client_id FROM app_readable_clients() r WHERE r.writes $$;

-- The readable clients, for the policy of clients_carelink, which cannot query its own table.
CREATE FUNCTION app_clients_in_care() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT client_id FROM app_readable_clients() $$;

-- Whether a person was one of the client's therapists at a time. Triggers ask this: "anyone but the
-- client" would include people who only read the record. They run as the owner; in a statement of the
-- web role it answers for the links that the actor can see.
CREATE FUNCTION app_cared_for(person uuid, client uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS
$$ SELECT EXISTS (SELECT FROM public.clients_carelink l
    WHERE l.client_id = client AND l.therapist_id = person
      AND l.starts_at <= at + interval '30 seconds' AND (l.ends_at IS NULL OR l.ends_at > at)
      AND app_link_writes(l)) $$;

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
-- What is asked once a statement stands before what is asked for each row: a manager's lists and counts
-- of all clients then ask nothing of each.
CREATE POLICY web_select ON clients_client FOR SELECT USING (
    user_id = (SELECT app_actor())
    OR (SELECT app_actor_is('manager'))
    OR (SELECT app_reads_statistics())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_client.id)
    OR id IN (SELECT app_new_clients()));
CREATE POLICY web_insert ON clients_client FOR INSERT WITH CHECK (
    ((SELECT app_actor_is('manager')) OR (SELECT app_actor_is('therapist')))
    AND created_by_id = (SELECT app_actor()));
-- Allows SELECT … FOR UPDATE. The client changes how emails to them are written, and whether the text about the
-- first days is folded away; the client and their therapists, whether they are asked how a session was.
CREATE POLICY web_update ON clients_client FOR UPDATE USING (
    user_id = (SELECT app_actor())
    OR EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_client.id)
    OR id IN (SELECT app_new_clients())
    OR (SELECT app_actor_is('manager'))
    OR (SELECT app_reads_statistics()))
    WITH CHECK (
    user_id = (SELECT app_actor())
    OR EXISTS (SELECT FROM app_writable_clients() w WHERE w.client_id = clients_client.id));
CREATE TRIGGER clients_client_limits_columns BEFORE UPDATE ON clients_client
    FOR EACH ROW WHEN (OLD.user_id = app_actor())
    EXECUTE FUNCTION app_limit_columns('discreet_emails', 'first_days_folded_at', 'no_check_ins_since');
-- Of the others, the policy above lets only those write who may write in the record.
CREATE TRIGGER clients_client_limits_columns_of_others BEFORE UPDATE ON clients_client
    FOR EACH ROW WHEN (NOT coalesce(OLD.user_id = app_actor(), false))
    EXECUTE FUNCTION app_limit_columns('no_check_ins_since');
CREATE TRIGGER clients_client_keeps_columns BEFORE UPDATE ON clients_client
    FOR EACH ROW WHEN ((OLD.id, OLD.user_id, OLD.created_by_id)
        IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.created_by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'user_id', 'created_by_id-');
