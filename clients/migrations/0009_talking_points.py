"""Agenda items become talking points: "agenda" is the word for a therapist's own sessions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from accounts.encryption import cipher, data_keys

OLD, NEW = "clients.agendaitem", "clients.talkingpoint"


def rebind(apps, schema_editor):
    """Encrypts each text again, since it is bound to the name of its model. One that does not
    decrypt stays as it is."""
    with schema_editor.connection.cursor() as cursor, data_keys.key_cache():
        cursor.execute(
            "SELECT t.id, c.user_id, t.text FROM clients_talkingpoint t"
            " JOIN clients_client c ON c.id = t.client_id WHERE t.text IS NOT NULL"
        )
        for pk, user_id, text in cursor.fetchall():
            try:
                _subject, key = data_keys.key_of(user_id)
                plain = cipher.decrypt(key, text, f"{OLD}.text {pk}")
            except cipher.Unreadable:
                continue
            bound = cipher.encrypt(key, plain, f"{NEW}.text {pk}")
            cursor.execute("UPDATE clients_talkingpoint SET text = %s WHERE id = %s", [bound, pk])


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0002_three_consents"),
        ("clients", "0008_first_contact"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel("AgendaItem", "TalkingPoint"),
        migrations.RenameIndex("TalkingPoint", "talking_point_open", old_name="agenda_open"),
        migrations.AlterField(
            "TalkingPoint",
            "client",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="talking_points",
                to="clients.client",
            ),
        ),
        migrations.RemoveConstraint("TalkingPoint", "agenda_item_added_once"),
        migrations.RemoveConstraint("TalkingPoint", "agenda_item_says_something"),
        migrations.RemoveConstraint("TalkingPoint", "agenda_item_talked_about_with_somebody"),
        migrations.AddConstraint(
            "TalkingPoint",
            models.UniqueConstraint("client", "idempotency_key", name="talking_point_added_once"),
        ),
        migrations.AddConstraint(
            "TalkingPoint",
            models.CheckConstraint(
                condition=Q(note__isnull=False) | Q(text__isnull=False),
                name="talking_point_says_something",
            ),
        ),
        migrations.AddConstraint(
            "TalkingPoint",
            models.CheckConstraint(
                condition=Q(talked_on=None, talked_by=None)
                | Q(talked_on__isnull=False, talked_by__isnull=False),
                name="talking_point_talked_about_with_somebody",
            ),
        ),
        migrations.AlterModelOptions(
            "TalkingPoint",
            {
                "ordering": ["-added_at"],
                "verbose_name": "talking point",
                "verbose_name_plural": "talking points",
            },
        ),
        migrations.RunPython(rebind, migrations.RunPython.noop, elidable=True),
    ]
