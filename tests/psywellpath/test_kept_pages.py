"""Public pages are made once for each change: nobody gets an older one, and nobody somebody
else's."""

import gzip
import re
from datetime import timedelta
from threading import Barrier
from time import monotonic

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.database import row_security
from articles.models import Article, Page, SiteTexts, Topic
from articles.public_version import looker as looking
from articles.public_version.looker import looker
from clients.models import Step
from psywellpath import kept_pages
from psywellpath.kept_pages import STORE
from tests.support.articles.factories import article
from tests.support.routes import ROUTES
from tests.support.sql import refused
from tests.support.threads import Threads, at_once

pytestmark = pytest.mark.django_db(transaction=True)
# Read for the menu and the texts of every page, which are remembered and not read again each time.
REMEMBERED = {"articles_page", "articles_sitetexts", "articles_image"}


# A picture that is not there, and what only counts.
LEFT_ALONE = {"media"}


@pytest.fixture
def shared_addresses(transactional_db, scene) -> list[str]:
    """Of every route whose page is the same for everybody."""
    found = []
    for name, route in ROUTES.items():
        if "visitor" not in route.may or name in LEFT_ALONE:
            continue
        address = reverse(name, args=route.args(scene))
        if getattr(resolve(address).func, "public_shared", False):
            found.append(address)
    assert len(found) > 15
    return found


def tables_in(queries: CaptureQueriesContext) -> set[str]:
    return {t for q in queries for t in re.findall(r'(?:FROM|JOIN) "(\w+)"', q["sql"])}


def test_every_table_that_a_public_page_reads_raises_the_version(
    shared_addresses, browser_of, read_each_time
):
    browser = browser_of()
    with CaptureQueriesContext(connection) as queries:
        for address in shared_addresses:
            browser.get(address)
        read = tables_in(queries)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid"
            " WHERE proname = 'articles_raise_public_version'"
        )
        raising = {table for (table,) in cursor.fetchall()}
    assert read >= {"articles_article", "clients_step", *REMEMBERED}
    assert read - raising == set(), "a change of these would not be seen"
    assert raising - read == set(), "no public page reads these"


