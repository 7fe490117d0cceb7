"""The practice's statistics: correct counts, with small cells suppressed."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.access import Role
from accounts.models import User
from clients.dates import Span
from clients.models import AnonymousStatistic, Client, Enquiry, Step, StepEvent
from clients.statistics import practice
from clients.statistics.workload import Gaps, Therapist
from tests.support.cast import in_care, person
from tests.support.consents import count_clients


def span():
    today = timezone.localdate()
    return Span(today - timedelta(days=365), today)


def several(cast, many, moved=0):
    """Clients of Meera; `moved` of them moved on 20 days ago after 10 days on step 1."""
    now = timezone.now()
    for number in range(many):
        client = in_care(person(f"c{number}@example.org", f"Canary {number}"), cast.meera)
        if number < moved:
            at = now - timedelta(days=20)
            StepEvent.objects.create(client=client, sequence=2, step_id=2, at=at)
    count_clients()


def test_only_the_stays_of_those_who_agree_are_counted(cast, browser_of):
    several(cast, 14, moved=6)
    user = User.objects.get(email="c0@example.org")
    browser_of(user).post("/path/consents/statistics/", {"withdraw": "yes"})
    steps = practice.statistics(span())["steps"]
    assert steps[0].days == (10, 10, 10)
    assert [row.clients for row in steps[:2]] == [10, 6], "how many there are is always counted"
    user = User.objects.get(email="c1@example.org")
    browser_of(user).post("/path/consents/statistics/", {"withdraw": "yes"})
    assert practice.statistics(span())["steps"][0].days is None, "four people agree"


def test_counts_and_quartiles(cast):
    several(cast, 14, moved=6)
    steps = practice.statistics(span())["steps"]
    assert [row.clients for row in steps] == [10, 6, 0, 0, 0, 0, 0]
    assert steps[0].days == (10, 10, 10)
    assert steps[1].days is None


def test_small_cells_are_suppressed(cast, browser_of):
    several(cast, 14, moved=4)
    steps = practice.statistics(span())["steps"]
    assert [row.clients for row in steps] == [None, None, 0, 0, 0, 0, 0]
    assert steps[0].days is None, "four people only"
    page = browser_of(cast.manoj).get("/practice/figures/").content.decode()
    assert "few" in page
    assert "Canary" not in page


def counts(*days) -> list[practice.StepCounts]:
    return [practice.StepCounts(Step(number=n), 0, of) for n, of in enumerate(days)]


def test_all_ranges_have_one_scale_of_days():
    """It ends at a multiple of ten days, and is never empty."""
    ends = [((13, 16, 18), (51, 66, 81)), ((1, 5, 90),), ((0, 0, 0),), (None, None)]
    assert [practice.scale_of_days(counts(*days)) for days in ends] == [90, 90, 10, 10]


def test_a_step_shows_its_quartiles_as_a_bar_and_in_numbers(cast, browser_of):
    several(cast, 14, moved=6)
    page = LexborHTMLParser(browser_of(cast.manoj).get("/practice/figures/").content.decode())
    first, second = page.css("main section:has(.range) tbody tr")[:2]
    half, median = first.css_first(".range-half"), first.css_first(".range-median")
    assert [half.attributes[at] for at in ("x1", "x2")] == ["10", "10"]
    assert [median.attributes[at] for at in ("x1", "x2")] == ["10", "10"]
    assert "10 to 10 days" in first.text()
    assert second.css_first(".range-half") is None, "nobody has left step 2"
    assert "style=" not in page.css_first("main").html


def test_a_practice_without_clients_has_no_statistics_yet(db, browser_of):
    manager = person("m@example.org", "Manu Manager", Role.MANAGER)
    empty = practice.statistics(span())
    assert practice.is_empty(empty)
    assert not practice.is_empty(empty | {"therapists": [Therapist("Dr. Meera Nair", 1, ())]})
    assert not practice.is_empty(empty | {"gaps": Gaps(0, 0, 0, 1)}), "a client of nobody"
    suppressed = practice.StepCounts(Step(number=1), None, None)
    assert not practice.is_empty(empty | {"steps": [suppressed]})
    page = browser_of(manager).get("/practice/figures/").content.decode()
    assert "No statistics yet" in page
    assert "<table" not in page


def test_requests_by_month(cast):
    for number in range(6):
        Enquiry.objects.create(name=f"n{number}", phone="12345678", consented_at=timezone.now())
    assert [(row.asked, row.begun) for row in practice.statistics(span())["months"]] == [(6, 0)]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York", "Pacific/Kiritimati"])
def test_stored_months_are_in_the_practices_time_zone(db, zone):
    """A month begins in the practice's time zone, not in UTC."""
    kinds = [AnonymousStatistic.Kind.STAY, AnonymousStatistic.Kind.ASKED]
    AnonymousStatistic.objects.bulk_create(
        AnonymousStatistic(kind=kind, step_id=1 if kind == "stay" else None,
                           month=date(2026, 11, 1), days=9 if kind == "stay" else None,
                           somebody=uuid.uuid4())
        for kind in kinds for _ in range(6)
    )  # fmt: skip
    with timezone.override(zone):
        months = {
            month: practice.statistics(Span(date(2026, month, 1), date(2026, month, last)))
            for month, last in ((10, 31), (11, 30), (12, 31))
        }
    assert {month: result["steps"][0].days for month, result in months.items()} == {
        10: None, 11: (9, 9, 9), 12: None}  # fmt: skip
    assert [[row.asked for row in result["months"]] for result in months.values()] == [[], [6], []]


