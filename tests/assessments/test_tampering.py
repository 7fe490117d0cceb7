"""Posts that no page of the site sends: each is refused with a message, and nothing is stored."""

import pytest

from assessments.models import Answer, Result
from tests.support.assessments.attempts import ANXIOUS, fields, published, started, submitted
from tests.support.page_parts import markup


@pytest.fixture
def version(db):
    return published()


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"q9": 1}, b"no such statement"),
        ({"q1": 0}, b"whole number from 1 to 7"),
        ({"q1": 8}, b"whole number from 1 to 7"),
        ({"q1": "3.5"}, b"whole number from 1 to 7"),
        ({"q1": "three"}, b"whole number from 1 to 7"),
        ({"q1": "٣"}, b"whole number from 1 to 7"),
        ({"q1": "9" * 5000}, b"whole number from 1 to 7"),
        ({"q1": "\0"}, b"whole number from 1 to 7"),
        ({"<script>": "1"}, b"no such statement"),
    ],
)
def test_invalid_answers_are_refused(version, browser_of, answers, message):
    attempt = started(version)
    # A valid answer beside the invalid one is not stored either, but is shown in the form.
    posted = fields(answers | {"q2": 5}, page=1, go="on")
    response = browser_of().post(attempt.get_absolute_url(), posted)
    assert response.status_code == 400
    assert message in response.content
    assert 'name="item_q2" value="5" checked' in markup(response)
    assert b"<script>:" not in response.content
    assert not Answer.objects.exists()
    as_json = browser_of().post(
        attempt.get_absolute_url(), posted, headers={"Accept": "application/json"}
    )
    assert as_json.status_code == 400
    assert message.decode() in as_json.json()["error"]


@pytest.mark.parametrize("page", ["0", "77", "x", "-1", "9" * 400])
def test_an_invalid_page_number_loses_no_answer(version, browser_of, page):
    attempt = started(version)
    browser_of().post(attempt.get_absolute_url(), fields({"q1": 9}, page=page))
    response = browser_of().post(attempt.get_absolute_url(), fields({"q1": 5}, page=page))
    assert response.status_code == 302
    assert attempt.answers.get().value == 5


def test_answers_after_submission_are_refused(version, browser_of):
    attempt = submitted(version)
    for answers in ({"q1": 1}, {"q1": 99}):
        response = browser_of().post(attempt.get_absolute_url(), fields(answers))
        assert response.status_code == 409
        assert b"already been submitted" in response.content
        as_json = browser_of().post(
            attempt.get_absolute_url(), fields(answers), headers={"Accept": "application/json"}
        )
        assert as_json.status_code == 409
    assert attempt.answers.get(item_id="q1").value == ANXIOUS["q1"]
    again = browser_of().post(f"{attempt.get_absolute_url()}review/")
    assert again.headers["Location"] == attempt.get_result_url()
    assert Result.objects.count() == 1


@pytest.mark.parametrize("key", ["x", "x" * 43, "x" * 2000])
def test_unknown_keys_are_not_found(version, browser_of, key):
    for rest in ("", "review/", "result/", "delete/"):
        assert browser_of().get(f"/assessments/attempts/{key}/{rest}").status_code == 404
    assert browser_of().post(f"/assessments/attempts/{key}/", fields(ANXIOUS)).status_code == 404


def test_another_persons_attempt_is_refused(version, browser_of, cast):
    attempt = started(version, by=cast.asha.user)
    response = browser_of(cast.rohan.user).post(attempt.get_absolute_url(), fields(ANXIOUS))
    assert response.status_code == 404
    visitor = browser_of().post(attempt.get_absolute_url(), fields(ANXIOUS))
    assert visitor.headers["Location"].startswith("/accounts/login/")
    assert not Answer.objects.exists()


def test_a_forged_post_is_refused(version, browser_of):
    attempt = started(version)
    browser = browser_of(enforce_csrf_checks=True)
    assert browser.post(attempt.get_absolute_url(), fields(ANXIOUS)).status_code == 403
    assert not Answer.objects.exists()