def words_of(browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_next_reader_costs_one_query_and_gets_the_same(
    pages_are_kept, shared_addresses, scene, browser_of
):
    visitor, client = browser_of(), browser_of(scene["cast"].asha.user)
    kept = 0
    for address in shared_addresses:
        first = visitor.get(address)
        if first.streaming or "max-age=60" not in first.headers.get("Cache-Control", ""):
            continue  # A download, and what is no page.
        with CaptureQueriesContext(connection) as queries:
            again = client.get(address)
        assert again.content == first.content, address
        assert dict(again.headers) == dict(first.headers), address
        assert not again.cookies
        assert len(queries) == 1, (address, [q["sql"] for q in queries])
        kept += 1
    assert kept == len(STORE) > 12


CHANGES = {
    "an article": (lambda: article("brand-new"), "Brand new", ["/", "/articles/"]),
    "its title": (
        lambda: Article.objects.filter(slug="a-safe-place").update(title="Other words"),
        "Other words", ["/", "/articles/", "/articles/a-safe-place/", "/articles/feed.xml"],
    ),
    "a step": (
        lambda: Step.objects.filter(pk=2).update(name="Trusting again"), "Trusting again", ["/"],
    ),
    "a page in the menu": (
        lambda: Page.objects.create(slug="fees", title="What it costs", description="x",
            body="<p>x</p>", menu_place=5, status="published", publish_at=timezone.now()),
        "What it costs", ["/", "/articles/", "/help/"],
    ),
    "the site's name": (
        lambda: SiteTexts.objects.create(number=1, texts={"site_name": "Lotus Practice"}),
        "Lotus Practice", ["/", "/privacy/", "/articles/"],
    ),
    "a topic": (
        lambda: Topic.objects.update(title="Being together"), "Being together",
        ["/articles/", "/articles/a-safe-place/"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_is_seen_by_the_next_reader(pages_are_kept, browser_of, change):
    make, words, addresses = CHANGES[change]
    article()
    browser = browser_of()
    before = {address: words_of(browser, address) for address in addresses}
    assert len(STORE) == len(addresses)
    make()
    for address in addresses:
        assert words not in before[address]
        assert words in words_of(browser, address), address


def test_a_withdrawn_article_is_gone_at_once(pages_are_kept, browser_of):
    article()
    browser = browser_of()
    assert "A safe place" in words_of(browser, "/articles/")
    words_of(browser, "/articles/a-safe-place/")
    Article.objects.filter(slug="a-safe-place").update(status="withdrawn")
    assert browser.get("/articles/a-safe-place/").status_code == 410
    assert "A safe place" not in words_of(browser, "/articles/")


def test_a_scheduled_article_appears_in_its_moment(pages_are_kept, browser_of, monkeypatch):
    at = timezone.now() + timedelta(minutes=5)
    article("later", status="scheduled", publish_at=at)
    browser = browser_of()
    assert "Later" not in words_of(browser, "/articles/")
    monkeypatch.setattr(timezone, "now", lambda: at - timedelta(milliseconds=1))
    assert "Later" not in words_of(browser, "/articles/")
    monkeypatch.setattr(timezone, "now", lambda: at)
    assert "Later" in words_of(browser, "/articles/")
    assert browser.get("/articles/later/").status_code == 200


def test_a_change_while_a_page_is_made_is_not_missed(pages_are_kept, browser_of, monkeypatch):
    """Otherwise the older page would be kept as that of the newer version."""
    from psywellpath import views

    render = views.render

    def slowly(*arguments, **options):
        made = render(*arguments, **options)
        at_once(
            lambda _: [Step.objects.filter(pk=2).update(name="Meanwhile"), connection.close()], 1
        )
        return made

    monkeypatch.setattr(views, "render", slowly)
    browser = browser_of()
    assert "Meanwhile" not in words_of(browser, "/")
    monkeypatch.setattr(views, "render", render)
    assert "Meanwhile" in words_of(browser, "/")


def test_many_editors_at_once_wait_for_nobody_and_each_change_counts(pages_are_kept):
    article("long")
    marks = set()

    def edit(number: int) -> None:
        for turn in range(5):
            Article.objects.filter(slug="long").update(title=f"{number} {turn}")
            marks.add(looking.read_now().mark)

    with Threads(4) as threads:
        threads.at_once(edit)
    assert len(marks) > 4


def test_an_open_transaction_keeps_no_other_editor_waiting(pages_are_kept):
    both, mark = Barrier(2), looking.read_now().mark

    def edit(number: int) -> None:
        with transaction.atomic():
            Step.objects.filter(pk=number + 1).update(name="Changed")
            both.wait(timeout=20)  # Each has changed something before either commits.

    at_once(edit, 2)
    assert Step.objects.filter(name="Changed").count() == 2
    assert looking.read_now().mark != mark


def test_only_a_change_raises_the_version(transactional_db, cast):
    article()
    mark = looking.read_now().mark
    with row_security.web_role():
        row_security.set_actor(cast.esha)
        for sql in (
            "UPDATE articles_publicversion SET mark = gen_random_uuid()",
            "DELETE FROM articles_publicversion",
            "INSERT INTO articles_publicversion VALUES (1, gen_random_uuid(), now())",
            "SELECT articles_raise_public_version()",
        ):
            assert refused(sql), sql
        Topic.objects.update(title="Being together")
    assert looking.read_now().mark != mark


def test_without_a_database_readers_get_what_is_kept(pages_are_kept, browser_of, monkeypatch):
    browser = browser_of()
    page = words_of(browser, "/help/")

    def away():
        raise OperationalError("could not connect")

    monkeypatch.setattr(looking, "read_now", away)
    with CaptureQueriesContext(connection) as queries:
        assert words_of(browser, "/help/") == page
        assert words_of(browser, "/help/") == page
    assert len(queries) == 0
    monkeypatch.undo()
    assert monotonic() < looker.next, "it is not asked again with every request"


def test_a_browser_that_has_the_page_is_told_so(pages_are_kept, browser_of):
    article()
    browser = browser_of()
    whole = browser.get("/articles/")
    small = browser.get("/articles/", headers={"accept-encoding": "gzip, br"})
    assert gzip.decompress(small.content) == whole.content
    assert "Accept-Encoding" in whole.headers["Vary"]
    assert int(small.headers["Content-Length"]) == len(small.content) < len(whole.content) / 2
    assert small.headers["ETag"] != whole.headers["ETag"]
    known = browser.get("/articles/", headers={"if-none-match": whole.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["ETag"] == whole.headers["ETag"]
    since = {"if-modified-since": whole.headers["Last-Modified"]}
    assert browser.get("/articles/", headers=since).status_code == 304
    assert browser.head("/articles/").headers["ETag"] == whole.headers["ETag"]


def test_only_pages_that_are_the_same_for_everybody_are_kept(pages_are_kept, cast, browser_of):
    client = browser_of(cast.asha.user)
    for address in ("/path/", "/accounts/login/", "/enquiry/", "/assessments/here/", "/nothing/"):
        client.get(address)
    assert len(STORE) == 0
    response = HttpResponse("x")
    request = RequestFactory().get("/")
    assert kept_pages.is_to_be_kept(request, response)
    response.set_cookie("who", "Asha")
    assert not kept_pages.is_to_be_kept(request, response)
    for name, text in (
        ("Vary", "Cookie"),
        ("Vary", "Accept-Encoding, Accept-Language"),
        ("Content-Security-Policy", "script-src 'nonce-a'"),
    ):
        traced = HttpResponse("x", headers={name: text})
        assert not kept_pages.is_to_be_kept(request, traced)


def test_addresses_that_are_made_up_take_no_room(pages_are_kept, browser_of):
    article()
    browser = browser_of()
    for number in range(50):
        browser.get(f"/articles/?utm={number}")
        browser.get(f"/articles/?page={number + 2}")
        browser.get(f"/articles/made-up-{number}/")
        browser.get("/articles/", headers={"host": f"other{number}.example"})
    assert len(STORE) == 0
    store = kept_pages.Store(most=50_000)
    page = kept_pages.PublicPage.of(HttpResponse("word " * 1000), None)
    for number in range(100_000):
        store.put((True, "", f"/{number}/", ""), page)
    assert store.size <= 50_000
    assert 5 <= len(store) <= 10
