"""The private pages that are opened most take few statements, however many rows there are."""

from datetime import timedelta

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
# Whose page, its address, and what the audit log says of the reading.
PAGES = [
    ("meera", "/agenda/", "agenda opened"),
    ("meera", "/agenda/?week={today}", "agenda opened"),
    ("meera", "/caseload/", "agenda opened"),
    ("meera", "/caseload/?sort=contact", "caseload opened"),
    ("meera", "/caseload/?needs=on&sort=since", "caseload opened"),
    ("meera", "/caseload/?q=r&sort=next&drafts=on", "caseload opened"),
    ("meera", "/clients/{asha}/", "record opened"),
    ("meera", "/clients/{asha}/timeline/", "record opened"),
    ("meera", "/clients/{asha}/tasks/", "record opened"),
    ("meera", "/clients/{asha}/path/", "record opened"),
    ("manoj", "/practice/", "clients listed"),
    ("manoj", "/practice/figures/", ""),
    ("asha", "/path/", ""),
]


def grow(cast) -> None:
    now, by = timezone.now(), cast.meera
    for number in range(20):
        at = now - timedelta(days=number + 1)
        Note.objects.create(client=cast.asha, author=by, audience="private", text="n", signed_at=at)
        Task.objects.create(client=cast.asha, step_id=1, title="t", given_by=by, done_at=at)
        Task.objects.create(client=cast.asha, step_id=1, title="o", given_by=by)
        Session.objects.create(client=cast.asha, therapist=by, at=at, state="held", recorded_at=now)
        client = in_care(person(f"more{number}@example.org", f"More {number}"), by)
        Session.objects.create(client=client, therapist=by, at=now)
        Note.objects.create(client=client, author=by, audience="private", text="a draft")
        if number < 3:
            fill(client, by, questionnaire(), f"mark {number}")


def test_a_hot_page_takes_few_statements(cast, browser_of):
    """The statistics are computed anew, as happens every 15 minutes. What is read of clients is in
    the audit log."""
    people = {"meera": cast.meera, "manoj": cast.manoj, "asha": cast.asha.user}
    browsers = {who: browser_of(user) for who, user in people.items()}

    def count(who: str, address: str, verb: str) -> int:
        where = address.format(asha=cast.asha.pk, today=timezone.localdate())
        browsers[who].get(where)
        cache.clear()
        seen = set(AuditEvent.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            assert browsers[who].get(where).status_code == 200
        read = AuditEvent.objects.exclude(pk__in=seen).values_list("verb", flat=True)
        assert verb in read if verb else not read, (where, list(read))
        return len(queries)

    fill(cast.asha, cast.meera, questionnaire(), "mark")
    few = [count(*page) for page in PAGES]
    grow(cast)
    many = [count(*page) for page in PAGES]
    numbers = {page[1]: pair for page, pair in zip(PAGES, zip(few, many, strict=True), strict=True)}
    too_many = {page: (a, b) for page, (a, b) in numbers.items() if b > a or a > MOST}
    assert not too_many
