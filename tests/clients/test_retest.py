"""A retest: offered at the end of a step, with a warning if it is too soon, and with a reason."""

from datetime import timedelta

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import Instrument
from clients.models import CaseloadIndex
from clients.results import retest, sharing
from tests.support.assessments.attempts import published

NOW = timezone.now()
FOUR_WEEKS = timedelta(weeks=4)


@given(st.timedeltas(timedelta(0), timedelta(days=400)))
def test_four_weeks_apart(ago):
    until = retest.too_soon_until(NOW - ago, NOW, FOUR_WEEKS)
    assert (until is None) == (ago >= timedelta(weeks=4))
    assert until is None or until > NOW


def test_four_weeks_to_the_second():
    assert retest.too_soon_until(NOW, NOW, FOUR_WEEKS) == NOW + timedelta(days=28)
    last = NOW - timedelta(days=28)
    assert retest.too_soon_until(last, NOW, FOUR_WEEKS) is None
    assert retest.too_soon_until(last, NOW, timedelta(days=29)) == NOW + timedelta(days=1)
    second = timedelta(seconds=1)
    assert retest.too_soon_until(last + second, NOW, FOUR_WEEKS) == NOW + second


def page(browser, cast, where: str) -> str:
    return browser.get(f"/clients/{cast.asha.pk}/{where}").content.decode()


def test_a_retest_is_offered_or_warned_about(cast, browser_of, shared):
    browser, instrument = browser_of(cast.meera), shared.version.instrument
    assert "measures memory more than change" in page(browser, cast, "move/")
    assert "fill it in again" not in page(browser, cast, "move/")
    for where in ("tasks/", "ask/", "rhythms/"):
        assert page(browser, cast, where).count("(too soon before ") == 1
    Instrument.objects.filter(pk=instrument.pk).update(retest_days=0)
    assert f"ask/?questionnaire={instrument.slug}" in page(browser, cast, "move/")
    for where in ("tasks/", "ask/", "rhythms/"):
        assert "too soon" not in page(browser, cast, where)


def test_the_warning_is_only_about_the_questionnaire_that_was_measured(cast, browser_of, shared):
    published(slug="other", title="Another questionnaire")
    form = page(browser_of(cast.meera), cast, "tasks/")
    assert "Another questionnaire</option>" in form
    assert form.count("(too soon before ") == 1


def test_an_unshared_result_is_not_mentioned(cast, browser_of, shared):
    sharing.unshare_result(client=cast.asha, attempt=shared, by=cast.asha.user)
    assert "last shared result" not in page(browser_of(cast.meera), cast, "move/")
    assert "too soon" not in page(browser_of(cast.meera), cast, "tasks/")


def test_a_questionnaire_task_needs_a_reason(cast, browser_of, shared):
    data = {"title": "Once more", "instrument": shared.version.instrument_id}
    address = f"/clients/{cast.asha.pk}/tasks/"
    answer = browser_of(cast.meera).post(address, data)
    assert answer.status_code == 422
    assert "Please say why you ask for this" in answer.content.decode()
    assert browser_of(cast.meera).post(address, data | {"text": "To see."}).status_code == 302


def test_a_shared_result_is_unread_until_a_therapist_opens_it(cast, browser_of, shared):
    def unread() -> bool:
        row = CaseloadIndex.objects.with_signs(timezone.now()).get(client=cast.asha)
        return row.signs.unread_results

    assert unread()
    browser = browser_of(cast.meera)
    assert "Unread result" in browser.get("/caseload/?needs=on").content.decode()
    browser_of(cast.asha.user).get(shared.get_result_url())
    assert unread()
    browser.get(f"/clients/{cast.asha.pk}/results/{shared.pk}/")
    assert not unread()
    assert "Unread result" not in browser.get("/caseload/").content.decode()
    for verb in (sharing.unshare_result, sharing.share_result):
        verb(client=cast.asha, attempt=shared, by=cast.asha.user)
    assert unread(), "sharing it again makes it unread again"
