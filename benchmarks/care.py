"""The pages of care among 10,000 clients and 400,000 events, beside the same pages among 20.

Prints a row for each page: the medians of both practices, their ratio, and the queries of both, and
how many of them are the page's own, not those with which every request begins and ends. In both
practices the therapist has 20 clients, enough to fill a page, also of those who need attention; in
the large one a colleague has 10,000. The colleague's own caseload and agenda are rows, too, with a
limit of their own. The practices are asked in turn, one request each. The statistics are measured
from the cache, and computed again, as happens every 15 minutes.
"""

import time
from multiprocessing.connection import Connection

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from benchmarks import care_corpus as corpus
from benchmarks.beside import in_turn, started
from benchmarks.own_database import own_database
from clients.models import Client
from tests.support.signing_in import session_of

FEW, MANY, EVENTS, RUNS = 20, 10_000, 40, 25
# Of the times, for one therapist's 20 clients among many, and for many of their own; of the queries
# of a caseload or an agenda.
LIMIT, LIMIT_OWN, QUERIES = 1.2, 1.5, 15
THERAPIST, MANAGER, COLLEAGUE = 0, 1, 2
UNCACHED = "practice statistics, computed again"
# page: (user, address); {client} is the address of the first client's page, {today} the date.
PAGES = {
    "agenda": (0, "/agenda/"),
    "agenda, a week": (0, "/agenda/?week={today}"),
    "caseload": (0, "/caseload/"),
    "caseload, longest unseen": (0, "/caseload/?sort=contact"),
    "caseload, who needs me": (0, "/caseload/?needs=on&sort=since"),
    "client page": (0, "{client}"),
    "timeline": (0, "{client}timeline/"),
    "practice page": (1, "/practice/"),
    "practice statistics": (1, "/practice/figures/"),
    UNCACHED: (1, "/practice/figures/"),
}
# The same pages of a therapist who has all those clients; in the small practice, of the therapist.
OF_OWN = {
    f"{name}, of one's own": (COLLEAGUE, address)
    for name, (_who, address) in PAGES.items()
    if address.startswith(("/agenda/", "/caseload/"))
}


def practice(pipe: Connection, clients: int) -> None:
    """A practice with so many clients; it answers messages ("time", "queries" or "own", page)."""
    with own_database(f"of_{clients}"):
        users = [*corpus.staff()]
        first = _caseload(users[THERAPIST], FEW)
        users.append(users[THERAPIST] if clients == FEW else corpus.therapist("colleague"))
        if clients > FEW:
            _caseload(users[COLLEAGUE], clients, start=FEW)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        browsers = [Browser() for _ in users]
        for browser, user in zip(browsers, users, strict=True):
            browser.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
        pipe.send("ready")
        while question := pipe.recv():
            what, name = question
            who, address = {**PAGES, **OF_OWN}[name]
            where = address.format(client=first.get_absolute_url(), today=timezone.localdate())
            if name == UNCACHED:
                cache.clear()
            answer = {"time": _seconds, "queries": _queries, "own": _own_queries}[what]
            pipe.send(answer(browsers[who], where))


def _caseload(therapist: User, many: int, start: int = 0) -> Client:
    """One therapist's clients, of whom the first FEW need attention and have a session today."""
    first = corpus.clients(FEW, EVENTS, therapist, start=start, unread_every=1)
    corpus.clients(many - FEW, EVENTS, therapist, start=start + FEW)
    corpus.day_of(first, therapist)
    return first[0]


def _seconds(browser: Browser, address: str) -> float:
    start = time.perf_counter()
    answer = browser.get(address)
    took = time.perf_counter() - start
    assert answer.status_code == 200, (address, answer.status_code)
    return took


def _queries(browser: Browser, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    return len(queries)


def _own_queries(browser: Browser, address: str) -> int:
    """Those of the view, between the savepoint before it and its release."""
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    statements = [query["sql"] for query in queries.captured_queries]
    begins = next(n for n, sql in enumerate(statements) if sql.startswith("SAVEPOINT"))
    ends = max(n for n, sql in enumerate(statements) if sql.startswith("RELEASE"))
    return ends - begins - 1


def main() -> None:
    function = ("benchmarks.care", "practice")
    with started(*function, FEW) as few, started(*function, MANY) as many:
        for name, (who, address) in {**PAGES, **OF_OWN}.items():
            peer, ours = in_turn(("time", name), few, many, RUNS)
            queries = in_turn(("queries", name), few, many, 1)
            own = in_turn(("own", name), few, many, 1)
            limit = f"limit {LIMIT_OWN if who == COLLEAGUE else LIMIT}"
            if name == UNCACHED:
                limit = "once in 15 minutes, no limit"
            ceiling = f", limit {QUERIES}" if address.startswith(("/agenda/", "/caseload/")) else ""
            print(
                f"{name} among {MANY}  {ours * 1000:.1f} ms  among {FEW} {peer * 1000:.1f} ms"
                f"  {ours / peer:.2f} x ({limit})  queries {queries[1]:.0f} and {queries[0]:.0f}"
                f" ({own[1]:.0f} and {own[0]:.0f} of its own{ceiling})"
            )
