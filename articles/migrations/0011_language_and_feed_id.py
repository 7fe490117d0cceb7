import uuid

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0010_link_reports'),
    ]

    operations = [
        migrations.AddField(
            model_name='article',
            name='language',
            field=models.CharField(choices=[('en', 'English'), ('hi', 'हिन्दी')], db_default='en', default='en', help_text='For search engines, and for programs that read the text aloud.', max_length=8, verbose_name='language'),
        ),
        # The database gives each stored article an id of its own while it adds the column.
        migrations.AddField(
            model_name='article',
            name='feed_id',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
