"""Counts the queries of a page, without those that set the actor or a savepoint."""

FRAME = ("SELECT set_config(", "SAVEPOINT ", "RELEASE SAVEPOINT ")


def query_count(queries) -> int:
    return sum(not query["sql"].startswith(FRAME) for query in queries)
