"""Each instrument has an audience, and a person may be asked to fill one in.

What was published before stood on the public page, whatever its licence says. The project's own
questionnaire stays there; any other one is for clients from now on, until a manager says that
everyone may read it. What was never published is for those who are asked.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

OFFERED_BEFORE = """
UPDATE assessments_instrument i
SET audience = CASE WHEN slug = 'closeness' THEN 'everyone' ELSE 'clients' END
WHERE EXISTS (SELECT FROM assessments_instrumentversion v
              WHERE v.instrument_id = i.id AND v.status <> 'draft');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0040_managers_offer_instruments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            "instrument",
            "audience",
            models.CharField(
                choices=[
                    ("everyone", "everyone, on the public page"),
                    ("clients", "clients of the practice"),
                    ("asked", "only who was asked for it"),
                ],
                db_default="asked",
                default="asked",
                max_length=10,
                verbose_name="who may take it",
            ),
        ),
        migrations.AddConstraint(
            "instrument",
            models.CheckConstraint(
                condition=models.Q(audience__in=["everyone", "clients", "asked"]),
                name="instrument_audience_is_known",
            ),
        ),
        migrations.CreateModel(
            "Assignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "instrument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="assessments.instrument",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "assignment", "verbose_name_plural": "assignments"},
        ),
        migrations.AddConstraint(
            "assignment",
            models.UniqueConstraint(fields=["user", "instrument"], name="assignment_once_a_person"),
        ),
        migrations.RunSQL(OFFERED_BEFORE, migrations.RunSQL.noop),
    ]
