"""Every assessment page at two widths, light and dark: axe finds nothing, and no page scrolls
sideways."""

import re
from datetime import timedelta

import pytest

from assessments.models import Attempt
from assessments.taking import actions as taking
from clients.results import sharing
from tests.support import cast as people
from tests.support.assessments.attempts import (
    ANXIOUS,
    published,
    started,
    submitted,
    submitted_ago,
    submitted_by_many,
)
from tests.support.assessments.files import measured
from tests.support.browsing import LOOKS, scrolls_sideways, sign_in, violations
from tests.support.thorough import some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def version():
    return published(targets=["A partner", "My mother"], **measured())


def violations_on(page, *addresses: str) -> list[str]:
    """Axe's findings of any severity on each page, and the pages that scroll sideways."""
    findings = []
    for address in addresses:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        findings += violations(page)
        findings += [f"{address} sideways"] * scrolls_sideways(page)
    return findings


@pytest.mark.trust
@pytest.mark.parametrize(("width", "scheme"), some(LOOKS, 2, start=0))
def test_taking_and_reading(open_page, version, width, scheme):
    attempt = started(version, answers=ANXIOUS | {"q2": None})
    key = attempt.get_absolute_url()
    page = open_page("/assessments/", width=width, color_scheme=scheme)
    findings = violations_on(
        page, "/assessments/small/", "/assessments/small/start/", f"{key}?page=1",
        f"{key}review/", f"{key}delete/",
    )  # fmt: skip
    taking.submit(attempt=attempt)
    findings += violations_on(page, f"{key}result/")
    page.emulate_media(media="print")
    findings += violations_on(page, f"{key}result/")
    assert findings == []


@pytest.mark.trust
@pytest.mark.parametrize(("width", "scheme"), some(LOOKS, 2, start=1))
def test_over_time_for_client_and_therapist(open_page, version, width, scheme):
    cast = people.make()
    for days, answers in ((90, ANXIOUS), (50, {"q1": 5, "q2": 3, "q3": 5, "q4": 5}), (3, ANXIOUS)):
        attempt = submitted_ago(version, cast.asha.user, days, answers, target="A partner")
        sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    page = sign_in(open_page("/", width=width, color_scheme=scheme), "asha@example.org")
    page.wait_for_url("**/path/")
    assert violations_on(page, "/assessments/small/over-time/", attempt.get_result_url()) == []
    other = sign_in(open_page("/", width=width, color_scheme=scheme), "meera@example.org")
    other.wait_for_url("**/caseload/")
    record = f"/clients/{cast.asha.pk}/"
    assert violations_on(other, f"{record}over-time/small/", f"{record}results/{attempt.pk}/") == []


@pytest.mark.trust
@pytest.mark.parametrize(("width", "scheme"), some(LOOKS, 2, start=2))
def test_managers_pages(open_page, version, width, scheme):
    people.make()
    submitted_by_many(version, 100)
    page = sign_in(open_page("/", width=width, color_scheme=scheme), "manoj@example.org")
    page.wait_for_url("**/practice/")
    admin = "/admin/assessments/instrumentversion/"
    findings = violations_on(
        page, "/practice/measurement/", f"/practice/measurement/{version.pk}/",
        f"{admin}{version.pk}/preview/?at=1",
    )  # fmt: skip
    assert findings == []


def test_a_print_takes_two_pages_at_most(open_page, version):
    """On A4, with the details opened, as the print button does."""
    attempt = submitted(version)
    page = open_page(attempt.get_result_url())
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    pdf = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b[^s]", pdf)) in (1, 2)
    assert Attempt.objects.get().submitted_at - attempt.submitted_at == timedelta(0)
