"""What is added to a note is of the same client, and read by the same, as the signed note itself."""

from importlib import import_module

from django.db import migrations

WALL = import_module("clients.migrations.0030_wall")

# As the owner: a policy may not ask its own table.
ADDS = """
CREATE FUNCTION app_adds_to(note uuid, client uuid, readers text) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM clients_note n WHERE n.id = note AND n.client_id = client
                  AND n.audience = readers AND n.signed_at IS NOT NULL) $$;
"""
BEFORE = f"author_id = {WALL.ME} AND {WALL.mine('clients_note')}"
NOW = f"{BEFORE} AND (amends_id IS NULL OR app_adds_to(amends_id, client_id, audience))"


class Migration(migrations.Migration):
    dependencies = [("clients", "0044_consents_are_their_own")]
    operations = [
        migrations.RunSQL(
            f"{ADDS} ALTER POLICY wall_insert ON clients_note WITH CHECK ({NOW});",
            f"ALTER POLICY wall_insert ON clients_note WITH CHECK ({BEFORE});"
            " DROP FUNCTION app_adds_to(uuid, uuid, text);",
        )
    ]
