"""A row of the trail names who acts in the request, or nobody where nobody does."""

from django.db import migrations

SAID = "ALTER POLICY wall_insert ON accounts_auditevent WITH CHECK ({});"


class Migration(migrations.Migration):
    dependencies = [("clients", "0040_keys_that_still_seal")]
    operations = [
        migrations.RunSQL(
            SAID.format("actor IS NOT DISTINCT FROM (SELECT app_person())"), SAID.format("true")
        )
    ]
