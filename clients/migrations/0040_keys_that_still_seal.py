"""A data key that still seals something is deleted by nobody but the owner.

Erasure is the owner's. What a request may delete is the key of an attempt or a first-session
request of nobody's, once that is gone or was sealed again under a person's own key.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION app_seals(held uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM accounts_user WHERE id = held)
       OR EXISTS (SELECT FROM assessments_attempt WHERE id = held AND user_id IS NULL)
       OR EXISTS (SELECT FROM clients_enquiry WHERE id = held AND client_id IS NULL) $$;

ALTER TABLE accounts_datakey ENABLE ROW LEVEL SECURITY;
-- They are wrapped: without FIELD_KEYS a key opens nothing.
CREATE POLICY wall_select ON accounts_datakey FOR SELECT USING (true);
-- Before the row that it is for.
CREATE POLICY wall_insert ON accounts_datakey FOR INSERT WITH CHECK (true);
CREATE POLICY wall_delete ON accounts_datakey FOR DELETE USING (NOT app_seals(subject));
"""
UNGUARD = """
DROP POLICY wall_delete ON accounts_datakey;
DROP POLICY wall_insert ON accounts_datakey;
DROP POLICY wall_select ON accounts_datakey;
ALTER TABLE accounts_datakey DISABLE ROW LEVEL SECURITY;
DROP FUNCTION app_seals(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0030_wall")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
