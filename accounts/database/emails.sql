-- A request queues emails; the person to whom one belongs, if any, may read it. A worker sends
-- them as the owner.

GRANT SELECT, INSERT ON accounts_mail TO :web_role;

ALTER TABLE accounts_mail ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_select ON accounts_mail FOR SELECT USING (user_id = (SELECT app_actor()));
CREATE POLICY web_insert ON accounts_mail FOR INSERT WITH CHECK (
    tries = 0 AND sent_at IS NULL AND given_up_at IS NULL);

CREATE TRIGGER accounts_mail_keeps_columns BEFORE UPDATE ON accounts_mail
    FOR EACH ROW WHEN ((OLD.id, OLD.user_id) IS DISTINCT FROM (NEW.id, NEW.user_id))
    EXECUTE FUNCTION app_keep_columns('id', 'user_id');
CREATE TRIGGER accounts_mail_limits_columns BEFORE UPDATE ON accounts_mail
    FOR EACH ROW EXECUTE FUNCTION app_limit_columns(
        'tries', 'next_try_at', 'sent_at', 'given_up_at');

-- Whether an email with this id was queued. It was not if there is one about the same thing
-- already.
CREATE FUNCTION app_mail_exists(mail uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM accounts_mail WHERE id = mail) $$;
