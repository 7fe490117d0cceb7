-- The secret address of a therapist's calendar: each has their own. What it opens depends on the role: the
-- policies of sessions show none to anybody else.

GRANT SELECT, INSERT, UPDATE, DELETE ON clients_calendarfeed TO :web_role;

ALTER TABLE clients_calendarfeed ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_all ON clients_calendarfeed
    USING (therapist_id = (SELECT app_actor()))
    WITH CHECK (therapist_id = (SELECT app_actor()));

CREATE TRIGGER clients_calendarfeed_keeps_columns BEFORE UPDATE ON clients_calendarfeed
    FOR EACH ROW WHEN ((OLD.id, OLD.therapist_id) IS DISTINCT FROM (NEW.id, NEW.therapist_id))
    EXECUTE FUNCTION app_keep_columns('id', 'therapist_id');

-- Whose calendar has the key with this hash. A calendar program cannot sign in: the key says who asks,
-- and the policies then show what that person may see at this moment.
CREATE FUNCTION app_calendar_of(hash text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT f.therapist_id FROM clients_calendarfeed f JOIN accounts_user u ON u.id = f.therapist_id
   WHERE f.key_hash = hash AND u.is_active $$;
