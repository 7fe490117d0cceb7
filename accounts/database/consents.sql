-- Everybody reads the texts of consents; a manager adds one, which is then never changed.
-- Who sees a person's consents depends on care links: clients/database/rights.sql.

GRANT SELECT, INSERT ON accounts_consenttext TO :web_role;
GRANT SELECT, INSERT, UPDATE ON accounts_consent, accounts_practicedetail TO :web_role;

ALTER TABLE accounts_consenttext ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON accounts_consenttext FOR SELECT USING (true);
CREATE POLICY web_insert ON accounts_consenttext FOR INSERT
    WITH CHECK ((SELECT app_actor_is('manager')));

-- A consent can be withdrawn, and otherwise stays as it was given.
CREATE TRIGGER accounts_consent_keeps_columns BEFORE UPDATE ON accounts_consent
    FOR EACH ROW WHEN ((OLD.id, OLD.user_id, OLD.text_id, OLD.given_at)
        IS DISTINCT FROM (NEW.id, NEW.user_id, NEW.text_id, NEW.given_at))
    EXECUTE FUNCTION app_keep_columns('id', 'user_id', 'text_id', 'given_at');
CREATE TRIGGER accounts_consent_limits_columns BEFORE UPDATE ON accounts_consent
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns('withdrawn_at');

-- What fills the blanks of the texts: a manager writes it, and everyone may read it, also those who
-- open an invitation.
ALTER TABLE accounts_practicedetail ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON accounts_practicedetail FOR SELECT USING (true);
CREATE POLICY web_insert ON accounts_practicedetail FOR INSERT
    WITH CHECK ((SELECT app_actor_is('manager')));
CREATE POLICY web_update ON accounts_practicedetail FOR UPDATE
    USING ((SELECT app_actor_is('manager'))) WITH CHECK ((SELECT app_actor_is('manager')));
CREATE TRIGGER accounts_practicedetail_keeps_columns BEFORE UPDATE ON accounts_practicedetail
    FOR EACH ROW WHEN ((OLD.id, OLD.person_id, OLD.name) IS DISTINCT FROM (NEW.id, NEW.person_id, NEW.name))
    EXECUTE FUNCTION app_keep_columns('id', 'person_id', 'name');
