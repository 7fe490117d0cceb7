"""Taking an assessment without JavaScript, from the list to the result."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from assessments.models import Answer, Attempt, hash_of
from psywellpath.settings_checks import crisis_lines
from tests.support.articles.factories import article
from tests.support.assessments.attempts import ADULT, ANXIOUS, fields, published, started, submitted
from tests.support.counting import query_count
from tests.support.page_parts import main, markup, section


@pytest.fixture
def version(db):
    return published()


@pytest.fixture
def visitor(browser_of):
    return browser_of()


def test_the_list_and_the_introduction_are_public_and_cacheable(version, visitor):
    for address in ("/assessments/", "/assessments/small/"):
        response = visitor.get(address)
        assert response.status_code == 200
        assert not response.cookies
        assert "public" in response.headers["Cache-Control"]
        assert "Cookie" not in response.headers.get("Vary", "")
        assert "A small questionnaire" in main(response)
        assert "not a diagnosis" in main(response).lower()


def test_the_list_without_an_instrument(db, visitor):
    assert b"nothing to take" in visitor.get("/assessments/").content


@pytest.mark.parametrize("address", ["/assessments/none/", "/assessments/none/start/"])
def test_unknown_instruments(version, visitor, address):
    assert visitor.get(address).status_code == 404


def test_drafts_and_retired_versions_are_not_offered(version, visitor):
    from assessments.catalogue import actions as catalogue

    catalogue.retire(version=version)
    assert visitor.get("/assessments/small/").status_code == 404
    assert visitor.post("/assessments/small/start/", ADULT).status_code == 404


@pytest.mark.parametrize(
    ("posted", "message"),
    [
        ({}, "need to be 18 or older"),
        ({"adult": "on"}, "once you agree"),
        ({"consent": "on"}, "need to be 18 or older"),
    ],
)
def test_no_attempt_without_age_and_consent(version, visitor, posted, message):
    response = visitor.post("/assessments/small/start/", posted)
    assert response.status_code == 400
    assert message in main(response)
    assert not Attempt.objects.exists()


def test_under_18(version, visitor):
    response = visitor.post("/assessments/small/start/", ADULT | {"younger": "1"})
    assert response.status_code == 200
    shown = main(response)
    title = response.content.decode().partition("<title>")[2]
    assert title.lstrip().startswith("You need to be 18 or older")
    # The children's line first, then those for everybody; each is listed once.
    assert [shown.count(f"tel:{n}") for n in ("112", "1098", "14416", "18008914416")] == [1] * 4
    assert shown.index("tel:1098") < shown.index("tel:112") < shown.index("tel:14416")
    assert shown.index("no special reason") < shown.index("tel:1098")
    assert "mailto:" in shown
    assert 'href="/assessments/small/start/"' in shown
    assert not Attempt.objects.exists()


def test_under_18_leads_to_what_can_be_read(version, visitor):
    topic = article().topic
    shown = main(visitor.post("/assessments/small/start/", {"younger": "1"}))
    assert f'href="{topic.get_absolute_url()}"' in shown
    assert 'href="/help/breathing/"' in shown


def test_under_18_if_no_line_has_a_kind(version, visitor, settings):
    """Every line is listed, and none twice."""
    settings.HELP_LINES = crisis_lines("Tele-MANAS=14416;Emergency=112")
    settings.CRISIS_LINES = settings.HELP_LINES["everyone"]
    shown = main(visitor.post("/assessments/small/start/", {"younger": "1"}))
    assert [shown.count(f"tel:{n}") for n in ("112", "14416", "1098")] == [1, 1, 0]


def test_from_start_to_result(version, visitor):
    response = visitor.post("/assessments/small/start/", ADULT)
    address = response.headers["Location"]
    attempt = Attempt.objects.get()
    assert attempt.key_hash == hash_of(address.split("/")[-2])
    assert (attempt.user, attempt.adult) == (None, True)

    first = visitor.get(address)
    assert first.content.count(b"<fieldset") == 2
    assert '<progress value="0" max="4"' in markup(first)
    onward = visitor.post(address, fields({"q1": 6, "q2": 3}, page=1, go="on"))
    assert onward.headers["Location"] == f"{address}?page=2"
    back = visitor.post(address, fields({"q3": 2}, page=2, go="back"))
    assert back.headers["Location"] == f"{address}?page=1"
    again = visitor.get(f"{address}?page=1")
    assert 'value="6" checked' in markup(again)
    assert '<progress value="3" max="4"' in markup(again)

    # Coming back later opens the page with the first open item.
    assert b"Statement 3" in visitor.get(address).content
    review = visitor.post(address, fields({"q3": 2}, page=2, go="on")).headers["Location"]
    page = visitor.get(review)
    assert b"1 statement is still open" in page.content
    assert "“Avoidance” needs one more answer" in page.content.decode()
    visitor.post(address, fields({"q4": 7}, page=2, go="on"))
    assert b"All 4 statements are answered" in visitor.get(review).content
    assert visitor.post(review).headers["Location"] == f"{address}result/"
    result = visitor.get(f"{address}result/")
    assert "5.5 on a scale from 1 to 7" in main(result)
    assert "closest to “anxious”" in main(result)
    assert "tel:112" in section(result, "caution")
    # Returning by the same address leads to the result.
    assert visitor.get(address).headers["Location"] == f"{address}result/"
    assert visitor.get(review).headers["Location"] == f"{address}result/"


def test_there_is_no_result_before_submission(version, visitor):
    attempt = started(version, answers=ANXIOUS)
    response = visitor.get(attempt.get_result_url())
    assert response.headers["Location"] == f"{attempt.get_absolute_url()}review/"


def test_nothing_answered_is_not_submitted(version, visitor):
    attempt = started(version)
    response = visitor.post(f"{attempt.get_absolute_url()}review/")
    assert response.status_code == 400
    assert b"no statement is answered" in response.content
    attempt.refresh_from_db()
    assert attempt.submitted_at is None


def test_each_answer_is_saved_at_once(version, visitor):
    attempt = started(version)
    response = visitor.post(
        attempt.get_absolute_url(), fields({"q1": 4}), headers={"Accept": "application/json"}
    )
    assert response.json() == {
        "answered": 1, "done": 1, "total": 4, "left": "About 1 minute left", "sequence": 1,
        "next": f"{attempt.get_absolute_url()}?page=2",
    }  # fmt: skip
    visitor.post(
        attempt.get_absolute_url(), fields({"q1": 2}), headers={"Accept": "application/json"}
    )
    assert [(a.item_id, a.value) for a in Answer.objects.all()] == [("q1", 2)]


def test_an_empty_field_keeps_the_earlier_answer(version, visitor):
    attempt = started(version, answers={"q1": 5})
    visitor.post(attempt.get_absolute_url(), {"page": 1, "item_q1": ""})
    assert attempt.answers.get().value == 5


def test_attempt_pages_do_not_leak_their_key(version, visitor):
    attempt = started(version, answers=ANXIOUS)
    for address in (attempt.get_absolute_url(), f"{attempt.get_absolute_url()}review/"):
        response = visitor.get(address)
        # `no-referrer` would make browsers send `Origin: null` with the form.
        assert response.headers["Referrer-Policy"] == "strict-origin"
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("page", ["0", "3", "x", "-1", "1e9", "９", "99999999"])
def test_pages_that_do_not_exist(version, visitor, page):
    attempt = started(version)
    assert visitor.get(attempt.get_absolute_url(), {"page": page}).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(version, visitor, method):
    attempt = submitted(version)
    for address in ("", "review/", "result/", "delete/", "keep/"):
        response = getattr(visitor, method)(attempt.get_absolute_url() + address)
        assert response.status_code == 405
    assert visitor.get(f"{attempt.get_absolute_url()}keep/").status_code == 405
    assert visitor.post(attempt.get_result_url()).status_code == 405


def test_a_long_response_scale_is_typed(db, visitor):
    labels = {"0": "None", "100": "Full"}
    version = published(
        response={"min": 0, "max": 100, "labels": labels},
        styles={"anxiety": 50, "avoidance": 50},
    )
    attempt = started(version, answers={"q1": 70})
    page = visitor.get(f"{attempt.get_absolute_url()}?page=1").content
    assert b'type="number"' in page
    assert b'value="70"' in page


@pytest.mark.parametrize(
    ("reader", "title"),
    [("en-in", "A small questionnaire"), ("hi", "एक छोटी प्रश्नावली"), ("hi-IN", "एक छोटी प्रश्नावली"),
     ("bn", "একটি ছোট প্রশ্নাবলী"), ("fr", "A small questionnaire")],
)  # fmt: skip
def test_the_readers_language_comes_first_then_english(version, visitor, reader, title):
    published(language="bn", title="একটি ছোট প্রশ্নাবলী")
    published(language="hi", title="एक छोटी प्रश्नावली")
    with override(reader):
        listed, intro = visitor.get("/assessments/"), visitor.get("/assessments/small/")
    assert main(listed).count("<article") == 1
    assert title in main(listed)
    assert title in main(intro)


def test_queries_do_not_grow_with_the_items(db, visitor):
    items = [{"id": f"q{n}", "text": f"Statement {n}"} for n in range(1, 41)]
    version = published(items=items, page_size=20)
    attempt = started(version, answers={f"q{n}": 3 for n in range(1, 31)})
    with CaptureQueriesContext(connection) as queries:
        visitor.get(attempt.get_absolute_url())
    assert query_count(queries) == 5  # One for the data key.
