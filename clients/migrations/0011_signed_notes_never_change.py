"""A signed note is added to, never changed."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION clients_note_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NOT NULL AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) THEN
        RAISE EXCEPTION 'a signed note is never changed'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clients_note_never_changes
    BEFORE UPDATE ON clients_note
    FOR EACH ROW EXECUTE FUNCTION clients_note_refuse();
"""

ALLOW = """
DROP TRIGGER clients_note_never_changes ON clients_note;
DROP FUNCTION clients_note_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0010_signed_notes_and_safety")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
