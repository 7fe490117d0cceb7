"""The manager's search of the audit log: filters, pages, the CSV file, and the number of
queries."""

import csv
import io
from datetime import timedelta
from urllib.parse import unquote
from uuid import uuid4

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.models import AuditEvent
from accounts.sign_in import second_factors
from clients.audit_log import search
from clients.audit_verbs import CareVerb
from tests.support.cast import PASSWORD, in_care, person

PAGE = "/practice/trail/"


def rows_of(page: str) -> int:
    """The events that the page shows, one by one or folded."""
    rows = LexborHTMLParser(page).css("main tbody tr")
    return sum(len(row.css("details li")) or 1 for row in rows)


def events(count: int, **columns) -> list[AuditEvent]:
    start = timezone.now() - timedelta(days=1)
    return AuditEvent.objects.bulk_create(
        AuditEvent(
            **{"verb": CareVerb.RECORD_OPENED.value, "at": start - timedelta(seconds=n)} | columns
        )
        for n in range(count)
    )


@pytest.fixture
def manager(cast, browser_of):
    return browser_of(cast.manoj)


def shown(browser, **query) -> str:
    answer = browser.get(PAGE, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_filter_by_itself_and_together(cast, manager):
    now = timezone.now()
    events(1, actor=cast.meera.pk, client=cast.asha.pk, address="192.0.2.7", at=now)
    events(1, actor=cast.vikram.pk, client=cast.rohan.pk, at=now - timedelta(days=3))
    events(
        1, verb=AccountVerb.SIGN_IN_FAILED.value, address="2001:db8::1", at=now - timedelta(days=9)
    )
    assert rows_of(shown(manager)) == 3
    mine = {
        "person": str(cast.meera.pk), "client": str(cast.asha.pk), "address": "192.0.2.7",
        "verb": "record opened", "first": str(timezone.localdate(now)),
        "last": str(timezone.localdate(now)), "staff": str(cast.meera.pk),
    }  # fmt: skip
    for name, value in mine.items():
        body = shown(manager, **{"verb": "record opened", name: value})
        assert "Asha Verma</a>" in body
        assert "Rohan Iyer</a>" not in body or name in ("verb", "last")
    assert rows_of(shown(manager, **mine)) == 1
    assert "No matching events" in shown(manager, **mine | {"address": "192.0.2.8"})
    assert rows_of(shown(manager, address="2001:db8::1")) == 1
    assert rows_of(shown(manager, last=str(timezone.localdate(now) - timedelta(days=4)))) == 1


@pytest.mark.parametrize(
    "query",
    [{"person": "x"}, {"client": "' OR 1=1"}, {"address": "here"}, {"first": "yesterday"},
     {"verb": "nonsense"}, {"first": "2026-05-02", "last": "2026-05-01"}],
)  # fmt: skip
def test_an_invalid_filter_shows_an_error_and_no_rows(cast, manager, query):
    events(3, actor=cast.meera.pk)
    answer = manager.get(PAGE, query)
    assert answer.status_code == 422
    assert "<tbody>" not in answer.content.decode()


def test_an_invalid_cursor_shows_the_newest_rows(manager):
    events(2)
    for after in ("x", "2026-01-01~", "2026-01-01T00:00:00~" + "0" * 32, "~"):
        assert rows_of(shown(manager, after=after, verb="record opened")) == 2


def test_pages_show_every_row_once_and_keep_the_filters(cast, manager):
    """Also if many rows have the same time, and while new rows are added."""
    created = {
        e.pk for e in events(120, actor=cast.meera.pk, at=timezone.now() - timedelta(days=1))
    }
    events(30, actor=cast.vikram.pk)
    seen, query, pages = set(), {"person": str(cast.meera.pk)}, 0
    while True:
        answer = manager.get(PAGE, query)
        pages += 1
        keys = {row.event.pk for row in answer.context["rows"]}
        assert not seen & keys
        seen |= keys
        if not answer.context["end"]:
            break
        older = answer.content.decode().split('rel="next" href="')[1].split('"')[0]
        assert f"person={cast.meera.pk}" in older
        query = {**query, "after": str(answer.context["end"])}
        assert str(answer.context["end"]) in unquote(older)
    assert (seen, pages) == (created, 5)


def test_openings_of_lists_are_hidden_unless_asked_for(cast, manager):
    """They are a row for each client of the list. The choice survives paging, and is exported."""
    events(40, actor=cast.meera.pk, verb=CareVerb.CASELOAD_OPENED.value)
    events(30, actor=cast.vikram.pk, verb=CareVerb.CLIENTS_LISTED.value)
    events(2, actor=cast.meera.pk, client=cast.asha.pk)
    assert rows_of(shown(manager, first="2000-01-01", person=str(cast.meera.pk))) == 2
    assert rows_of(shown(manager, verb="caseload opened")) == 25, "asked for by its name"
    everything = {"lists": "on", "person": str(cast.meera.pk)}
    page = shown(manager, **everything)
    assert rows_of(page) == 25
    older = page.split('rel="next" href="')[1].split('"')[0]
    assert "lists=on" in older
    assert rows_of(manager.get(PAGE + older.replace("&amp;", "&")).content.decode()) == 17
    for query, many in ((everything, 42), ({"person": str(cast.meera.pk)}, 2)):
        file = b"".join(manager.post(f"{PAGE}export/", query).streaming_content)
        assert len(file.splitlines()) == 1 + many


def test_names_are_searched_by_post_and_appear_in_no_url(cast, manager):
    page = manager.post(PAGE, {"name": "asha"}).content.decode()
    assert f"?client={cast.asha.pk}" in page
    assert f"?person={cast.asha.user.pk}" in page
    events(2, actor=cast.meera.pk, client=cast.asha.pk)
    page = shown(manager, client=cast.asha.pk)
    addresses = [part.split('"')[0] for part in page.split('href="')[1:]]
    assert not [a for a in addresses if "sha" in a or "Nair" in a]


def test_a_search_is_audited_and_shown_to_the_client(cast, manager, browser_of):
    shown(manager, client=cast.asha.pk)
    event = AuditEvent.objects.get(verb="audit log searched")
    assert (event.actor, event.client, event.route) == (cast.manoj.pk, cast.asha.pk, "audit-log")
    page = browser_of(cast.asha.user).get("/path/looks/").content.decode()
    assert "looked up who opened your record" in page


def test_the_file_is_escaped_audited_and_needs_the_password(cast, manager):
    cast.asha.user.name = "=HYPERLINK(1)"
    cast.asha.user.save()
    events(70, actor=cast.meera.pk, client=cast.asha.pk, target="@SUM(1)")
    events(5, actor=cast.vikram.pk)
    query = {"client": str(cast.asha.pk)}
    assert manager.get(f"{PAGE}export/").url == PAGE
    session = manager.session
    session[AUTHENTICATION_METHODS_SESSION_KEY][0]["at"] -= 2 * 3600
    session.save()
    again = manager.post(f"{PAGE}export/", query).url
    assert again.startswith("/accounts/2fa/again/")
    assert not AuditEvent.objects.filter(verb="audit log exported").exists()
    manager.post(again, {"code": second_factors.code_of(cast.manoj)})
    answer = manager.post(f"{PAGE}export/", query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-log-')
    assert "no-store" in answer["Cache-Control"]
    text = b"".join(answer.streaming_content).decode()
    table = list(csv.DictReader(io.StringIO(text)))
    assert len([row for row in table if row["what"] == "Opened the record"]) == 70
    assert {row["client_id"] for row in table} == {str(cast.asha.pk)}
    assert table[-1]["client"] == "'=HYPERLINK(1)"
    assert table[-1]["thing"] == "'@SUM(1)"
    # One event for the download after reauthentication, one for the second request.
    exports = AuditEvent.objects.filter(verb="audit log exported")
    assert [(e.actor, e.client) for e in exports] == [(cast.manoj.pk, cast.asha.pk)] * 2


def test_too_many_rows_are_refused(cast, manager, monkeypatch):
    monkeypatch.setattr(search, "MAX_ROWS", 3)
    events(5)
    manager.post("/accounts/login/", {"login": "manoj@example.org", "password": PASSWORD})
    manager.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = manager.post(f"{PAGE}export/", {"verb": "record opened"})
    assert answer.status_code == 422
    assert "More than 3 rows" in answer.content.decode()


def test_queries_do_not_grow(cast, manager):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            shown(manager)
        return len(queries)

    events(2, actor=cast.meera.pk, client=cast.asha.pk)
    few = count()
    for n in range(20):
        user = person(f"c{n}@example.org", f"Client {n}")
        client = in_care(user, cast.meera)
        audit.record(CareVerb.RECORD_OPENED, by=user, client=client.pk, target=user)
    assert count() == few


QUESTIONS = {
    "newest": ({}, "audit_by_time"),
    "person": ({"person": "actor"}, "audit_by_actor"),
    "client": ({"client": "client"}, "audit_by_client"),
    "verb": ({"verb": "verb"}, "audit_by_verb"),
    "address": ({"address": "address"}, "audit_by_address"),
    "days": ({"since": "at"}, "audit_by_time"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", QUESTIONS)
def test_each_filter_uses_its_index(name):
    with connection.cursor() as cursor:
        cursor.execute(MANY, [20_000])
        cursor.execute("ANALYZE accounts_auditevent")
    query, index = QUESTIONS[name]
    plans = []
    # The filter's own index serves rare values; for common ones, the index on the time is used.
    rare = events(1, verb="rare", actor=uuid4(), client=uuid4(), address="192.0.2.9")[0]
    for event in (rare, AuditEvent.objects.order_by("at")[10_000]):
        filters = {key: getattr(event, column) for key, column in query.items()}
        plans.append(search.search(filters)[:51].explain())
        plans.append(search.search(filters).filter(at__lte=event.at)[:51].explain())
    assert index in plans[0], plans[0]
    assert not [plan for plan in plans if "Seq Scan" in plan], plans


# A practice of 30 people and 1,000 clients over three years.
MANY = """
INSERT INTO accounts_auditevent (id, at, verb, actor, client, target, address, route)
SELECT gen_random_uuid(), now() - n * interval '90 seconds',
       (ARRAY['record opened', 'caseload opened', 'result opened', 'signed in', 'note signed'])
           [1 + n %% 5],
       md5('actor' || n %% 30)::uuid, md5('client' || n %% 1000)::uuid, '',
       ('10.0.' || n %% 7 || '.' || n %% 200)::inet, 'client'
FROM generate_series(1, %s) n
"""


def test_no_name_is_searched_with_an_invalid_filter(manager):
    answer = manager.post(f"{PAGE}?first=garbage", {"name": "asha"})
    assert answer.status_code == 422
    assert "Asha Verma" not in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="audit log searched").exists()


def test_the_admins_choices_are_for_articles_only(cast, manager, browser_of):
    query = {"app_label": "clients", "model_name": "stepevent", "field_name": "client"}
    for browser in (manager, browser_of(cast.meera)):
        assert browser.get("/admin/autocomplete/", query).status_code == 403
