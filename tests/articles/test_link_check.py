"""The check of links: what leads nowhere is on the desk; a private network is never asked."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings

from accounts.database import row_security
from articles.models import Article, LinkReport, Page, Problem
from articles.publishing import desk
from articles.upkeep import link_check, one_link
from articles.upkeep.one_link import Asker
from articles.upkeep.reachable import is_public
from tests.support.articles.factories import article
from tests.support.serving.processes import free_port
from tests.support.sql import refused

_NAMES = """127.0.0.1 ::1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 fc00::1
    224.0.0.1 255.255.255.255 ::ffff:127.0.0.1 ::ffff:10.0.0.1 fe80::1%eth0 fec0::1 2002:7f00:1:: ::
    64:ff9b::7f00:1 x"""
PRIVATE = _NAMES.split()
AGENT = "test (+https://practice.example/)"
PUBLIC = ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9"]


class Site(BaseHTTPRequestHandler):
    asked: Counter[tuple[str, str]] = Counter()
    agents: set[str | None] = set()

    def answer(self) -> None:
        self.asked[self.command, self.path] += 1
        self.agents.add(self.headers["User-Agent"])
        name = self.path.partition("?")[0].strip("/")
        if name == "slow":
            time.sleep(2)
        status, location = {
            "gone": (404, ""), "moved": (301, "/fine"), "loop": (302, "/loop"),
            "inward": (302, "http://10.0.0.7/"), "fault": (500, ""), "closed": (403, ""),
            "file": (302, "file:///etc/passwd"),
            "no-head": (405 if self.command == "HEAD" else 200, ""),
        }.get(name, (200, ""))  # fmt: skip
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()

    do_GET = do_HEAD = answer

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked, Site.agents = Counter(), set()
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def asker(site: str, **fields) -> Asker:
    """It may reach the test's own server, and otherwise what it always may."""
    fields = {"pause": 0.0, "timeout": 0.7} | fields
    ports = frozenset({80, int(site.rpartition(":")[2])})
    return Asker(
        AGENT, ports=ports, may_reach=lambda ip: ip == "127.0.0.1" or is_public(ip), **fields
    )


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_network_is_asked(address):
    assert not is_public(address)
    assert all(map(is_public, PUBLIC))


def test_each_answer_means_something(site):
    meanings = {
        "/fine": (None, True), "/moved": (None, True), "/no-head": (None, True),
        "/closed": (None, False), "/gone": (Problem.GONE, True), "/loop": (Problem.LOOP, True),
        "/fault": (Problem.SERVER, True), "/slow": (Problem.SILENT, True),
        "/inward": (Problem.PRIVATE, True), "/file": (Problem.MALFORMED, True),
        "/ü?q=ä b": (None, True),
    }  # fmt: skip
    ask = asker(site)
    assert {path: ask.problem_of(site + path) for path in meanings} == meanings
    assert Site.asked["HEAD", "/fine"] == 2
    assert not Site.asked["GET", "/fine"], "HEAD was enough"
    assert Site.asked["GET", "/no-head"] == 1
    assert Site.agents == {AGENT}
    as_always = Asker("test")
    assert as_always.problem_of(f"{site}/fine") == (Problem.PRIVATE, True)
    assert as_always.problem_of("http://localhost/") == (Problem.PRIVATE, True)
    for odd in ("http://", "http://a:b@example.org/", "http://[::1", "../x/", "http://x:99999/"):
        assert as_always.problem_of(odd) == (Problem.MALFORMED, True), odd


def test_one_host_is_asked_with_a_pause(site, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(one_link.time, "sleep", waited.append)
    ask = asker(site, pause=3.0)
    for _time in range(3):
        ask.problem_of(f"{site}/fine")
    assert len(waited) == 2
    assert all(2 < seconds <= 3 for seconds in waited)
    turns = link_check.by_turns(["http://a/1", "http://a/2", "http://b/1", "http://a/3"])
    assert turns == ["http://a/1", "http://b/1", "http://a/2", "http://a/3"]


def test_what_is_broken_is_on_the_desk_until_it_is_mended(cast, browser_of, site):
    body = (
        f'<h2>Part</h2><p><a href="{site}/gone?a=1&amp;b=2">1</a> <a href="{site}/fault">2</a>'
        f' <a href="{site}/fine">3</a> <a href="{site}/closed">4</a> <a href="mailto:a@x.org">m</a>'
        ' <a href="#part">5</a> <a href="/articles/never/">6</a> <a href="/articles/">7</a>'
        f' <a href="{settings.SITE_URL}/articles/one/">8</a></p>'
        '<figure><img src="/media/pictures/none.png" alt="x"></figure>'
    )
    one = article("one", body=body, sources=f"A book\n{site}/gone?a=1&b=2")
    article("draft", status="draft", body=f'<p><a href="{site}/secret">x</a></p>')
    gone = f'<p><a href="{site}/gone?a=1&amp;b=2">1</a></p>'
    Page.objects.create(slug="hello", title="Hello", description="x", body=gone,
                        status="published", publish_at=one.publish_at)  # fmt: skip
    report = link_check.run(asker(site))
    found = {(link.address.removeprefix(site), link.problem) for link in report.still_there()}
    assert found == {
        ("/gone?a=1&b=2", Problem.GONE), ("/articles/never/", Problem.INSIDE),
        ("/media/pictures/none.png", Problem.PICTURE)}  # fmt: skip
    assert (report.checked, report.undecided) == (9, 1)
    assert not Site.asked["HEAD", "/secret"]
    assert Site.asked["HEAD", "/gone?a=1&b=2"] == 1, "three places, one question"
    again = link_check.run(asker(site))
    problems = {link.problem for link in again.still_there()}
    assert Problem.SERVER in problems, "a fault that lasts is no accident"
    editor = browser_of(cast.esha)
    assert "4 links lead nowhere" in editor.get("/admin/").content.decode()
    page = editor.get("/admin/articles/article/broken-links/").content.decode()
    assert "/gone?a=1&amp;b=2" in page
    assert {"One</a>", "Hello</a>"} <= set(
        page.replace(">", "\n").replace("</a\n", "</a>").split("\n")
    )
    Article.objects.update(body="<p>Mended.</p>", sources="")
    assert [link.texts for link in again.still_there()] == [[Page.objects.get(slug="hello")]]
    Page.objects.filter(slug="hello").update(body="<p>Mended.</p>")
    assert desk.of(cast.esha).broken_links == []
    with row_security.web_role():
        row_security.set_actor(cast.esha)
        assert LinkReport.objects.count() == 2
        assert refused("DELETE FROM articles_linkreport")
        row_security.set_actor(cast.asha.user)
        assert LinkReport.objects.count() == 0
