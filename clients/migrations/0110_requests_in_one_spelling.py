"""Addresses of requests for a first session in the one spelling in which accounts have theirs, so
that an erasure finds them by an exact comparison."""

from django.db import migrations

UPPER, LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
# `lower` would fold other letters too, and some languages' rules differ.
RESPELL = f"""
UPDATE clients_enquiry SET email = translate(btrim(email), '{UPPER}', '{LOWER}')
WHERE email ~ '[A-Z ]'
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0051_keys_of_the_living")]
    operations = [migrations.RunSQL(RESPELL, migrations.RunSQL.noop)]
