from contextlib import closing
from threading import Event, Thread
from time import sleep

from django.db import connection, transaction

from tests.support import initial_rows

IS_WAITED_FOR = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"


def test_a_request_that_wants_the_same_tables_in_another_order_is_waited_for(transactional_db):
    first, *_, last = connection.introspection.django_table_names(
        only_existing=True, include_views=False
    )
    holds, is_done = Event(), Event()

    def request() -> None:
        with closing(connection), transaction.atomic(), connection.cursor() as cursor:
            # Otherwise PostgreSQL might end this one, and never the one that is tried here.
            cursor.execute("SET LOCAL deadlock_timeout = '60s'")
            cursor.execute(f"SELECT count(*) FROM {last}")
            holds.set()
            cursor.execute(IS_WAITED_FOR, [last])
            while not cursor.fetchone()[0]:
                sleep(0.01)
                cursor.execute(IS_WAITED_FOR, [last])
            sleep(1.2)  # After PostgreSQL has looked for a deadlock of the other one.
            cursor.execute(f"SELECT count(*) FROM {first}")
            is_done.set()

    page = Thread(target=request)
    page.start()
    assert holds.wait(30)
    initial_rows.restore()
    page.join(30)
    assert is_done.is_set()
