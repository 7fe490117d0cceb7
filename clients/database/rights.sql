-- Consents, requests for erasure, whom a client names, and how they can be reached.

-- A consent is given and withdrawn by the person themselves, and visible to everyone who can see the
-- client (under that table's own policies). Only the statistics ask who agreed to be counted: nobody
-- in the client's care learns of it, so that saying no stays free.
ALTER TABLE accounts_consent ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON accounts_consent FOR SELECT USING (
    user_id = (SELECT app_actor())
    OR (EXISTS (SELECT FROM clients_client c WHERE c.user_id = accounts_consent.user_id)
        AND text_id NOT IN (SELECT t.id FROM accounts_consenttext t WHERE t.kind = 'statistics'))
    OR (SELECT app_reads_statistics()));
CREATE POLICY web_insert ON accounts_consent FOR INSERT
    WITH CHECK (user_id = (SELECT app_actor()));
CREATE POLICY web_update ON accounts_consent FOR UPDATE
    USING (user_id = (SELECT app_actor())) WITH CHECK (user_id = (SELECT app_actor()));

GRANT SELECT, INSERT, UPDATE ON clients_erasurerequest TO :web_role;

-- Withdrawn by the client, and decided by a manager, but never about their own record.
ALTER TABLE clients_erasurerequest ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_erasurerequest FOR SELECT USING (
    client_id IN (SELECT app_own_clients()) OR (SELECT app_actor_is('manager')));
CREATE POLICY web_insert ON clients_erasurerequest FOR INSERT WITH CHECK (
    client_id IN (SELECT app_own_clients()) AND decided_at IS NULL);
CREATE POLICY web_update ON clients_erasurerequest FOR UPDATE
    USING (client_id IN (SELECT app_own_clients()) OR (SELECT app_actor_is('manager')))
    WITH CHECK (
        CASE WHEN client_id IN (SELECT app_own_clients()) THEN decided_at IS NULL
        ELSE (SELECT app_actor_is('manager')) END);
CREATE TRIGGER clients_erasurerequest_keeps_columns BEFORE UPDATE ON clients_erasurerequest
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.asked_at, OLD.decided_by_id)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.asked_at, NEW.decided_by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'asked_at', 'decided_by_id?-');
CREATE TRIGGER clients_erasurerequest_limits_columns BEFORE UPDATE ON clients_erasurerequest
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns_by_actor(
        'taken_back_at', 'decided_at decided_by_id granted words');

GRANT SELECT, INSERT ON clients_nomination TO :web_role;

-- Written by the client alone, each change as a new version; read by the client and by their current
-- therapists.
ALTER TABLE clients_nomination ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_nomination FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r WHERE r.client_id = clients_nomination.client_id));
CREATE POLICY web_insert ON clients_nomination FOR INSERT WITH CHECK (
    client_id IN (SELECT app_own_clients()));
CREATE TRIGGER clients_nomination_keeps_columns BEFORE UPDATE ON clients_nomination
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.version)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.version))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'version');

GRANT SELECT, INSERT ON clients_contactdetails TO :web_role;

-- Written by the client and by therapists who care for them, each change as a new version; the first may
-- be taken over from the request for a first session by the person who answered it. Read by the client
-- and by their therapists.
ALTER TABLE clients_contactdetails ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON clients_contactdetails FOR SELECT USING (
    client_id IN (SELECT app_own_clients())
    OR EXISTS (SELECT FROM app_readable_clients() r
               WHERE r.client_id = clients_contactdetails.client_id));
CREATE POLICY web_insert ON clients_contactdetails FOR INSERT WITH CHECK (
    written_by_id = (SELECT app_actor())
    AND (client_id IN (SELECT app_own_clients())
         OR EXISTS (SELECT FROM app_writable_clients() w
                    WHERE w.client_id = clients_contactdetails.client_id)
         OR version = 1 AND EXISTS (
             SELECT FROM clients_enquiry e WHERE e.client_id = clients_contactdetails.client_id
                 AND e.closed_by_id = (SELECT app_actor()))));
CREATE TRIGGER clients_contactdetails_keeps_columns BEFORE UPDATE ON clients_contactdetails
    FOR EACH ROW WHEN ((OLD.id, OLD.client_id, OLD.version, OLD.written_by_id)
        IS DISTINCT FROM (NEW.id, NEW.client_id, NEW.version, NEW.written_by_id))
    EXECUTE FUNCTION app_keep_columns('id', 'client_id', 'version', 'written_by_id');
