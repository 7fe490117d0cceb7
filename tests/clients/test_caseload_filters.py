"""The caseload's filters and orders: each leaves or sorts whom it says, the number shown is right,
and what was chosen survives the next page."""

from datetime import timedelta
from itertools import combinations, product

import pytest
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.database.together import load
from clients.caseload.filters import (
    CLOSED_PATHS,
    FILTERS,
    KNOWN_COUNTS,
    ORDERS,
    Asking,
    known_count,
    narrow,
)
from clients.caseload.forms import CaseloadFilter
from clients.caseload.listing import count
from clients.models import CareLink, CaseloadIndex, Client, Note, Session, Step, StepEvent, Task
from tests.support.cast import in_care, person, unflagged
from tests.support.declarations import assert_complete

# A value for each filter that leaves some of the clients, and not all of them.
VALUES = {
    "q": "ro", "step": 1, "unmeasured": 4, "needs": True, "unplanned": True, "drafts": True,
    "covered": True, "closed": True,
}  # fmt: skip


def test_every_filter_has_a_value_here():
    assert_complete(
        VALUES, {*FILTERS, CLOSED_PATHS},
        file="VALUES of tests/clients/test_caseload_filters.py", question="with which value?",
    )  # fmt: skip
    assert set(CaseloadFilter(steps=[]).fields) == {*FILTERS, CLOSED_PATHS, "sort"}


def test_only_filters_have_known_counts():
    assert {name for names in KNOWN_COUNTS for name in names} <= {*FILTERS, CLOSED_PATHS}


@pytest.fixture
def index(cast):
    """Every filter leaves some of these clients, and not all of them."""
    now, today = timezone.now(), timezone.localdate()
    overdue = {"given_by": cast.meera, "title": "Overdue", "due_on": today - timedelta(days=2)}
    kinds = product(("Rohini", "Anil"), (1, 2), (False, True), (False, True))
    for n, (name, step, needy, closed) in enumerate(kinds):
        user = person(f"{name}{step}{needy}{closed}@example.org".lower(), name)
        client = unflagged(user, cast.meera, days=20)
        path = [("move", 2)] * (step == 2) + [("close", step)] * closed
        for sequence, (kind, at_step) in enumerate(path, start=2):
            StepEvent.objects.create(
                client=client, sequence=sequence, kind=kind, step_id=at_step, by=cast.meera,
                reason="It was time",
            )  # fmt: skip
        if needy:
            Task.objects.create(client=client, step_id=step, **overdue)
        ahead = n % 3 > 0
        Session.objects.create(
            client=client, therapist=cast.meera, at=now + timedelta(days=3 if ahead else -3),
            state="planned" if ahead else "held", recorded_at=None if ahead else now,
        )  # fmt: skip
        author = cast.vikram if n % 4 else cast.meera
        Note.objects.create(client=client, author=author, audience="private", text="A draft.")
        if n % 5 < 2:  # A cover, now or in the past.
            CareLink.objects.filter(client=client).delete()
            over = now if n % 5 else now + timedelta(days=2)
            of_vikram = CareLink.objects.create(
                client=client, therapist=cast.vikram, starts_at=client.created_at
            )
            started = {"client": client, "therapist": cast.meera}
            CareLink.objects.create(
                **started, covers=of_vikram, starts_at=client.created_at, ends_at=over
            )
            CareLink.objects.create(**started, starts_at=over)
        measured = now - timedelta(days=7) if n % 8 < 3 else None
        days = timedelta(days=200)
        CaseloadIndex.objects.filter(client=client).update(
            measured_at=measured, care_began=now - days, last_contact=now
        )
    rows = CaseloadIndex.objects.filter(client__user__name__in=("Rohini", "Anil"))
    return rows.with_needs(timezone.now(), Step.objects.all())


def test_each_filter_leaves_some_clients_and_a_known_count_is_the_count(index, cast):
    asking = Asking(cast.meera, timezone.now())
    counts = load(count(index, asking.now))
    all_open = narrow(index, {}, asking).count()
    for name, value in VALUES.items():
        left = narrow(index, {name: value}, asking).count()
        assert left > 0, name
        assert name == CLOSED_PATHS or left < all_open, name
    for chosen in [(), *((one,) for one in VALUES), *combinations(VALUES, 2)]:
        filters = {name: VALUES[name] for name in chosen}
        known = known_count(filters)
        assert known is None or counts[known] == narrow(index, filters, asking).count(), chosen
        assert (known is None) == (frozenset(filters) not in KNOWN_COUNTS), chosen


def test_each_filter_leaves_whom_it_says(index, cast):
    now = timezone.now()
    open_paths = index.exclude(last_kind="close")

    def left(**filters) -> set:
        return set(narrow(index, filters, Asking(cast.meera, now)).values_list("pk", flat=True))

    def of(**conditions) -> set:
        return set(open_paths.filter(**conditions).values_list("pk", flat=True))

    planned = Session.objects.filter(state="planned", at__gte=now).values("client")
    assert left(unplanned=True) == of() - of(pk__in=planned)
    assert left(drafts=True) == of(client__notes__author=cast.meera)
    held = {"client__care_links__ends_at__gt": now, "client__care_links__covers__isnull": False}
    assert left(covered=True) == of(**held)
    assert left(unmeasured=4) == of(measured_at=None)
    assert left(unmeasured=52) == set(), "in care for less than 52 weeks"
    # A planned session that has passed is none that lies ahead.
    later = now + timedelta(days=4)
    assert len(narrow(index, {"unplanned": True}, Asking(cast.meera, later))) == len(of())


