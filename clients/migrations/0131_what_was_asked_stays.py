"""Whom a questionnaire was asked of never changes: as for every row that is about a person (0042)."""

from django.db import migrations

STAYS = {"assessments_assignment": "id user_id instrument_id"}
STAY = """
CREATE TRIGGER assessments_assignment_stays BEFORE UPDATE ON assessments_assignment
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.user_id IS DISTINCT FROM NEW.user_id
        OR OLD.instrument_id IS DISTINCT FROM NEW.instrument_id)
    EXECUTE FUNCTION app_stays('id', 'user_id', 'instrument_id');
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0130_who_begins_a_questionnaire")]
    operations = [
        migrations.RunSQL(STAY, "DROP TRIGGER assessments_assignment_stays ON assessments_assignment;")
    ]
