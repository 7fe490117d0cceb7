"""The pages of care with 5,000 clients and 200,000 events, beside the same pages with 20.

Prints a row a page: medians of both, their ratio (limit 1.5), and the queries of both. Both
practices fill their pages of 20 rows, those who need somebody too: what is compared is the number
of clients, not of rows shown. The figures are seen for the first time, and then as kept.
"""

import statistics
import time

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from benchmarks import care_corpus as corpus
from benchmarks.own_database import own_database
from tests.signing_in import session_of

ANEW = "practice figures, counted anew"
FEW, MANY, EVENTS, RUNS, LIMIT = 20, 5_000, 40, 25, 1.5


def _measure(browser: Browser, address: str) -> tuple[float, int]:
    """The median time of a page in seconds, and how many queries it takes."""
    browser.get(address)
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        answer = browser.get(address)
        times.append(time.perf_counter() - start)
        assert answer.status_code == 200, (address, answer.status_code)
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    return statistics.median(times), len(queries)


def _anew(browser: Browser, address: str) -> tuple[float, int]:
    """As `_measure`, where nothing is kept from the time before."""
    times = []
    for _ in range(5):
        cache.clear()
        start = time.perf_counter()
        browser.get(address)
        times.append(time.perf_counter() - start)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    return statistics.median(times), len(queries)


def _pages(therapist: Browser, manager: Browser, client: str) -> dict[str, tuple[float, int]]:
    return {
        "caseload": _measure(therapist, "/caseload/"),
        "caseload, longest unseen": _measure(therapist, "/caseload/?sort=contact"),
        "caseload, who needs me": _measure(therapist, "/caseload/?needs=on&sort=since"),
        "client page": _measure(therapist, client),
        "timeline": _measure(therapist, f"{client}timeline/"),
        "practice page": _measure(manager, "/practice/"),
        "practice figures": _measure(manager, "/practice/figures/"),
        ANEW: _anew(manager, "/practice/figures/"),
    }


def measure() -> None:
    with transaction.atomic():
        users = corpus.staff()
        first = corpus.clients(FEW, EVENTS, users[0], unread_every=1)[0]
        browsers = [Browser(), Browser()]
        for browser, user in zip(browsers, users, strict=True):
            browser.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
        few = _pages(browsers[0], browsers[1], first.get_absolute_url())
        corpus.clients(MANY - FEW, EVENTS, users[0], start=FEW)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        many = _pages(browsers[0], browsers[1], first.get_absolute_url())
        transaction.set_rollback(True)
    for name, (peer, peer_queries) in few.items():
        ours, queries = many[name]
        limit = "once in 15 minutes, no limit" if name == ANEW else f"limit {LIMIT}"
        print(
            f"{name} among {MANY}  {ours * 1000:.1f} ms  among {FEW} {peer * 1000:.1f} ms"
            f"  {ours / peer:.2f} x ({limit})  queries {queries} and {peer_queries}"
        )


def main() -> None:
    with own_database():
        measure()
