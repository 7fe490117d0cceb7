"""The page before the result: its main button is what is needed now."""

import re

import pytest
from django.test import Client as Browser
from hypothesis import given

from assessments.models import Result
from assessments.scoring.engine import score
from assessments.taking import item_pages
from tests.support.assessments.attempts import ANXIOUS, published, started
from tests.support.assessments.questionnaires import questionnaires
from tests.support.page_parts import main, markup

PRIMARY = re.compile(
    r"<(?:a|button)[^>]*\bbtn-primary\b[^>]*>\s*(.*?)\s*</(?:a|button)>", re.DOTALL
)


@pytest.fixture
def version(db):
    return published()


def review(attempt) -> str:
    return markup(main(Browser().get(f"{attempt.get_absolute_url()}review/")))


def primary(attempt) -> list[str]:
    return [text.strip() for text in PRIMARY.findall(review(attempt))]


@pytest.mark.parametrize("answers", [{}, dict.fromkeys(ANXIOUS)])
def test_without_an_answer_it_leads_back_to_the_questions(version, answers):
    attempt = started(version, answers=answers)
    assert primary(attempt) == ["Go back to the questions"]
    shown = review(attempt)
    assert "Nothing is answered yet" in shown
    for never in ("Everything answered", "Nothing left open", "Show my result", "become final"):
        assert never not in shown, never
    assert Browser().post(f"{attempt.get_absolute_url()}review/").status_code == 400
    assert not Result.objects.exists()


def test_too_few_answers_on_one_scale_ask_for_more_first(version):
    attempt = started(version, answers=ANXIOUS | {"q4": None})
    assert primary(attempt) == ["Answer one more"]
    shown = review(attempt)
    assert f'href="{attempt.get_absolute_url()}?page=2#q4"' in shown
    assert "“Avoidance” needs one more answer." in shown
    assert "Finish without a result for “Avoidance”" in shown
    assert Browser().post(f"{attempt.get_absolute_url()}review/").status_code == 302
    assert Result.objects.get().scored.mean("avoidance") is None


def test_too_few_answers_on_every_scale(version):
    attempt = started(version, answers={"q3": 3})
    assert primary(attempt) == ["Answer 2 more"]
    shown = review(attempt)
    assert f'href="{attempt.get_absolute_url()}?page=1#q1"' in shown
    for title in ("Anxiety", "Avoidance"):
        assert f"“{title}” needs one more answer." in shown
    assert "Finish without a result</button>" in shown.replace(" </button>", "</button>")


@pytest.mark.parametrize("skipped", [False, True])
def test_with_enough_answers_it_shows_the_result(version, skipped):
    answers = ANXIOUS | ({"q2": None} if skipped else {})
    attempt = started(version, answers=answers)
    assert primary(attempt) == ["Show my result"]
    assert ("Everything answered" in review(attempt)) != skipped


@given(questionnaires())
def test_as_many_more_answers_as_it_names_are_enough(given):
    questionnaire, answers = given
    scored = score(questionnaire, answers)
    lacking = [scale for scale in questionnaire.scales if scored.mean(scale.id) is None]
    found = item_pages.scales_without_score(questionnaire, answers)
    for scale, short in zip(lacking, found, strict=True):
        missing = [keyed.item for keyed in scale.keyed if keyed.item not in answers]
        assert short.item in missing
        assert short.item in [item.id for item in list(questionnaire.pages())[short.page - 1]]
        for count in (short.more - 1, short.more):
            more = answers | dict.fromkeys(missing[:count], questionnaire.response.min)
            assert (score(questionnaire, more).mean(scale.id) is not None) == (count == short.more)
