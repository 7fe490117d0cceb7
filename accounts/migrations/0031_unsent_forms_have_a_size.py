"""Forms that wait unsent: each has a limit in bytes, and each person a number of them.

What is longer now waited for a day at most; it goes. A visitor adds a row and sees none, so that
the older ones are deleted by a trigger, as the owner.
"""

import django.db.models.lookups
from django.db import migrations, models

LONGEST, MOST = 500_000, 20
LATEST = f"""
CREATE FUNCTION app_latest_unsent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM accounts_unsent WHERE user_id = NEW.user_id AND id NOT IN (
        SELECT id FROM accounts_unsent WHERE user_id = NEW.user_id ORDER BY at DESC LIMIT {MOST});
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_unsent_latest AFTER INSERT ON accounts_unsent
    FOR EACH ROW EXECUTE FUNCTION app_latest_unsent();
"""
GONE = """
DROP TRIGGER accounts_unsent_latest ON accounts_unsent;
DROP FUNCTION app_latest_unsent();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0030_plain_addresses")]
    operations = [
        migrations.RunSQL(
            f"DELETE FROM accounts_unsent WHERE octet_length(sealed) > {LONGEST}",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="unsent",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    models.Func(
                        "sealed", function="octet_length", output_field=models.IntegerField()
                    ),
                    LONGEST,
                ),
                name="unsent_not_too_long",
            ),
        ),
        migrations.RunSQL(LATEST, GONE),
    ]
