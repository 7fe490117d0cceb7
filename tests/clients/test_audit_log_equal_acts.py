"""The audit log for reading: equal acts within a minute become one line, and no event is lost."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from selectolax.lexbor import LexborHTMLParser

from accounts.audit.verbs import AccountVerb
from accounts.models import AuditEvent
from clients.audit_log.equal_acts import grouped
from clients.audit_log.search import Row
from clients.audit_verbs import CareVerb
from tests.support.cast import in_care, person

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
MEERA, MANOJ, ASHA, ROHAN = (UUID(int=n) for n in range(1, 5))


def row(seconds: int, verb: str = CareVerb.CLIENTS_LISTED, **columns) -> Row:
    """An event so many seconds ago."""
    start = {"actor": MANOJ, "client": ASHA, "route": "practice", "address": "192.0.2.7"}
    event = AuditEvent(at=NOW - timedelta(seconds=seconds), verb=str(verb), **start | columns)
    return Row(event=event, what="", where="", who=None, client=None, about=None)


def sizes(rows: list[Row]) -> list[int]:
    return [len(group.rows) for group in grouped(rows)]


def test_every_event_is_in_one_group_in_its_order():
    rows = [row(n, client=UUID(int=n % 5), actor=MEERA if n % 7 else MANOJ) for n in range(200)]
    assert [one for group in grouped(rows) for one in group.rows] == rows
    assert grouped([]) == []


def test_a_group_lasts_a_minute_from_its_newest_event():
    assert sizes([row(0), row(60), row(61), row(120), row(122)]) == [2, 2, 1]


def test_another_person_act_page_or_address_is_another_group():
    for other in ({"actor": MEERA}, {"verb": CareVerb.CARE_OPENED}, {"route": "practice-cover"},
                  {"address": "192.0.2.8"}, {"actor": None}):  # fmt: skip
        assert sizes([row(0), row(1), row(2, **other), row(3)]) == [2, 1, 1], other


def test_lists_say_how_many_clients_they_showed_and_other_acts_how_often():
    twice = [row(n, client=client) for n, client in enumerate((ASHA, ROHAN, ASHA, ROHAN))]
    (group,) = grouped(twice)
    assert (group.what, group.client) == ("Saw 2 clients in a list · 4 events", None)
    (group,) = grouped([row(n, AccountVerb.SIGN_IN_FAILED, client=None) for n in range(3)])
    assert group.what == "Sign-in failed · 3 times"
    (group,) = grouped([row(n, CareVerb.RECORD_OPENED) for n in range(2)])
    assert group.what == "Opened the record · 2 times"


def test_the_page_folds_a_group_with_a_link_for_each_client(cast, browser_of):
    clients = [in_care(person(f"c{n}@example.org", f"Client {n}"), cast.meera) for n in range(3)]
    AuditEvent.objects.bulk_create(
        AuditEvent(verb=CareVerb.CLIENTS_LISTED.value, actor=cast.manoj.pk, client=client.pk)
        for client in clients
    )
    page = browser_of(cast.manoj).get("/practice/trail/", {"verb": "clients listed"})
    (fold,) = LexborHTMLParser(page.content.decode()).css("main tbody details")
    assert fold.css_first("summary").text(strip=True) == "Saw 3 clients in a list"
    links = {a.attributes["href"] for a in fold.css("li a")}
    assert links == {f"?verb=clients+listed&client={client.pk}" for client in clients}
