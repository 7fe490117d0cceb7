"""The pages of care with 5,000 clients and 200,000 events, beside the same pages with 20.

Prints a row a page: medians of both, their ratio (limit 1.5), and the queries of both. The two
practices are asked in turn, one request each. Both fill their pages of 20 rows, those who need
somebody too: what is compared is the number of clients, not of rows shown. The figures are seen as
cached, and then computed again, as happens once in a quarter of an hour.
"""

import time
from multiprocessing.connection import Connection

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from benchmarks import care_corpus as corpus
from benchmarks.beside import in_turn, started
from benchmarks.own_database import own_database
from tests.support.signing_in import session_of

FEW, MANY, EVENTS, RUNS, LIMIT = 20, 5_000, 40, 25, 1.5
UNCACHED = "practice figures, computed again"
# page: (who, address); a client's page is asked for under their own address.
PAGES = {
    "caseload": (0, "/caseload/"),
    "caseload, longest unseen": (0, "/caseload/?sort=contact"),
    "caseload, who needs me": (0, "/caseload/?needs=on&sort=since"),
    "client page": (0, "{client}"),
    "timeline": (0, "{client}timeline/"),
    "practice page": (1, "/practice/"),
    "practice figures": (1, "/practice/figures/"),
    UNCACHED: (1, "/practice/figures/"),
}


def practice(pipe: Connection, clients: int) -> None:
    """A practice of so many clients, which answers ("time" or "queries", page)."""
    with own_database(f"of_{clients}"):
        users = corpus.staff()
        first = corpus.clients(FEW, EVENTS, users[0], unread_every=1)[0]
        corpus.clients(clients - FEW, EVENTS, users[0], start=FEW)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        browsers = [Browser(), Browser()]
        for browser, user in zip(browsers, users, strict=True):
            browser.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
        pipe.send("ready")
        while question := pipe.recv():
            what, name = question
            who, address = PAGES[name]
            where = address.format(client=first.get_absolute_url())
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
    place = ("benchmarks.care", "practice")
    with started(*place, FEW) as few, started(*place, MANY) as many:
        for name in PAGES:
            peer, ours = in_turn(("time", name), few, many, RUNS)
            asked = in_turn(("queries", name), few, many, 1)
            limit = "once in 15 minutes, no limit" if name == UNCACHED else f"limit {LIMIT}"
            print(
                f"{name} among {MANY}  {ours * 1000:.1f} ms  among {FEW} {peer * 1000:.1f} ms"
                f"  {ours / peer:.2f} x ({limit})  queries {asked[1]:.0f} and {asked[0]:.0f}"
            )
