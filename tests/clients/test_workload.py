"""What the practice's statistics count exactly: sessions, first sessions, and what is missing."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.database import row_security
from accounts.database.together import load
from clients.dates import Span
from clients.models import CareLink, Client, Enquiry, SafetyPlan, Session
from clients.results import sharing
from clients.statistics import workload
from clients.statistics.workload import Gaps, Month, Therapist
from psywellpath.demonstration.load import submit_attempt
from tests.support.cast import in_care, person, questionnaire

FIGURES = "/practice/figures/"
first_of_month = st.dates(date(2020, 1, 1), date(2029, 12, 31)).map(lambda day: day.replace(day=1))
months = st.lists(
    st.builds(Month, first_of_month, st.integers(0, 9), st.integers(0, 9)), max_size=8
)


@given(st.lists(st.builds(Therapist, st.just("A"), st.just(0), months.map(tuple)), max_size=4))
def test_every_session_is_in_one_month_of_a_row_without_gaps(therapists):
    rows = workload.by_month(therapists)
    assert sum(row.held for row in rows) == sum(one.held for one in therapists)
    assert sum(row.missed for row in rows) == sum(one.missed for one in therapists)
    numbers = [12 * row.month.year + row.month.month for row in rows]
    assert numbers == list(range(numbers[0], numbers[-1] + 1)) if numbers else not rows
    chart = workload.chart(rows)
    assert (chart is None) == (len(rows) < 2)
    for mark in (mark for series in (chart.series if chart else ()) for mark in series.marks):
        assert 0 <= float(mark.x) <= 100
        assert 0 <= float(mark.y) <= 100


def session(client, therapist, at, state="held"):
    Session.objects.create(
        client=client, therapist=therapist, at=at, state=state, recorded_at=timezone.now()
    )


@pytest.fixture
def year(cast) -> Span:
    """Sessions of two therapists in two months, and others that do not count."""
    now = timezone.now()
    noon = timezone.make_aware(timezone.datetime(now.year - 1, 3, 10, 12))
    for days, state in ((0, "held"), (1, "held"), (2, "missed"), (3, "moved"), (40, "held")):
        session(cast.asha, cast.meera, noon + timedelta(days=days), state)
    session(cast.rohan, cast.vikram, noon, "missed")
    session(cast.rohan, cast.vikram, noon - timedelta(days=400))
    Session.objects.create(client=cast.asha, therapist=cast.meera, at=now + timedelta(days=2))
    return Span(date(now.year - 1, 1, 1), date(now.year - 1, 12, 31))


def test_sessions_by_month_and_therapist(cast, year):
    march, april = (date(year.first.year, month, 1) for month in (3, 4))
    assert load(workload.therapists(year)) == [
        Therapist("Dr. Meera Nair", 1, (Month(march, 2, 1), Month(april, 1, 0))),
        Therapist("Vikram Sen", 1, (Month(march, 0, 1),)),
    ]


def test_somebody_without_clients_counts_if_they_held_sessions(cast, year):
    CareLink.objects.filter(therapist=cast.vikram).update(ends_at=timezone.now())
    assert [(one.name, one.clients) for one in load(workload.therapists(year))] == [
        ("Dr. Meera Nair", 1), ("Vikram Sen", 0),
    ]  # fmt: skip


def test_days_from_a_request_to_the_first_session(cast):
    """The median; of somebody who has not come yet, nothing is counted."""
    asked = timezone.make_aware(timezone.datetime(timezone.localdate().year - 1, 5, 4, 9))
    for number, days in enumerate((3, 9, 12, None)):
        client = in_care(person(f"n{number}@example.org", f"N{number}"), cast.meera)
        Enquiry.objects.create(
            name="N", phone="12345678", consented_at=asked, created_at=asked, closed_at=asked,
            client=client,
        )  # fmt: skip
        for later in () if days is None else (days, days + 7):
            session(client, cast.meera, asked + timedelta(days=later))
    span = Span(asked.date().replace(month=1, day=1), asked.date().replace(month=12, day=31))
    assert load(workload.days_to_first_session(span)) == {asked.date().replace(day=1): (3, 9)}


def test_who_is_not_measured_and_who_has_no_plan(cast):
    version = questionnaire()
    assert load(workload.gaps(8)) == Gaps(2, 2, 2, 0)
    attempt = submit_attempt(cast.asha.user, version, (3, 3), timezone.now() - timedelta(weeks=6))
    assert load(workload.gaps(8)).not_measured == 2, (
        "a result that is not shared is nobody's business"
    )
    sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    assert (load(workload.gaps(8)).not_measured, load(workload.gaps(4)).not_measured) == (1, 2)
    SafetyPlan.objects.create(client=cast.asha, version=1, written_by=cast.meera)
    SafetyPlan.objects.create(client=cast.asha, version=2, written_by=cast.meera)
    assert load(workload.gaps(8)).without_plan == 1
    CareLink.objects.filter(therapist=cast.vikram).update(ends_at=timezone.now())
    assert load(workload.gaps(8)).nobodys == 1
    cast.rohan.user.is_active = False
    cast.rohan.user.save()
    assert load(workload.gaps(8)) == Gaps(1, 0, 0, 1), "a closed account is asked nothing"


def test_the_page_and_its_file_say_the_same(cast, year, browser_of):
    browser = browser_of(cast.manoj)
    cast.meera.name = "=Meera"
    cast.meera.save()
    query = {"from": str(year.first), "until": str(year.last), "weeks": "12"}
    page = browser.get(FIGURES, query)
    text = " ".join(page.content.decode().split())
    for words in ("shared no result for 12 weeks", "Sessions a month", f"March {year.first.year}"):
        assert words in text, words
    assert f"{FIGURES}figures.csv?from={year.first}" in text.replace("&amp;", "&")
    answer = browser.get(f"{FIGURES}figures.csv", query)
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode(), newline="")))
    march = f"{year.first.year}-03"
    assert ["sessions held", march, "'=Meera", "2"] in rows, "no cell starts a formula"
    assert ["sessions missed", march, "Vikram Sen", "1"] in rows
    assert {row[3] for row in rows if row[0] == "clients on the step"} == {"few", "0"}
    assert browser.get(f"{FIGURES}figures.csv?weeks=1").status_code == 302
    assert browser.get(f"{FIGURES}?weeks=1").status_code == 422


CALLS = {
    "app_count_sessions('2000-01-01', '2100-01-01', 'UTC')": 0,
    "app_count_first_sessions('2000-01-01', '2100-01-01', 'UTC')": 0,
    "app_count_gaps('2000-01-01')": 1,
}


@pytest.mark.parametrize("call", CALLS)
def test_only_a_manager_counts_and_only_on_this_page(cast, year, call):
    """As the web's role: nobody else learns a number, nor the manager on another page."""

    def counted(user, purpose: str = "") -> list[tuple]:
        with transaction.atomic(), row_security.web_role():
            row_security.set_actor(user)
            with row_security.for_purpose(purpose), connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {call}")
                return cursor.fetchall()

    client = Client.objects.get(pk=cast.asha.pk)
    Enquiry.objects.create(
        name="A", phone="12345678", consented_at=year.starts_at, created_at=year.starts_at,
        closed_at=year.starts_at, client=client,
    )  # fmt: skip
    nothing = [(0, 0, 0)] if CALLS[call] else []
    for user in (cast.meera, cast.asha.user, cast.esha):
        assert counted(user, row_security.STATISTICS) == nothing
    assert counted(cast.manoj) == nothing
    assert counted(cast.manoj, row_security.STATISTICS) != nothing
