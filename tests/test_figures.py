"""The practice in figures: counts that are right, and none that is small."""

from datetime import timedelta

from django.utils import timezone

from clients import figures
from clients.models import Enquiry, StepEvent
from clients.report import Span
from tests.cast import in_care, person


def span():
    today = timezone.localdate()
    return Span(today - timedelta(days=365), today)


def several(cast, many, moved=0):
    """Clients of Meera; `moved` of them went on after 10 days, 20 days ago."""
    now = timezone.now()
    for number in range(many):
        client = in_care(person(f"c{number}@example.org", f"Canary {number}"), cast.meera)
        if number < moved:
            at = now - timedelta(days=20)
            StepEvent.objects.create(client=client, sequence=2, step_id=2, at=at)


def test_counts_and_quartiles(cast):
    several(cast, 14, moved=6)
    told = figures.figures(span())["steps"]
    assert [row.clients for row in told] == [10, 6, 0, 0, 0, 0, 0]
    assert told[0].days == (10, 10, 10)
    assert told[1].days is None


def test_small_groups_are_hidden(cast, browser_of):
    several(cast, 14, moved=4)
    told = figures.figures(span())["steps"]
    assert [row.clients for row in told] == [None, None, 0, 0, 0, 0, 0]
    assert told[0].days is None, "four people only"
    assert dict(figures.figures(span())["therapists"]) == {
        "Dr. Meera Nair": None,
        "Vikram Sen": None,
    }
    page = browser_of(cast.manoj).get("/practice/figures/").content.decode()
    assert "few" in page
    assert "Canary" not in page


def test_requests_by_month(cast):
    for number in range(6):
        Enquiry.objects.create(name=f"n{number}", phone="12345678", consented_at=timezone.now())
    assert [row[1:] for row in figures.figures(span())["months"]] == [(6, 0)]


def test_queries_do_not_grow(cast, browser_of, django_assert_num_queries):
    with django_assert_num_queries(10):
        figures.figures(span())
    several(cast, 20, moved=7)
    with django_assert_num_queries(10):
        figures.figures(span())


def test_a_span_that_makes_no_sense(cast, browser_of):
    assert browser_of(cast.manoj).get("/practice/figures/?from=x").status_code == 422
