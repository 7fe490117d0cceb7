-- The audit log and its hash chain are append-only, for the owner, too.
-- Who may read and write rows of the log depends on clients: clients/database/audit_log.sql.

GRANT SELECT, INSERT ON accounts_auditevent TO :web_role;
GRANT SELECT ON accounts_auditlink TO :web_role;

CREATE FUNCTION app_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER accounts_auditevent_is_append_only
    BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION app_refuse_audit_change();
CREATE TRIGGER accounts_auditevent_is_not_truncated
    BEFORE TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION app_refuse_audit_change();
CREATE TRIGGER accounts_auditlink_is_append_only
    BEFORE UPDATE OR DELETE ON accounts_auditlink
    FOR EACH ROW EXECUTE FUNCTION app_refuse_audit_change();
CREATE TRIGGER accounts_auditlink_is_not_truncated
    BEFORE TRUNCATE ON accounts_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION app_refuse_audit_change();

-- The web process's time is accepted if it is within a minute; otherwise the row gets the
-- database's.
CREATE FUNCTION app_date_audit_event() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
       AND NEW.at NOT BETWEEN clock_timestamp() - interval '1 minute'
                          AND clock_timestamp() + interval '10 seconds' THEN
        NEW.at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_auditevent_is_dated BEFORE INSERT ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION app_date_audit_event();
