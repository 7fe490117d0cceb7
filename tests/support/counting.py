"""How many queries a page asked, without those that tell the database who acts."""

FRAME = ("SELECT set_config(", "SAVEPOINT ", "RELEASE SAVEPOINT ")


def asked(queries) -> int:
    return sum(not query["sql"].startswith(FRAME) for query in queries)
