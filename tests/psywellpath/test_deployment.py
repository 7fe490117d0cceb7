"""nginx, gunicorn and PgBouncer together: the right answers to the right people."""

import threading
import time

import pytest

from tests.support import cast
from tests.support.serving.deployment import WEB, Cluster, Gunicorn, Nginx, PgBouncer
from tests.support.serving.processes import site_folder, wait_until
from tests.support.serving.visitors import Answer, Visitor
from tests.support.thorough import THOROUGH

CLIENTS = ("asha@example.org", "rohan@example.org")
NAMES = {"asha@example.org": "Asha", "rohan@example.org": "Rohan"}
ROUNDS = 6 if THOROUGH else 2


@pytest.fixture(scope="module")
def site(run_folder):
    with (
        site_folder() as folder,
        Cluster(folder, migrated_in=run_folder) as cluster,
        PgBouncer(cluster) as pool,
    ):
        known = cluster.rows("fill")
        pooled = cluster.url(WEB, port=pool.port)
        with Gunicorn(cluster, workers=3, DATABASE_URL=pooled) as web, Nginx(folder, web) as proxy:
            yield cluster, proxy, known


class Person(threading.Thread):
    """Signs in from their own network address and opens their pages again and again."""

    def __init__(self, port: int, email: str, source: str) -> None:
        super().__init__(daemon=True)
        self.email, self.source = email, source
        # The header is a lie: nginx must not pass it on.
        self.visitor = Visitor(port, source=source, address="203.0.113.66")
        self.seen: list[Answer] = []
        self.strange: list[str] = []

    def run(self) -> None:
        form = {"login": self.email, "password": cast.PASSWORD}
        self.seen.append(self.visitor.post("/accounts/login/", form))
        other = next(name for email, name in NAMES.items() if email != self.email)
        for _ in range(ROUNDS):
            page = self.visitor.get("/path/")
            self.seen.append(page)
            if NAMES[self.email] not in page.text or other in page.text:
                self.strange.append(page.text[:500])


class Passer(Person):
    """A visitor among them, who must stay anonymous."""

    def run(self) -> None:
        for _ in range(ROUNDS):
            for path in ("/", "/path/", "/articles/", "/caseload/"):
                page = self.visitor.get(path)
                self.seen.append(page)
                names = [name for name in NAMES.values() if name in page.text]
                right = 302 if path in ("/path/", "/caseload/") else 200
                if names or page.status != right:
                    self.strange.append(f"{path} {page.status} {names}")


@pytest.mark.trust
def test_people_at_once_are_not_mixed_up(site):
    cluster, proxy, _known = site
    people = [Person(proxy.port, CLIENTS[n % 2], f"127.0.1.{n + 1}") for n in range(6)]
    people += [Passer(proxy.port, "", "127.0.2.1"), Passer(proxy.port, "", "127.0.2.2")]
    for person in people:
        person.start()
    for person in people:
        person.join(120)
    assert not any(person.is_alive() for person in people)
    assert [one for person in people for one in person.strange] == []
    for person in people[:6]:
        assert [page.status for page in person.seen] == [302, *[200] * ROUNDS], person.email
    signed_in = cluster.ask(
        "SELECT u.email, host(e.address) FROM accounts_auditevent e"
        " JOIN accounts_user u ON u.id = e.actor WHERE verb = 'signed in'",
        "psywellpath",
    )
    assert sorted(signed_in) == sorted((p.email, p.source) for p in people[:6])


def test_the_proxy_speaks_for_the_visitor(site):
    _cluster, proxy, _known = site
    visitor = Visitor(proxy.port)
    home = visitor.get("/")
    assert home.status == 200
    assert home.headers["Strict-Transport-Security"], "it came by https, says the proxy"
    assert "nginx/" not in home.headers["Server"]
    assert visitor.get("/", Host="elsewhere.example").status == 400
    assert visitor.get("/clients/").status == 404
    far = {"Accept": "application/json"}
    assert visitor.post("/enquiry/", {}, Referer="https://elsewhere.example/", **far).status == 403


def test_cookies_are_of_this_very_host(site):
    """Their prefix makes a browser refuse cookies that another host of the domain sets."""
    _cluster, proxy, _known = site
    visitor = Visitor(proxy.port)
    form = {"login": "asha@example.org", "password": cast.PASSWORD}
    pages = [visitor.get("/accounts/login/"), visitor.post("/accounts/login/", form)]
    pages.append(visitor.get("/path/"))
    cookies = [one for page in pages for one in page.headers.get_all("Set-Cookie") or []]
    names = {one.partition("=")[0] for one in cookies}
    assert names == {
        "__Host-sessionid", "__Host-csrftoken", "__Host-was_here", "__Host-signed_in",
        "__Secure-known_device",
    }  # fmt: skip
    for one in cookies:
        parts = {part.strip().lower() for part in one.split(";")[1:]}
        assert "secure" in parts, one
        assert not [part for part in parts if part.startswith("domain")], one
        assert "path=/" in parts or not one.startswith("__Host-"), one
        assert "httponly" in parts or one.startswith("__Host-signed_in="), one


def test_the_proxys_log_keeps_no_keys(site):
    _cluster, proxy, known = site
    visitor = Visitor(proxy.port)
    form = {"adult": "on", "consent": "on", "target": known["targets"][0]}
    attempt = visitor.post(f"/assessments/{known['slug']}/start/", form).location
    key = attempt.strip("/").split("/")[-1]
    assert visitor.get(f"{attempt}?page=2").status == 200
    visitor.get("/accounts/invitations/t0k3n/")
    visitor.get("/accounts/me/address/m0veme-2/")
    visitor.get("/accounts/password/reset/key/1-r3set/")
    visitor.get("/admin/articles/article/preview/pr3view:1/")
    visitor.get("/caseload/?q=asha")
    # The log is written after the response, perhaps with a short delay.
    wait_until(lambda: "/caseload/ 302" in proxy.seen.read_text(), "the log is written")
    log = proxy.seen.read_text()
    assert "127.0.0.1 [" in log
    assert "GET /assessments/attempts/(hidden) 200" in log
    assert "GET /accounts/me/address/(hidden) 302" in log
    for secret in (key, "t0k3n", "m0veme", "r3set", "pr3view", "asha"):
        assert secret not in log


@pytest.mark.trust
def test_therapist_and_visitor_share_connections_and_nothing_else(site):
    """Three workers share two connections to the database: each request reuses another's."""
    _cluster, proxy, known = site
    therapist = Visitor(proxy.port, session=known["therapist"])
    visitor = Visitor(proxy.port)
    for _ in range(ROUNDS):
        assert therapist.get(f"/clients/{known['client']}/").status == 200
        assert therapist.get(f"/clients/{known['rohan']}/").status == 404
        assert visitor.get(f"/clients/{known['client']}/").status == 302


def test_the_database_goes_away_and_comes_back(site):
    """The last test of this file."""
    cluster, proxy, known = site
    therapist = Visitor(proxy.port, session=known["therapist"])
    record = f"/clients/{known['client']}/"
    assert therapist.get(record).status == 200
    cluster.end()
    began = time.monotonic()
    away = therapist.get(record)
    assert time.monotonic() - began < 10
    assert away.status == 503
    assert away.headers["Retry-After"] == "5"
    assert "send it again" in away.text
    assert "14416" in away.text
    assert Visitor(proxy.port).get("/readyz").status == 503
    cluster.start()
    began = time.monotonic()
    wait_until(lambda: therapist.get(record).status == 200, "the record opens", 20)
    assert time.monotonic() - began < 6  # Two seconds, and what a busy machine adds.
