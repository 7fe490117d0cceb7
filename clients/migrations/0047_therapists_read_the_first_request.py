"""The request that a client's care began with is part of the record that their therapist reads."""

from importlib import import_module

from django.db import migrations

wall = import_module("clients.migrations.0030_wall")
MINE = wall.mine("clients_enquiry")

GUARD = f"ALTER POLICY wall_select ON clients_enquiry USING ({wall.OWN} OR {MINE} OR {wall.MANAGER})"
UNGUARD = f"ALTER POLICY wall_select ON clients_enquiry USING ({wall.OWN} OR {wall.MANAGER})"


class Migration(migrations.Migration):
    dependencies = [("clients", "0046_tasks_let_go")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
