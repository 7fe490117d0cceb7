"""The version of everything that public pages show. It changes whenever a reader could notice.

Triggers write a new one when a change is committed (`psywellpath/database/public_version.sql`), and
a scheduled text changes it by its time. A process looks at most four times a second, before a
request and outside its transaction; while the database does not answer, the last one holds.
"""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

SECONDS = 0.25
# While the database does not answer.
PAUSE = 1.0
# As a safeguard every version ends, too, whatever has or has not changed.
LONGEST = 600

_LOOK = """
SELECT mark, raised_at, (SELECT max(publish_at) FROM (
    SELECT max(publish_at) FROM articles_article
    WHERE status = 'scheduled' AND publish_at <= %(now)s
    UNION ALL SELECT max(publish_at) FROM articles_article
    WHERE status = 'published' AND publish_at <= %(now)s
    UNION ALL SELECT max(publish_at) FROM articles_page
    WHERE status IN ('scheduled', 'published') AND publish_at <= %(now)s
) AS due (publish_at)) FROM (SELECT 1) AS always LEFT JOIN articles_publicversion ON true
"""


@dataclass(frozen=True)
class PublicVersion:
    mark: str
    # The last text whose time has come; None: there is none.
    due: datetime | None
    # When the last change was made; None: there was none since the installation.
    raised_at: datetime | None
    period: int

    @property
    def since(self) -> datetime | None:
        return max(filter(None, (self.due, self.raised_at)), default=None)


class Looker:
    """Knows the present version of this process. Safe for threads: one looks, the others go on.

    `known`: the last one that was read. `next`: from when on, by the monotonic clock, it looks
    again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        self.known: PublicVersion | None = None
        self.next = 0.0

    def look_again(self) -> None:
        """The next request looks: this process has probably changed something."""
        self.next = 0.0

    def current(self) -> PublicVersion | None:
        """At most a quarter of a second old; None if the database has never answered. One query,
        or none."""
        if monotonic() < self.next or not self._lock.acquire(blocking=self.known is None):
            return self.known
        try:
            self.known = read_now()
            self.next = monotonic() + SECONDS
        except (DatabaseError, InterfaceError):
            connection.close()
            self.next = monotonic() + PAUSE
        finally:
            self._lock.release()
        return self.known


def read_now() -> PublicVersion:
    """As the database has it at this moment. One query."""
    # Times are compared with this machine's clock, as they are when the page is made.
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, {"now": now})
        mark, raised_at, due = cursor.fetchone()
    return PublicVersion(str(mark), due, raised_at, int(now.timestamp()) // LONGEST)


looker = Looker()
