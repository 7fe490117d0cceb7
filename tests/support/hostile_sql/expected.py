"""What each hostile statement should end in."""

from typing import Any

REFUSED, NO_ROWS = "refused", "no rows"
# Who sends it (None: nobody has signed in), the statement, and its end.
Hostile = list[tuple[str | None, str, Any]]
