"""Everybody reads articles; an acting editor writes them, whatever the statement says."""

from django.db import migrations

from accounts.row_rules import written_by

TABLES = (
    "articles_article",
    "articles_article_more_topics",
    "articles_author",
    "articles_image",
    "articles_oldaddress",
    "articles_oldtopicaddress",
    "articles_origin",
    "articles_revision",
    "articles_series",
    "articles_topic",
    "articles_unsaved",
    "articles_word",
)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0004_publishing"),
        ("accounts", "0020_people_roles_and_factors"),
    ]
    operations = [migrations.RunSQL(*written_by("editor", *TABLES))]
