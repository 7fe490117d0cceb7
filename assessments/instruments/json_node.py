"""A node of a JSON document: its value, its pointer, and the list that collects faults."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.instruments.strict_json import Problem, Unusable, child

MISSING = Unusable("missing")


@dataclass(frozen=True, slots=True)
class Node:
    """Each `is_…` method returns whether the value is valid, and reports a fault if it is not."""

    value: Any
    pointer: str
    problems: list[Problem]

    def fault(self, message: str) -> bool:
        """Reports a fault at this node. Returns False, so that a check can return it."""
        self.problems.append(Problem(self.pointer, message))
        return False

    def get(self, key: str) -> "Node":
        value = self.value.get(key, MISSING) if isinstance(self.value, dict) else MISSING
        return Node(value, child(self.pointer, key), self.problems)

    def has(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def elements(self) -> Iterator["Node"]:
        for index, element in enumerate(self.value):
            yield Node(element, child(self.pointer, index), self.problems)

    def members(self) -> Iterator[tuple[str, "Node"]]:
        for key in self.value:
            yield key, self.get(key)

    @property
    def reported(self) -> bool:
        """Whether the value is missing or unusable, which was reported when it was read."""
        return isinstance(self.value, Unusable)

    def is_object(self, required: frozenset[str], optional: frozenset[str] = frozenset()) -> bool:
        if not self.is_mapping():
            return False
        for key in self.value.keys() - required - optional:
            self.get(key).fault("unknown key")
        for key in sorted(required - self.value.keys()):
            self.get(key).fault("missing")
        return True

    def is_mapping(self) -> bool:
        return self._is(isinstance(self.value, dict), "must be an object")

    def is_list(self) -> bool:
        return self._is(isinstance(self.value, list), "must be a list")

    def is_text(self, *, blank: bool = False) -> bool:
        if not self._is(isinstance(self.value, str), "must be text"):
            return False
        return blank or bool(self.value.strip()) or self.fault("must not be blank")

    def matches(self, pattern: re.Pattern[str], rule: str) -> bool:
        if not self._is(isinstance(self.value, str), "must be text"):
            return False
        return bool(pattern.fullmatch(self.value)) or self.fault(f"{quoted(self.value)} {rule}")

    def is_integer(self, low: int, high: int) -> bool:
        whole = isinstance(self.value, int) and not isinstance(self.value, bool)
        if not self._is(whole, "must be an integer"):
            return False
        return low <= self.value <= high or self.fault(f"must be from {low} to {high}")

    def is_number(self, low: int | None = None, high: int | None = None) -> bool:
        number = isinstance(self.value, int | Decimal) and not isinstance(self.value, bool)
        if not self._is(number, "must be a number"):
            return False
        if low is not None and self.value < low:
            return self.fault(f"must be at least {low}")
        if high is not None and self.value > high:
            return self.fault(f"must be at most {high}")
        return True

    def _is(self, fits: bool, message: str) -> bool:
        return fits or (False if self.reported else self.fault(message))


def quoted(text: str) -> str:
    """A value for a message, cut after 40 characters."""
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
