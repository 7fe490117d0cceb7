"""An article or a questionnaire that is deleted leaves the tasks that named it.

Whoever deletes it sees no task: the database lets go of it, as the tables' owner. Until now the
request failed at its very end, after it had said that all was well.
"""

from django.db import migrations

LET_GO = """
DO $$ DECLARE held record; BEGIN
  FOR held IN SELECT c.conname, a.attname, c.confrelid::regclass AS there
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.conrelid = 'clients_task'::regclass
      AND a.attname IN ('article_id', 'instrument_id')
  LOOP
    EXECUTE format('ALTER TABLE clients_task DROP CONSTRAINT %I', held.conname);
    EXECUTE format('ALTER TABLE clients_task ADD CONSTRAINT %I FOREIGN KEY (%I)'
      ' REFERENCES %s (id) __DELETE__ DEFERRABLE INITIALLY DEFERRED',
      held.conname, held.attname, held.there);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0045_additions_stay_with_their_note")]
    operations = [
        migrations.RunSQL(
            LET_GO.replace("__DELETE__", "ON DELETE SET NULL"), LET_GO.replace("__DELETE__", "")
        )
    ]
