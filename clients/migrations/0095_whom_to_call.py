"""Whom to call becomes rows of a name and a number. A line that is there already stays whole, as a
name without a number: which of its digits would be dialled is for its writer to say."""

import json

from django.db import migrations

from accounts import crypto
from accounts.sealed_fields import SealedJSON, SealedText
from accounts.sealing_rows import Column, Table, _turn

WHOSE = "(SELECT c.user_id FROM clients_client AS c WHERE c.id = t.client_id)"
LINES, ROWS = SealedText(null=True), SealedJSON(null=True)
TABLE = Table("clients_safetyplan", "clients.safetyplan", WHOSE, [Column("calls", "bytea", ROWS)])


def to_rows(column, key, held, context):
    lines = LINES.decode(crypto.unseal(key, held, context)).splitlines()
    rows = [[line.strip(), ""] for line in lines if line.strip()]
    return crypto.seal(key, ROWS.encode(rows), context)


def to_lines(column, key, held, context):
    rows = json.loads(crypto.unseal(key, held, context))
    text = "\n".join(f"{name} {number}".strip() for name, number in rows)
    return crypto.seal(key, LINES.encode(text), context)


class Migration(migrations.Migration):
    dependencies = [("clients", "0050_idempotency_keys")]
    operations = [
        migrations.AlterField(
            "safetyplan", "calls",
            SealedJSON(blank=True, default=list, null=True, verbose_name="Whom I can call"),
        ),
        migrations.RunPython(
            lambda _apps, editor: _turn(TABLE, editor, to_rows),
            lambda _apps, editor: _turn(TABLE, editor, to_lines),
        ),
    ]
