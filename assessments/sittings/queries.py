"""The sitting that is open on a device.

While there is one, the few pages of that questionnaire act as its person; for every other page the
device is a visitor's.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from accounts.database import row_security
from accounts.models import User
from assessments.models import Sitting, hash_of

COOKIE = "__Host-here" if settings.SECURE else "here"


@contextmanager
def opened(request: HttpRequest) -> Iterator[Sitting | None]:
    """The sitting of this device, and inside the block its person as the actor; None if there is no
    open one, or somebody is signed in here."""
    token = request.COOKIES.get(COOKIE, "")
    person = ask("app_sitting_of", hash_of(token)) if token else None
    if person is None or request.user.is_authenticated:
        yield None
        return
    with row_security.acting_as(User(pk=person)):
        yield Sitting.objects.select_related("instrument", "user").get(token_hash=hash_of(token))


def ask(function: str, *values: str) -> str | None:
    """What a function of the database answers (assessments/database/sittings.sql)."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join('%s' for _ in values)})", values)
        return cursor.fetchone()[0]
