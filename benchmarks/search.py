"""A search among 10,000 articles, beside fetching one article by its primary key.

Prints one row: measurement, time, peer time, ratio. Takes medians over twenty written queries, each
for the first page with its count and highlighted words, in a transaction that is rolled back.
"""

import statistics
import time
from collections.abc import Callable

from django.db import connection, transaction

from articles.models import Article
from articles.reading import full_text_search
from benchmarks import articles_corpus as corpus

RUNS, A_PAGE = 5, 12


def _median(work: list[Callable[[], object]]) -> float:
    """The median of the best times."""
    return statistics.median(min(_timed(one) for _ in range(RUNS)) for one in work)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _search(query: str) -> Callable[[], object]:
    return lambda: list(
        full_text_search.find(query, full_text_search.published()).articles[:A_PAGE]
    )


def _fetch(pk: int) -> Callable[[], object]:
    return lambda: Article.objects.for_page().get(pk=pk)


def measure() -> None:
    with transaction.atomic():
        corpus.write()
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('article_search')")
            cursor.execute("ANALYZE articles_article, articles_word")
        some = Article.objects.values_list("pk", flat=True)[:20]
        peer = _median([_fetch(pk) for pk in some])
        right = [query for query, _first in corpus.QUERIES[:-5]]
        typos = [query for query, _first in corpus.QUERIES[-5:]]
        ours, mistyped = (_median([_search(query) for query in words]) for words in (right, typos))
        transaction.set_rollback(True)
    for name, figure in (("search", ours), ("search, mistyped", mistyped)):
        times = f"{figure * 1000:.1f} ms  primary key {peer * 1000:.1f} ms  {figure / peer:.1f} x"
        print(f"{name} among {corpus.ARTICLES}  {times}")


def main() -> None:
    """Runs in a database of its own, which is dropped afterwards."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        measure()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
