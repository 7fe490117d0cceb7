"""A value that a process reads from the database now and then, and not with every request.

Only for what everybody may see. A change is seen at once by the process that made it, and by the
others a few seconds later, as a proxy's copy would be (docs/decisions/0038).
"""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

from django.db import transaction

SECONDS = 5.0
_Value = TypeVar("_Value")


class Remembered(Generic[_Value]):
    def __init__(self, load: Callable[[], _Value]) -> None:
        self._load = load
        self._held: tuple[float, _Value] | None = None

    def get(self) -> _Value:
        """The value, at most five seconds old. Its queries, if it has to be read again."""
        now, held = monotonic(), self._held
        if held is None or held[0] <= now:
            held = self._held = (now + SECONDS, self._load())
        return held[1]

    def hold(self, value: _Value) -> None:
        """Keeps this value until `forget`: for tests, which count queries."""
        self._held = (float("inf"), value)

    def forget(self) -> None:
        self._held = None

    def forget_after_commit(self) -> None:
        transaction.on_commit(self.forget)
