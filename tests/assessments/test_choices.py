"""Answers that overtake each other, items skipped on purpose, and relationships."""

import random

import pytest
from django.test import Client as Browser

from assessments.models import Answer, Attempt, Result
from assessments.taking import actions as taking
from tests.support.assessments.attempts import ADULT, ANXIOUS, fields, published, started
from tests.support.page_parts import markup
from tests.support.thorough import THOROUGH
from tests.support.threads import Threads

JSON = {"Accept": "application/json"}
TARGETS = ["A partner", "My mother", "In general"]


@pytest.fixture
def version(db):
    return published()


def post(attempt, values: dict, **more):
    return Browser().post(attempt.get_absolute_url(), fields(values, **more), headers=JSON)


def test_a_delayed_answer_never_replaces_a_later_one(version):
    attempt = started(version)
    assert post(attempt, {"q1": 6}, sequence_q1=5).json()["sequence"] == 5
    assert post(attempt, {"q1": 2}, sequence_q1=4).json()["sequence"] == 5
    assert attempt.answers.get().value == 6
    # Without a number it is newer than all before it; the next device continues from there.
    assert post(attempt, {"q1": 3}).json()["sequence"] == 6
    page = Browser().get(attempt.get_absolute_url()).content.decode()
    assert 'data-sequence="6"' in page


@pytest.mark.parametrize("number", ["", "x", "-1", "1e3", "9" * 4000, "٣"])
def test_an_unreadable_number_loses_no_answer(version, number):
    attempt = started(version, answers={"q1": 1})
    assert post(attempt, {"q1": 7}, sequence_q1=number).status_code == 200
    assert attempt.answers.get().value == 7


def test_an_old_page_undoes_nothing(version):
    """Without JavaScript a page posts all its fields; a field left as shown is not an answer."""
    attempt = started(version, answers={"q1": 2, "q2": 2})
    taking.save_answers(attempt=attempt, answers={"q1": 6})
    post(attempt, {"q1": 2, "q2": 5}, was_q1=2, was_q2=2)
    assert attempt.answers_by_item == {"q1": 6, "q2": 5}
    # Chosen again on purpose, which the sequence number shows.
    post(attempt, {"q1": 2}, was_q1=2, sequence_q1=99)
    assert attempt.answers_by_item["q1"] == 2


def test_an_item_is_skipped_on_purpose(version):
    attempt = started(version, answers=ANXIOUS)
    page = Browser().get(f"{attempt.get_absolute_url()}?page=1").content.decode()
    assert page.count("Skip this one") == 2
    assert (
        "Skip this one"
        not in Browser().get(f"{attempt.get_absolute_url()}?page=2").content.decode()
    )
    post(attempt, {"q2": "skip"})
    assert Attempt.objects.get().choices["q2"] is None
    first = markup(Browser().get(f"{attempt.get_absolute_url()}?page=1"))
    assert 'value="skip" checked' in first
    review = f"{attempt.get_absolute_url()}review/"
    shown = Browser().get(review).content.decode()
    assert "1 statement skipped on purpose" in shown
    assert "still open" not in shown
    Browser().post(review)
    assert Result.objects.get().scored.mean("anxiety") == 6


def test_an_item_that_its_scale_requires_cannot_be_skipped(version):
    attempt = started(version)
    assert post(attempt, {"q3": "skip"}).status_code == 400
    assert not Answer.objects.exists()


def test_the_relationship_is_chosen_first_stored_and_shown(db):
    published(targets=TARGETS)
    browser = Browser()
    form = browser.get("/assessments/small/start/").content.decode()
    assert form.index("Whom will you think of?") < form.index("I am 18 or older")
    assert browser.post("/assessments/small/start/", ADULT).status_code == 400
    assert browser.post("/assessments/small/start/", ADULT | {"target": "x"}).status_code == 400
    assert not Attempt.objects.exists()
    address = browser.post("/assessments/small/start/", ADULT | {"target": "My mother"}).headers[
        "Location"
    ]
    assert Attempt.objects.get().target == "My mother"
    browser.post(address, fields(ANXIOUS, page=1))
    for page in ("?page=1", "review/"):
        assert "Thinking of: My mother" in browser.get(address + page).content.decode()
    browser.post(f"{address}review/")
    assert "My mother" in browser.get(f"{address}result/").content.decode()


def test_no_relationship_where_none_is_offered(version):
    with pytest.raises(taking.UnknownTarget):
        taking.start_attempt(version=version, by=None, target="My mother")


@pytest.mark.trust
@pytest.mark.django_db(transaction=True)
def test_ten_threads_answer_and_submit(capsys):
    """For each item the acknowledged answer with the highest sequence number wins; one result."""
    version, rounds, sent, late = published(), 10 if THOROUGH else 3, 0, 0
    with Threads(10) as threads:
        for number in range(rounds):
            attempt = started(version, answers=ANXIOUS)
            accepted, refused = answer_at_once(threads, attempt, random.Random(number))
            sent, late = sent + len(accepted) + refused, late + refused
            best = {item: (0, value) for item, value in ANXIOUS.items()}
            for item, sequence, value in accepted:
                best[item] = max(best[item], (sequence, value))
            expected = {item: value for item, (_, value) in best.items()}
            assert Attempt.objects.get(pk=attempt.pk).answers_by_item == expected
            result = Result.objects.get(attempt=attempt)
            assert result.scored.mean("anxiety") * 2 == expected["q1"] + 8 - expected["q2"]
    with capsys.disabled():
        print(f"\n{rounds} attempts x 10 threads: {sent} answers, {late} after the submit;"
              f" {Result.objects.count()} results, 0 wrong answers")  # fmt: skip


def answer_at_once(threads: Threads, attempt, chance: random.Random) -> tuple[list, int]:
    """(item, sequence, value) of what was acknowledged, and how many were refused."""
    accepted, refused = [], []
    numbers = list(range(100, 1100))
    chance.shuffle(numbers)

    def work(thread: int) -> None:
        for step in range(8):
            item, value = f"q{1 + (thread + step) % 4}", 1 + (thread * 3 + step) % 7
            sequence = numbers[thread * 8 + step]
            if step == 4 + thread % 4:
                Browser().post(f"{attempt.get_absolute_url()}review/")
            response = post(attempt, {item: value}, **{f"sequence_{item}": sequence})
            (accepted if response.status_code == 200 else refused).append((item, sequence, value))

    threads.at_once(work)
    return accepted, len(refused)
