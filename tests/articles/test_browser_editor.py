"""In real Chromium: an editor signs in, writes, schedules; time passes; a visitor reads."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.access import Role
from articles.models import Article
from tests.support import cast as people
from tests.support.articles.factories import author, topic
from tests.support.browsing import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def choose(page: Page, field: str, name: str) -> None:
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-results__option", has_text=name).click()


def test_an_editor_schedules_and_publishes(open_page):
    # Alone, she may release what she wrote; with a second editor, that one does.
    people.person("esha@example.org", "Esha Das", Role.EDITOR)
    topic("closeness")
    author()
    page = sign_in(open_page("/"), "esha@example.org")
    page.wait_for_url("**/admin/")
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title").press_sequentially("Rest between two people")
    page.get_by_label("Excerpt").fill("What a pause can do.")
    page.get_by_role("textbox", name="Text").click()
    page.keyboard.type("A pause is not an ending.")
    choose(page, "topic", "Closeness")
    choose(page, "author", "Neeshu")
    tomorrow = timezone.localtime() + timedelta(days=1)
    page.locator("summary", has_text="Dates and review").click()
    page.locator("[name=publish_at_0]").fill(tomorrow.strftime("%Y-%m-%d"))
    page.locator("[name=publish_at_1]").fill("09:00:00")
    page.get_by_role("button", name="Save and schedule").click()
    article = Article.objects.get()
    assert (article.status, article.slug) == ("scheduled", "rest-between-two-people")

    visitor = open_page(article.get_absolute_url())
    expect(visitor.locator("h1")).to_have_text("There is nothing here")
    # Time passes.
    Article.objects.update(publish_at=timezone.now() - timedelta(minutes=1))
    visitor.reload()
    expect(visitor.locator("h1")).to_have_text("Rest between two people")
    visitor.goto("/articles/")
    visitor.locator("text=What a pause can do.").first.wait_for(state="attached")

    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title").press_sequentially("A second thought")
    page.get_by_label("Excerpt").fill("Shorter.")
    page.get_by_role("textbox", name="Text").click()
    page.keyboard.type("And now at once.")
    choose(page, "topic", "Closeness")
    choose(page, "author", "Neeshu")
    page.get_by_role("button", name="Save and publish now").click()
    page.wait_for_load_state()
    visitor.goto("/articles/a-second-thought/")
    expect(visitor.locator("h1")).to_have_text("A second thought")
