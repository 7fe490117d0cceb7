"""Of an attempt's key only a hash is kept: whoever steals a dump opens nothing with it.

The links that people hold go on working, since a key is looked up by its hash. There is no way
back: what is hashed stays so.
"""

from django.db import migrations, models

import assessments.models.attempt

# As `hash_of`: SHA-256 in the base64 of addresses, 43 characters like the key.
HASH = """
UPDATE assessments_attempt SET key =
    rtrim(translate(encode(sha256(convert_to(key, 'UTF8')), 'base64'), '+/', '-_'), '=');
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_sealed_answers")]
    operations = [
        migrations.RunSQL(HASH, migrations.RunSQL.noop),
        # The column keeps its name, by which the policies of row-level security know it.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("attempt", "key", "key_hash"),
                migrations.AlterField(
                    "attempt",
                    "key_hash",
                    models.CharField(
                        db_column="key",
                        default=assessments.models.attempt.hash_of_none,
                        editable=False,
                        max_length=43,
                        unique=True,
                    ),
                ),
            ]
        ),
    ]
