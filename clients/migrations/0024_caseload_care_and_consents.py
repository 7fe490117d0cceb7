from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_people_by_name'),
        ('clients', '0023_may_call_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='caseloadindex',
            name='care_ends_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='caseloadindex',
            name='data_version',
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='caseloadindex',
            name='therapy_version',
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.RunSQL(
            """
            UPDATE clients_caseloadindex AS index SET
                care_ends_at = (
                    SELECT CASE WHEN NOT bool_or(l.ends_at IS NULL) OR count(*) = 0
                                THEN coalesce(max(l.ends_at), index.care_began) END
                    FROM clients_carelink l
                    WHERE l.client_id = index.client_id AND l.ends_at IS DISTINCT FROM l.starts_at
                      AND EXISTS (SELECT FROM accounts_user u
                                  JOIN accounts_user_groups m ON m.user_id = u.id
                                  JOIN auth_group g ON g.id = m.group_id
                                  WHERE u.id = l.therapist_id AND u.is_active AND g.name = 'therapist')),
                therapy_version = (
                    SELECT max(t.version) FROM clients_client c
                    JOIN accounts_consent a ON a.user_id = c.user_id
                    JOIN accounts_consenttext t ON t.id = a.text_id
                    WHERE c.id = index.client_id AND a.withdrawn_at IS NULL AND t.kind = 'therapy'),
                data_version = (
                    SELECT max(t.version) FROM clients_client c
                    JOIN accounts_consent a ON a.user_id = c.user_id
                    JOIN accounts_consenttext t ON t.id = a.text_id
                    WHERE c.id = index.client_id AND a.withdrawn_at IS NULL AND t.kind = 'data')
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='caseloadindex',
            index=models.Index(condition=models.Q(('care_ends_at__isnull', False)), fields=['care_ends_at'], name='caseload_care_ends'),
        ),
        migrations.AddIndex(
            model_name='caseloadindex',
            index=models.Index(fields=['therapy_version'], name='caseload_therapy_version'),
        ),
        migrations.AddIndex(
            model_name='caseloadindex',
            index=models.Index(fields=['data_version'], name='caseload_data_version'),
        ),
    ]
