"""The private pages that are opened most take few statements, however many rows there are."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent
from clients.models import Note, Session, Task
from tests.support.cast import in_care, person, questionnaire
from tests.support.clients.records import fill

# A request outside a test sends BEGIN and COMMIT where one inside puts its role back.
MOST = 15 - 1


def grow(cast) -> None:
    now, by = timezone.now(), cast.meera
    for number in range(20):
        at = now - timedelta(days=number + 1)
        Note.objects.create(client=cast.asha, author=by, audience="private", text="n", signed_at=at)
        Task.objects.create(client=cast.asha, step_id=1, title="t", given_by=by, done_at=at)
        Task.objects.create(client=cast.asha, step_id=1, title="o", given_by=by)
        Session.objects.create(client=cast.asha, therapist=by, at=at, state="held", recorded_at=now)
    for number in range(20):
        in_care(person(f"more{number}@example.org", f"More {number}"), by)


@pytest.mark.parametrize(
    ("who", "address", "verb"),
    [
        ("meera", "/clients/{}/", "record opened"),
        ("meera", "/clients/{}/timeline/", "record opened"),
        ("manoj", "/practice/", "clients listed"),
        ("manoj", "/practice/figures/", ""),
    ],
)
def test_a_hot_page_takes_few_statements(cast, browser_of, who, address, verb):
    """The statistics are computed anew, as happens every 15 minutes. What is read of clients is in
    the audit log."""
    browser, where = browser_of(getattr(cast, who)), address.format(cast.asha.pk)

    def count() -> int:
        cache.clear()
        browser.get(where)
        cache.clear()
        seen = AuditEvent.objects.filter(client=cast.asha.pk).count()
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(where).status_code == 200
        read = AuditEvent.objects.filter(client=cast.asha.pk).count() - seen
        assert read == bool(verb)
        return len(queries)

    fill(cast.asha, cast.meera, questionnaire(), "mark")
    few = count()
    grow(cast)
    assert count() <= few <= MOST