def test_what_a_manager_may_count_anyway_is_exact(cast, browser_of):
    """Requests and clients of a therapist: they read the lists of both."""
    for number in range(3):
        Enquiry.objects.create(name=f"n{number}", phone="12345678", consented_at=timezone.now())
    shown = practice.statistics(span())
    assert [(row.asked, row.begun) for row in shown["months"]] == [(3, 0)]
    assert {one.name: one.clients for one in shown["therapists"]} == {
        "Dr. Meera Nair": 1, "Vikram Sen": 1,
    }  # fmt: skip


def test_stays_of_one_person_count_as_one_person(cast):
    """Six finished stays of a single client are not shown."""
    client, now = cast.asha, timezone.now()
    count_clients()
    for sequence in range(2, 13):
        at = now - timedelta(days=26 - 2 * sequence)
        StepEvent.objects.create(client=client, sequence=sequence, step_id=2 - sequence % 2, at=at)
    steps = practice.statistics(span())["steps"]
    stays = [stay.step for stay in Client.objects.get(pk=client.pk).journey.stays[:-1]]
    assert (stays.count(1), stays.count(2)) == (6, 5)
    assert [row.days for row in steps[:2]] == [None, None]


def test_a_closed_path_is_not_counted(cast):
    several(cast, 6)
    client = Client.objects.get(user__email="c0@example.org")
    StepEvent.objects.create(client=client, sequence=2, step_id=1, kind="close")
    assert practice.statistics(span())["steps"][0].clients == 7, (
        "eight clients, one of whose paths is closed"
    )


def test_all_is_counted_in_one_query(cast, browser_of, django_assert_num_queries):
    with django_assert_num_queries(1):
        practice.statistics(span())
    several(cast, 20, moved=7)
    with django_assert_num_queries(1):
        practice.statistics(span())


def test_spans_are_whole_months(cast, browser_of):
    """Spans that differ by a day show the same: their difference would reveal a single person."""
    several(cast, 14, moved=6)
    pages = [
        browser_of(cast.manoj).get(f"/practice/figures/?from=2026-0{1 + n}-1{n}&until=2026-09-{d}")
        for n, d in ((0, 11), (0, 12), (0, 30), (1, 30))
    ]
    spans = [str(page.context["span"]) for page in pages]
    assert spans[0] == spans[1] == spans[2] != spans[3]
    assert pages[0].context["span"] == Span(date(2026, 1, 1), date(2026, 9, 30))
    body = pages[0].content.decode()
    assert 'value="2026-01-01"' in body
    assert 'value="2026-09-30"' in body
    assert "Whole months" in body


def test_an_invalid_span(cast, browser_of):
    assert browser_of(cast.manoj).get("/practice/figures/?from=x").status_code == 422
