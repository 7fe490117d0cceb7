"""Everybody reads questionnaires; an acting manager adds, offers and retires them, and an acting
editor says what to read after a result."""

from django.db import migrations

from accounts.row_rules import written_by

TABLES = ("assessments_instrument", "assessments_instrumentversion", "assessments_scalefact")


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0020_region_reading"),
        ("accounts", "0020_people_roles_and_factors"),
    ]
    operations = [
        migrations.RunSQL(*written_by("manager", *TABLES)),
        migrations.RunSQL(*written_by("editor", "assessments_regionreading")),
    ]
