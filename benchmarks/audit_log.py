"""The audit log with a million rows: the manager's search, beside the same search in 20,000 rows;
the client's own page; and the hash chain over 100,000 rows."""

import statistics
import time
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.test import Client as Browser

from accounts.audit import chain as audit_chain
from accounts.models import AuditEvent
from benchmarks import care_corpus as corpus
from benchmarks.own_database import own_database
from tests.support.signing_in import session_of

FEW, MANY, CHAINED, RUNS, LIMIT_MS = 20_000, 1_000_000, 100_000, 9, 200
# 30 people and 1,000 clients, of whom the first is real; a million rows cover three years.
GROW = """
INSERT INTO accounts_auditevent (id, at, verb, actor, client, target, address, route)
SELECT gen_random_uuid(), now() - n * interval '90 seconds',
       (ARRAY['record opened', 'caseload opened', 'result opened', 'signed in', 'note signed'])
           [1 + n %% 5],
       md5('actor' || n %% 30)::uuid,
       CASE WHEN n %% 1000 = 0 THEN %s ELSE md5('client' || n %% 1000)::uuid END, '',
       ('10.0.' || n %% 7 || '.' || n %% 200)::inet, 'client'
FROM generate_series(%s, %s) n
"""


def grow(client: UUID, first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(GROW, [client, first, last])
        cursor.execute("ANALYZE accounts_auditevent")


def median_ms(browser: Browser, address: str) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        answer = browser.get(address)
        times.append(time.perf_counter() - start)
        assert answer.status_code == 200, (address, answer.status_code)
    return statistics.median(times) * 1000


def searches(client: UUID) -> dict[str, str]:
    """Addresses of the search: by each of its filters, common and rare, and on its last pages."""
    middle = AuditEvent.objects.order_by("at")[5000]
    log = "/practice/trail/"
    after = f"{middle.at.isoformat().replace('+', '%2B')}~{middle.pk}"
    return {
        "newest": log,
        "oldest pages": f"{log}?after={after}",
        "by client": f"{log}?client={client}",
        "by person": f"{log}?person={middle.actor}",
        "by verb": f"{log}?verb=note+signed",
        "by a verb never used": f"{log}?verb=erased",
        "by address": f"{log}?address=10.0.3.17",
        "by all of them, for nothing": f"{log}?client={client}&person={middle.actor}"
        "&verb=signed+in&address=10.0.3.17",
    }


def search(manager: Browser, own: Browser, client: UUID) -> None:
    grow(client, 1, FEW)
    few = {name: median_ms(manager, at) for name, at in searches(client).items()}
    grow(client, FEW + 1, MANY)
    for name, address in searches(client).items():
        milliseconds = median_ms(manager, address)
        print(
            f"log {name} among {MANY:,}  {milliseconds:.1f} ms  among {FEW:,} {few[name]:.1f} ms"
            f"  (limit {LIMIT_MS} ms)"
        )
    reads = median_ms(own, "/path/looks/")
    print(f"a client's own page, {MANY // 1000:,} rows about them  {reads:.1f} ms")


def timed(name: str, act: Callable[[], object]) -> None:
    start = time.perf_counter()
    act()
    took = time.perf_counter() - start
    print(f"{name} {CHAINED:,} rows  {took:.1f} s  ({CHAINED / took:,.0f} rows/s)")


def chain(client: UUID) -> None:
    grow(client, 1, CHAINED)
    timed("extend", audit_chain.extend)
    timed("verify", lambda: audit_chain.verify().problems)


def measure() -> None:
    with transaction.atomic():
        users = corpus.staff()
        client = corpus.clients(1, 2, users[0])[0]
        manager, own = Browser(), Browser()
        manager.cookies[settings.SESSION_COOKIE_NAME] = session_of(users[1])
        own.cookies[settings.SESSION_COOKIE_NAME] = session_of(client.user)
        sid = transaction.savepoint()
        chain(client.pk)
        transaction.savepoint_rollback(sid)
        search(manager, own, client.pk)
        transaction.set_rollback(True)


def main() -> None:
    with own_database():
        measure()
