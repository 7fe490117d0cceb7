"""Thirty-six items on a phone: a lost connection, another device, no JavaScript, keyboard only, and
what a screen reader is given."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from assessments.catalogue import actions as catalogue
from assessments.instruments import file as instrument_file
from assessments.models import Answer, Attempt, Audience, Result
from tests.support.assessments.files import encoded, of_key
from tests.support.browsing import scrolls_sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
ITEMS = 36
START = "/assessments/ecr/start/"


@pytest.fixture(autouse=True)
def ecr():
    definition = of_key("ecr") | {"page_size": 4, "targets": ["A partner", "In general"]}
    version, _ = catalogue.load_instrument(
        definition=instrument_file.read_definition(encoded(definition)),
        audience=Audience.EVERYONE,
    )
    catalogue.publish(version=version)
    return version


@pytest.fixture
def device(chromium_browser, live_server):
    """A function that opens another phone each time it is called."""
    contexts: list[BrowserContext] = []

    def open_one(**options) -> BrowserContext:
        context = chromium_browser.new_context(viewport=PHONE, base_url=live_server.url, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()


def begin(page: Page) -> None:
    page.goto("/assessments/ecr/")
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("A partner").check()
    page.get_by_label("I am 18 or older.").check()
    page.get_by_label("I have read").check()
    page.get_by_role("button", name="Show me the first").click()
    page.wait_for_url("**/attempts/**")


def value_of(number: int) -> int:
    return 1 + (number * 5) % 7


def expected() -> dict[str, int]:
    return {str(number): value_of(number) for number in range(1, ITEMS + 1)}


def answer(page: Page, number: int) -> None:
    box = page.locator(f'.question[id="{number}"] .scale label').nth(value_of(number) - 1)
    box.click()


def stored() -> dict[str, int]:
    return {answer.item_id: answer.value for answer in Answer.objects.all()}


def go_on(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Save and")).click()


def finish(page: Page) -> None:
    page.wait_for_url("**/review/")
    expect(page.get_by_role("heading", name=f"All {ITEMS} statements are answered")).to_be_visible()
    page.get_by_role("button", name="Show my result").click()
    page.wait_for_url("**/result/")


def test_the_connection_is_lost_twice_and_no_answer_is_lost(device, capsys):
    phone = device()
    page = phone.new_page()
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    begin(page)
    cuts = 0
    for first in range(1, ITEMS + 1, 4):
        expect(page.locator(".question").first).to_have_attribute("id", str(first))
        assert not scrolls_sideways(page)
        for number in range(first, first + 4):
            if (first, number) in ((13, 14), (25, 25)):
                phone.set_offline(True)
                cuts += 1
            answer(page, number)
        if first == 13:
            # The connection is back before the page is left: answers are sent without a click.
            expect(page.get_by_text("Your answers are safe on this page")).to_be_visible()
            phone.set_offline(False)
            expect(page.locator("[data-status]")).to_have_text("saved")
        go_on(page)
        if first == 25:
            # Left without a connection: the page stays, says so, and goes on by itself.
            going = "The next page will then open by itself"
            expect(page.get_by_text(going)).to_be_visible()
            assert page.url.endswith("page=7")
            assert len(stored()) == 24
            phone.set_offline(False)
    finish(page)
    lost = {item for item, value in expected().items() if stored().get(item) != value}
    with capsys.disabled():
        print(
            f"\n{len(stored())} of {ITEMS} answers stored, connection lost {cuts} times:"
            f" {len(lost)} answers lost"
        )
    assert not lost
    assert Result.objects.count() == 1
    assert Attempt.objects.get().target == "A partner"
    # No request goes to another host, and no answer is part of a URL.
    assert {address.split("/")[2] for address in urls} == {page.url.split("/")[2]}
    assert not [address for address in urls if "item_" in address]


def test_a_reload_while_answers_wait_loses_nothing(device):
    page = device().new_page()
    begin(page)
    # Saving fails, loading does not.
    page.route("**/*", lambda r: r.abort() if r.request.method == "POST" else r.continue_())
    answer(page, 1)
    expect(page.get_by_text("Your answers are safe on this page")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert page.locator('.question[id="1"] :checked').get_attribute("value") == str(value_of(1))
    assert not stored()
    page.unroute_all()
    expect(page.locator("[data-status]")).to_have_text("saved")
    assert stored() == {"1": value_of(1)}
    assert page.evaluate("sessionStorage.length") == 0


def test_going_on_with_another_device(device):
    page = device().new_page()
    begin(page)
    for number in range(1, 5):
        answer(page, number)
    go_on(page)
    answer(page, 5)
    expect(page.locator("[data-status]")).to_have_text("saved")
    address = page.get_by_label("Address of your answers").input_value()
    other = device().new_page()
    other.goto(address)
    assert other.locator(".question").first.get_attribute("id") == "5"
    assert other.locator('.question[id="5"] :checked').get_attribute("value") == str(value_of(5))
    # Changed on the other device; later answers on the first device still count as later.
    other.locator('.question[id="5"] .scale label').nth(0).click()
    expect(other.locator("[data-status]")).to_have_text("saved")
    assert stored()["5"] == 1
    answer(page, 6)
    expect(page.locator("[data-status]")).to_have_text("saved")
    go_on(other)
    other.wait_for_url("**?page=3")
    assert stored()["5"] == 1
    assert stored()["6"] == value_of(6)


def test_the_whole_questionnaire_without_javascript(device):
    page = device(java_script_enabled=False).new_page()
    begin(page)
    for first in range(1, ITEMS + 1, 4):
        for number in range(first, first + 4):
            answer(page, number)
        go_on(page)
    finish(page)
    assert stored() == expected()
    assert Result.objects.count() == 1


def test_the_whole_questionnaire_by_keyboard(device):
    page = device().new_page()
    page.goto("/assessments/ecr/")
    press_to(page, "Begin")
    page.wait_for_url("**/start/")
    for label in ("A partner", "I am 18 or older.", "I have read"):
        press_to(page, label, key="Space")
    press_to(page, "Show me the first")
    page.wait_for_url("**/attempts/**")
    for first in range(1, ITEMS + 1, 4):
        expect(page.locator(".question").first).to_have_attribute("id", str(first))
        for number in range(first, first + 4):
            by_arrows(page, number)
        press_to(page, "Save and")
    page.wait_for_url("**/review/")
    press_to(page, "Show my result")
    page.wait_for_url("**/result/")
    assert stored() == expected()


def focused(page: Page) -> str:
    """The name of the element that has the focus."""
    return page.evaluate(
        "(e => e.labels?.[0]?.innerText || e.innerText || '')(document.activeElement)"
    )


def press_to(page: Page, name: str, key: str = "Enter") -> None:
    """Presses Tab until an element of this name has the focus, then the key."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if name in focused(page):
            page.keyboard.press(key)
            return
    raise AssertionError(f"{name} cannot be reached with Tab")


