"""What clients, their therapists and those who ask for help write is sealed, what is there too.

The clear words stay in the dead rows of the tables' files until PostgreSQL has written them anew:
run `VACUUM FULL` once afterwards (docs/operations.md).
"""

from django.db import migrations, models

from accounts.phones import PhoneIndex
from accounts.sealed_fields import SealedLine, SealedText
from accounts.sealing_rows import Column, Table, sealing

WHOSE = "(SELECT c.user_id FROM clients_client AS c WHERE c.id = t.client_id)"
EMPTY = {"blank": True, "default": "", "null": True}


def text(name, verbose, length=None, help_text="", **kwargs):
    made = SealedText(verbose_name=verbose, max_length=length, help_text=help_text, **kwargs)
    return Column(name, "text", made)


def line(name, verbose, length, **kwargs):
    made = SealedLine(verbose_name=verbose, max_length=length, **kwargs)
    return Column(name, f"varchar({length})", made)


TABLES = [
    Table("clients_note", "clients.note", WHOSE, [text("text", "note", 20_000)]),
    Table("clients_stepevent", "clients.stepevent", WHOSE, [text("reason", "reason", **EMPTY)]),
    Table("clients_task", "clients.task", WHOSE, [
        line("title", "title", 120),
        text("text", "what to do", 4000, **EMPTY),
        text("reflection", "how it was", 4000, **EMPTY),
    ]),
    Table("clients_erasurerequest", "clients.erasurerequest", WHOSE, [
        text("words", "answer to the client", 2000, **EMPTY),
    ]),
    Table("clients_safetyplan", "clients.safetyplan", WHOSE, [
        text("signs", "How I notice that it is getting hard", 2000,
             "Thoughts, feelings, places or moments that come before.", **EMPTY),
        text("helps", "What I can do by myself", 2000,
             "What has helped before, even a little.", **EMPTY),
        text("company", "People and places that take my mind off it", 2000, **EMPTY),
        text("calls", "Whom I can call", 2000,
             "One on each line: a name and a number. Then one tap calls them.", **EMPTY),
        text("surroundings", "How I make the place around me safer", 2000, **EMPTY),
        text("matters", "What matters to me", 2000, **EMPTY),
        line("contact_name", "Emergency contact", 120, **EMPTY),
        line("contact_relation", "Who they are to me", 80, **EMPTY),
        line("contact_phone", "Their phone", 30, **EMPTY),
    ]),
    Table("clients_enquiry", "clients.enquiry", f"coalesce({WHOSE}, t.id)", [
        line("phone", "phone", 30, **EMPTY),
        line("about", "what it is about", 500, **EMPTY),
    ]),
]


def index_phones(apps, schema_editor) -> None:
    """While they can still be read."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT convert_from(phone, 'UTF8'), id FROM clients_enquiry WHERE phone IS NOT NULL")
        found = [((PhoneIndex.of(phone) or [None])[0], key) for phone, key in cursor.fetchall()]
        cursor.executemany("UPDATE clients_enquiry SET phone_index = %s WHERE id = %s", found)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_data_keys"),
        ("assessments", "0006_sealed_answers"),
        ("clients", "0012_erasure"),
    ]
    operations = [
        migrations.RemoveConstraint("enquiry", "enquiry_can_be_answered"),
        migrations.RemoveConstraint("task", "task_reflection_once_done"),
        *[operation for table in TABLES for operation in table.operations()],
        migrations.AddField("enquiry", "phone_index", PhoneIndex("phone")),
        migrations.RunPython(index_phones, migrations.RunPython.noop),
        sealing(*TABLES),
        migrations.AddConstraint("enquiry", models.CheckConstraint(
            condition=~models.Q(email="") | models.Q(phone__isnull=False),
            name="enquiry_can_be_answered",
        )),
        migrations.AddConstraint("task", models.CheckConstraint(
            condition=models.Q(reflection__isnull=True) | models.Q(done_at__isnull=False),
            name="task_reflection_once_done",
        )),
    ]
