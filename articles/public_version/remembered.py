"""A value that a process reads from the database now and then, and not with every request.

Only for what everybody may see. It is read again once the public version has changed, and otherwise
after five seconds (docs/decisions/0041).
"""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

from articles.public_version.looker import PublicVersion, looker

SECONDS = 5.0
_Value = TypeVar("_Value")


class Remembered(Generic[_Value]):
    def __init__(self, load: Callable[[], _Value]) -> None:
        self._load = load
        self._held: tuple[float, PublicVersion | None, _Value] | None = None

    def get(self) -> _Value:
        """The value, read in this version and at most five seconds old. Its queries, if it has to
        be read again."""
        # The version before reading: what changes meanwhile makes this value outdated at once.
        now, version, held = monotonic(), looker.known, self._held
        if held is None or held[0] <= now or held[1] != version:
            held = self._held = (now + SECONDS, version, self._load())
        return held[2]

    def hold(self, value: _Value) -> None:
        """Keeps this value until `forget`, while no version is known: for tests, which count
        queries."""
        self._held = (float("inf"), None, value)

    def forget(self) -> None:
        self._held = None