def by_arrows(page: Page, number: int) -> None:
    """Reaches the question with Tab and the answer with arrow keys, without a click or focus()."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == f"item_{number}":
            break
    page.keyboard.press("Space")
    for _ in range(value_of(number) - 1):
        page.keyboard.press("ArrowRight")


def test_the_accessibility_tree_of_an_item_page(device, capsys):
    """Chromium's own tree, which is what a screen reader is given."""
    context = device()
    page = context.new_page()
    begin(page)
    answer(page, 2)
    tree = context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in tree}
    shown = [node for node in tree if not node.get("ignored")]

    def named(role: str) -> list[dict]:
        return [node for node in shown if node["role"]["value"] == role]

    questions = [node for node in named("group") if "Question" in node["name"]["value"]]
    assert [" ".join(node["name"]["value"].split()) for node in questions] == [
        f"Question {n} of 36 Placeholder {n}" for n in range(1, 5)
    ]
    radios = inside(by_id, questions[1], "radio")
    assert [node["name"]["value"].strip() for node in radios] == [
        "1 Not at all", "2", "3", "4", "5", "6", "7 Very much",
    ]  # fmt: skip
    states = [prop(node, "checked") for node in radios]
    assert states == ["true" if value == value_of(2) else "false" for value in range(1, 8)]
    bar = named("progressbar")[0]
    assert bar["name"]["value"] == "Answered so far"
    assert any("minutes left" in node["name"]["value"] for node in named("StaticText"))
    with capsys.disabled():
        print(f"\n{len(questions)} groups named with their question, {len(radios)} choices each")


def inside(by_id: dict, node: dict, role: str) -> list[dict]:
    """All descendants with the role, in order."""
    descendants, pending = [], list(node["childIds"])
    while pending:
        child = by_id[pending.pop(0)]
        if child.get("role", {}).get("value") == role:
            descendants.append(child)
        pending = list(child.get("childIds", [])) + pending
    return descendants


def prop(node: dict, name: str) -> str | None:
    return next((p["value"]["value"] for p in node["properties"] if p["name"] == name), None)
