"""Links of the trail's chain are added, and nothing else, whoever asks."""

from django.db import migrations

REFUSE = """
CREATE TRIGGER accounts_trailseal_append_only_rows
    BEFORE UPDATE OR DELETE ON accounts_trailseal
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_refuse();
CREATE TRIGGER accounts_trailseal_append_only_table
    BEFORE TRUNCATE ON accounts_trailseal
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_refuse();
"""

ALLOW = """
DROP TRIGGER accounts_trailseal_append_only_rows ON accounts_trailseal;
DROP TRIGGER accounts_trailseal_append_only_table ON accounts_trailseal;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_the_trail")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
