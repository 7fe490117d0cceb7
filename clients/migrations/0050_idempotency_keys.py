"""What a form sends to be known again gets a column of its own; until now it was the row's id.

Rows keep their ids, and get them as idempotency keys too: a form that was open during the release
is still known again.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from accounts.idempotency import IdempotencyKey

MODELS = ("enquiry", "note", "task")


def filled(model: str) -> str:
    """A signed note never changes, but for this."""
    table = f"clients_{model}"
    return (
        f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER USER;"
        f"UPDATE {table} SET idempotency_key = id;"
        f"ALTER TABLE {table} ENABLE TRIGGER USER; SET CONSTRAINTS ALL DEFERRED;"
    )


ONCE = {
    "enquiry": [models.UniqueConstraint(F("idempotency_key"), name="enquiry_sent_once")],
    "note": [
        models.UniqueConstraint(
            F("client"), F("author"), F("idempotency_key"),
            condition=Q(amends=None), name="note_written_once",
        ),
        models.UniqueConstraint(
            F("amends"), F("author"), F("idempotency_key"),
            condition=Q(amends__isnull=False), name="note_added_once",
        ),
    ],
    "task": [
        models.UniqueConstraint(
            F("client"), F("given_by"), F("idempotency_key"), name="task_given_once"
        )
    ],
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0048_care_began"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        *(
            migrations.AddField(m, "idempotency_key", IdempotencyKey(default=None, null=True))
            for m in MODELS
        ),
        *(migrations.RunSQL(filled(m), migrations.RunSQL.noop) for m in MODELS),
        *(migrations.AlterField(m, "idempotency_key", IdempotencyKey()) for m in MODELS),
        *(migrations.AddConstraint(m, one) for m in MODELS for one in ONCE[m]),
    ]
