"""A small program that uses the embedded database: statements in, rows out as JSON.

python tests/support/serving/hold_database.py DATA_FOLDER. Every statement gets a connection of
its own; `fork` continues in a child and ends the parent.
"""

import json
import os
import signal
import sys
from pathlib import Path

import django
from django.conf import settings

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
# A shell lets its background processes ignore Ctrl-C, and the tests started from it, too.
signal.signal(signal.SIGINT, signal.default_int_handler)


def run(statement):
    from django.db import Error, connection

    connection.close()
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    except Error as error:
        return f"{type(error).__name__}: {error}"


def main(host):
    database = {"ENGINE": "psywellpath.embedded_postgres", "NAME": "practice", "HOST": host}
    settings.configure(DATABASES={"default": database})
    django.setup()
    print("up", flush=True)
    while line := sys.stdin.readline().strip():
        if line != "fork":
            print(json.dumps(run(line), default=str), flush=True)
        elif os.fork():
            os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
