"""How many queries a page asked, without the fixed few by which each request enters its wall."""

FRAME = ("SELECT set_config(", "SAVEPOINT ", "RELEASE SAVEPOINT ")


def asked(queries) -> int:
    return sum(not query["sql"].startswith(FRAME) for query in queries)
