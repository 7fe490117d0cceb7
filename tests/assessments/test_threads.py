"""Ten threads at once: one result, to which all of them are sent."""

import pytest
from django.test import Client as Browser

from assessments.models import Answer, Result
from assessments.taking import actions as taking
from tests.support.assessments.attempts import ANXIOUS, fields, published, started
from tests.support.threads import at_once

THREADS = 10


@pytest.mark.django_db(transaction=True)
def test_submitting_at_once_gives_one_result():
    attempt = started(published(), answers=ANXIOUS)
    address = f"{attempt.get_absolute_url()}review/"
    locations = at_once(lambda _: Browser().post(address).headers["Location"], THREADS)
    assert locations == [attempt.get_result_url()] * THREADS
    assert Result.objects.count() == 1


def test_a_thread_that_dies_is_noticed():
    def work(number: int) -> int:
        return 1 // number  # The first one dies.

    with pytest.raises(AssertionError, match="a thread died"):
        at_once(work, THREADS)


def test_an_answer_that_loses_the_race_gets_a_409(db, monkeypatch):
    """Submitted after the view loaded the attempt and before its lock: nothing is written."""
    attempt = started(published(), answers=ANXIOUS)
    save = taking.save_answers

    def save_after_submitting(**kwargs):
        taking.submit(attempt=attempt)
        return save(**kwargs)

    monkeypatch.setattr(taking, "save_answers", save_after_submitting)
    before = {answer.item_id: answer.value for answer in Answer.objects.all()}
    late = Browser().post(attempt.get_absolute_url(), fields({"q1": 1}))
    assert late.status_code == 409
    assert "already been submitted" in late.content.decode()
    again = Browser().post(
        attempt.get_absolute_url(), fields({"q1": 1}), HTTP_ACCEPT="application/json"
    )
    assert (again.status_code, set(again.json())) == (409, {"error"})
    assert {answer.item_id: answer.value for answer in Answer.objects.all()} == before


@pytest.mark.django_db(transaction=True)
def test_answers_and_a_submission_at_once():
    """Answers acknowledged before the submission are scored; later ones are refused."""
    attempt = started(published(), answers=ANXIOUS)

    def work(number: int) -> int:
        if number == 0:
            return Browser().post(f"{attempt.get_absolute_url()}review/").status_code
        return (
            Browser().post(attempt.get_absolute_url(), fields({"q1": 1 + number % 7})).status_code
        )

    statuses = at_once(work, THREADS)
    assert set(statuses) <= {302, 409}
    answers = {answer.item_id: answer.value for answer in Answer.objects.all()}
    assert len(answers) == 4
    scored = Result.objects.get().scored
    assert scored.mean("anxiety") * 2 == answers["q1"] + 8 - answers["q2"]
