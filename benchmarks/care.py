"""The pages of care with 5,000 clients and 200,000 events, beside the same pages with 20.

Prints a row for each page: the medians of both practices, their ratio (limit 1.5), and the queries
of both. The practices are asked in turn, one request each. Both have enough clients to fill a page
of 20 rows, also of those who need attention: the number of clients differs, not that of rows shown.
The statistics are measured from the cache, and computed again, as happens every 15 minutes.
"""

import time
from multiprocessing.connection import Connection

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import care_corpus as corpus
from benchmarks.beside import in_turn, started
from benchmarks.own_database import own_database
from tests.support.signing_in import session_of

FEW, MANY, EVENTS, RUNS, LIMIT = 20, 5_000, 40, 25, 1.5
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


def practice(pipe: Connection, clients: int) -> None:
    """A practice with so many clients; it answers messages ("time" or "queries", page)."""
    with own_database(f"of_{clients}"):
        users = corpus.staff()
        first = corpus.clients(FEW, EVENTS, users[0], unread_every=1)[0]
        corpus.clients(clients - FEW, EVENTS, users[0], start=FEW)
        corpus.day_of(FEW, users[0])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        browsers = [Browser(), Browser()]
        for browser, user in zip(browsers, users, strict=True):
            browser.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
        pipe.send("ready")
        while question := pipe.recv():
            what, name = question
            who, address = PAGES[name]
            where = address.format(client=first.get_absolute_url(), today=timezone.localdate())
            if name == UNCACHED:
                cache.clear()
            answer = {"time": _seconds, "queries": _queries}[what]
            pipe.send(answer(browsers[who], where))


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


def main() -> None:
    function = ("benchmarks.care", "practice")
    with started(*function, FEW) as few, started(*function, MANY) as many:
        for name in PAGES:
            peer, ours = in_turn(("time", name), few, many, RUNS)
            queries = in_turn(("queries", name), few, many, 1)
            limit = "once in 15 minutes, no limit" if name == UNCACHED else f"limit {LIMIT}"
            print(
                f"{name} among {MANY}  {ours * 1000:.1f} ms  among {FEW} {peer * 1000:.1f} ms"
                f"  {ours / peer:.2f} x ({limit})  queries {queries[1]:.0f} and {queries[0]:.0f}"
            )
