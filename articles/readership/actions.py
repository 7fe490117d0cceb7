"""Counting. Only the database's functions can add to a count (database/readership.sql)."""

from django.conf import settings
from django.db import connection

VIEW, HELPFUL, UNHELPFUL = "view", "helpful", "unhelpful"


def count_reader(*, slug: str, what: str) -> None:
    """Adds one to today's count of a public article; of any other, nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_count_reader(%s, %s, %s)", [slug, what, settings.TIME_ZONE])


def note_missed_search(*, subject: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_note_missed_search(%s, %s)", [subject, settings.TIME_ZONE])
