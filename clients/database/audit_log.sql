-- Who reads and writes the audit log, and what an event updates elsewhere.

-- Also after a care link has ended: an event may be written just after its end.
CREATE FUNCTION app_may_record_about(client uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT app_actor_is('manager')
       OR EXISTS (SELECT FROM clients_client c WHERE c.id = client
                  AND app_actor() IN (c.user_id, c.created_by_id))
       OR EXISTS (SELECT FROM clients_carelink l WHERE l.client_id = client
                  AND l.therapist_id = app_actor()) $$;

-- An event names the actor, or nobody if nobody is signed in. A refusal may concern any client.
ALTER TABLE accounts_auditevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON accounts_auditevent FOR SELECT USING (
    actor = (SELECT app_actor())
    OR client IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = accounts_auditevent.client)
    OR (SELECT app_actor_is('manager')));
CREATE POLICY web_insert ON accounts_auditevent FOR INSERT WITH CHECK (
    actor IS NOT DISTINCT FROM (SELECT app_actor())
    AND (client IS NULL OR (actor IS NOT NULL AND verb = 'refused')
         OR app_may_record_about(client)));

-- Marks shared results as opened when the audit log records that one of the client's therapists opened
-- them, so that lists of clients need not query the log.
CREATE FUNCTION app_mark_result_opened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE clients_sharedresult SET opened_at = NEW.at
    WHERE client_id = NEW.client AND opened_at IS NULL AND shared_at <= NEW.at
        AND app_cared_for(NEW.actor, NEW.client, NEW.at);
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_auditevent_marks_result_opened AFTER INSERT ON accounts_auditevent
    FOR EACH ROW WHEN (NEW.verb = 'result opened')
    EXECUTE FUNCTION app_mark_result_opened();
