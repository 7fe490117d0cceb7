"""Takes a questionnaire in a real browser, from the consent to the result."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.support.assessments.result_texts import of_means, questionnaire_of

FINE = "a quiet morning by the river"


def steadily(anxiety: float, avoidance: float) -> Callable[[int], int]:
    """What somebody with these scores answers, by question number, without contradicting
    themselves."""
    questionnaire = questionnaire_of("closeness")
    answers = of_means(questionnaire, anxiety, avoidance)
    return lambda number: answers[questionnaire.item_ids[number - 1]]


def begin(page: Page, thinking_of: str = "People close to me, in general") -> None:
    page.get_by_role("link", name="Begin").click()
    page.get_by_label(thinking_of).check()
    page.get_by_label("I am 18 or older").check()
    page.get_by_label("I have read").check()
    page.get_by_role("button", name="Show me the first").click()


def answer_page(page: Page, value_of: Callable[[int], int]) -> None:
    page.locator(".question").first.wait_for()
    page.wait_for_load_state()
    for question in page.locator(".question").all():
        number = int(re.search(r"\d+", question.inner_text()).group())
        question.locator(".scale label").nth(value_of(number) - 1).click()
    with page.expect_navigation():
        page.locator("button[name=go][value=on]").click()


def answer_all(page: Page, value_of: Callable[[int], int]) -> None:
    """Answers all pages up to the result; `value_of(number)` is the value chosen for an item."""
    while "/review/" not in page.url:
        answer_page(page, value_of)
    page.get_by_role("button", name="Show my result").click()
    page.wait_for_url("**/result/")
