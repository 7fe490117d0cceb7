"""A consent is given and taken back by its person, and seen by whoever sees that client."""

from django.db import migrations

ME = "(SELECT app_person())"
# Under that table's own policies: the client, their current therapist, a manager.
SEEN = "EXISTS (SELECT FROM clients_client c WHERE c.user_id = accounts_consent.user_id)"

GUARD = f"""
ALTER TABLE accounts_consent ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall_select ON accounts_consent FOR SELECT USING (user_id = {ME} OR {SEEN});
CREATE POLICY wall_insert ON accounts_consent FOR INSERT WITH CHECK (user_id = {ME});
CREATE POLICY wall_update ON accounts_consent FOR UPDATE
    USING (user_id = {ME}) WITH CHECK (user_id = {ME});
"""
UNGUARD = """
DROP POLICY wall_update ON accounts_consent;
DROP POLICY wall_insert ON accounts_consent;
DROP POLICY wall_select ON accounts_consent;
ALTER TABLE accounts_consent DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0043_who_changes_what")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