def names(answer) -> list[str]:
    page = LexborHTMLParser(answer.content.decode())
    return [one.text().strip() for one in page.css("main td.who a")]


def test_the_orders(cast, browser_of):
    """Each order on the page; and who has a session ahead does not wait longest."""
    now = timezone.now()
    people = {}
    for days, name in ((50, "Kavi"), (90, "Bina"), (70, "Zoya")):
        people[name] = in_care(person(f"{name}@example.org", name), cast.neeshu, days=days)
    for name, days in (("Bina", 9), ("Bina", 2), ("Kavi", 4)):
        Session.objects.create(
            client=people[name], therapist=cast.neeshu, at=now + timedelta(days=days)
        )
    browser = browser_of(cast.neeshu)
    expected = {
        "": ["Zoya", "Bina", "Kavi"],
        "name": ["Bina", "Kavi", "Zoya"],
        "step": ["Bina", "Kavi", "Zoya"],
        "next": ["Bina", "Kavi", "Zoya"],
        "since": ["Bina", "Zoya", "Kavi"],
        "contact": ["Zoya", "Bina", "Kavi"],
    }
    assert_complete(expected, ORDERS, file="this test", question="in which order?")
    for sort, order in expected.items():
        assert names(browser.get("/caseload/", {"sort": sort})) == order, sort
    page = LexborHTMLParser(browser.get("/caseload/").content.decode())
    assert "Longest wait: Zoya" in " ".join(page.css_first("main").text().split())


def test_what_was_chosen_survives_the_next_page(cast, browser_of):
    for n in range(22):
        in_care(person(f"p{n}@example.org", f"Person {n:02}"), cast.meera)
    asked = {"q": "person", "unplanned": "on", "sort": "name"}
    page = LexborHTMLParser(browser_of(cast.meera).get("/caseload/", asked).content.decode())
    following = page.css_first("nav.pager a[rel=next]").attributes["href"]
    assert {f"{name}={value}" for name, value in asked.items()} <= {*following[1:].split("&")}
    second = browser_of(cast.meera).get("/caseload/" + following)
    assert names(second) == ["Person 20", "Person 21"]
    form = LexborHTMLParser(second.content.decode()).css_first("form.filter-row")
    assert form.css_first("[name=q]").attributes["value"] == "person"
    assert "checked" in form.css_first("[name=unplanned]").attributes


def test_a_covered_client_is_marked_in_the_row(cast, browser_of):
    of_vikram, now = CareLink.objects.get(client=cast.rohan), timezone.now()
    CareLink.objects.create(
        client=cast.rohan, therapist=cast.meera, covers=of_vikram, starts_at=now,
        ends_at=now + timedelta(days=5),
    )  # fmt: skip
    page = LexborHTMLParser(browser_of(cast.meera).get("/caseload/").content.decode())
    rows = {row.css_first("a").text(): row.text() for row in page.css("td.who")}
    assert "you cover for Vikram Sen" in " ".join(rows["Rohan Iyer"].split())
    assert "cover" not in rows["Asha Verma"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("verma asha", ["Asha Verma"]),
        ("ERM", ["Asha Verma"]),
        ("asha iyer", []),
        ("Asha@Example.org ", ["Asha Verma"]),
        ("asha@", []),
        ("sha@example.org", []),
        ("rohan@example.org", []),
        ("أحمد", ["أحمد علي"]),
        ("André", ["Andre\u0301"]),
    ],
)
def test_the_search(cast, browser_of, typed, found):
    """Any part of the name, in any order, or a whole address; of the therapist's own clients."""
    for name in ("أحمد علي", "Andre\u0301"):
        in_care(person(f"n{len(name)}@example.org", name), cast.meera)
    assert names(browser_of(cast.meera).get("/caseload/", {"q": typed})) == found


def test_closed_paths_are_hinted_at(cast, browser_of):
    for name in ("Uma One", "Uma Two"):
        client = in_care(person(f"{name[4:]}@example.org", name), cast.meera)
        StepEvent.objects.create(
            client=client, sequence=2, kind="close", step_id=1, by=cast.meera, reason="It was time"
        )
    browser = browser_of(cast.meera)
    page = LexborHTMLParser(browser.get("/caseload/?q=uma&page=3").content.decode())
    (hint,) = [a for a in page.css("main .empty a") if "closed" in a.text()]
    assert hint.text().split() == ["2", "closed", "paths", "match"]
    assert names(browser.get("/caseload/" + hint.attributes["href"])) == ["Uma One", "Uma Two"]
    nothing = browser.get("/caseload/?q=zzz").content.decode()
    assert "closed path" not in nothing.lower().replace("closed paths</label>", "")
    assert Client.objects.visible_to(cast.meera).count() == 3
