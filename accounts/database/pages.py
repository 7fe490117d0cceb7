"""One page of a list, read together with the number of its rows."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from accounts.database.together import Loader, alone

# No list is so long. PostgreSQL refuses an OFFSET of more than 64 bits.
MOST = 10**9


class AskedPage:
    """The page that an address names. `rows` are read before anybody knows how many there are: that
    page is hardly ever beyond the end."""

    def __init__(self, selected: QuerySet, size: int, number: str | None):
        self.paginator, self.asked = Paginator(selected, size), number
        try:
            self.number = min(max(1, int(number or 1)), MOST)
        except ValueError:
            self.number = 1
        self.rows = selected[(self.number - 1) * size : self.number * size]

    def page(self, total: int) -> Loader[Page]:
        """The page as `Paginator.get_page` chooses it. One query, if it is another one."""
        self.paginator.count = total
        page = self.paginator.get_page(self.asked)
        rows: Any = self.rows if page.number == self.number else page.object_list
        page.object_list = list((yield from alone(rows)))
        return page
