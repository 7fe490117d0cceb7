"""Strict JSON (RFC 8259), with a JSON pointer (RFC 6901) for every fault.

Python's own reader accepts repeated keys, NaN and lone surrogates; a file that defines how people
are measured must not be ambiguous.
"""

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

# Numbers of up to fifteen digits survive conversion to a double and back unchanged.
MAX_DIGITS = 15
MAX_EXPONENT = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault and where it is: `pointer` is an RFC 6901 pointer, "" for the whole file."""

    pointer: str
    message: str

    def __str__(self) -> str:
        # The pointer of the whole file prints as "/", so that every line starts with a pointer.
        return f"{printable(self.pointer) or '/'}: {printable(self.message)}"


@dataclass(frozen=True, slots=True)
class Unusable:
    """A placeholder for a value that was read but cannot be used; the fault has been reported."""

    reason: str


class Members(dict[str, Any]):
    """A JSON object that remembers which of its keys were repeated."""

    repeated: tuple[str, ...] = ()


def printable(text: str) -> str:
    """The text on one line, with unprintable characters escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def child(pointer: str, token: str | int) -> str:
    """The pointer of a member or an element of the value at `pointer`."""
    return f"{pointer}/{str(token).replace('~', '~0').replace('/', '~1')}"


def read(data: bytes) -> tuple[Any, list[Problem]]:
    """The value in `data` and the faults in its syntax. Raises no exception for any bytes.

    Numbers with a point or an exponent become Decimal, so that 4.1 stays exactly 4.1.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [Problem("", f"not UTF-8: byte {error.start + 1} cannot be read")]
    try:
        value = json.loads(
            text,
            object_pairs_hook=_members,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=lambda name: Unusable(f"{name} is not a number"),
        )
    except json.JSONDecodeError as error:
        position = f"line {error.lineno}, column {error.colno}"
        return None, [Problem("", f"not JSON: {error.msg} ({position})")]
    except RecursionError:
        return None, [Problem("", "nested too deeply to be an instrument")]
    return value, _faults(value)


def _members(pairs: list[tuple[str, Any]]) -> Members:
    members = Members(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        members.repeated = tuple(
            dict.fromkeys(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        )
    return members


def _integer(digits: str) -> int | Unusable:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        return Unusable("the number is too large")
    return int(digits)


def _decimal(digits: str) -> Decimal | Unusable:
    # A huge exponent is refused here, because exact arithmetic would expand it later.
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return Unusable("the number cannot be read")
    if len(number.as_tuple().digits) > MAX_DIGITS or abs(number.adjusted()) > MAX_EXPONENT:
        return Unusable("the number is too large or has too many digits")
    return number


def _faults(root: Any) -> list[Problem]:
    """Faults that can be found without knowing the format. Iterative, so depth has no limit."""
    problems: list[Problem] = []
    pending: list[tuple[str, Any]] = [("", root)]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, Members):
            problems += [Problem(child(pointer, key), "key given twice") for key in value.repeated]
            problems += [
                Problem(child(pointer, key), "the key contains characters that are not text")
                for key in value
                if not _is_text(key)
            ]
            pending += [(child(pointer, key), member) for key, member in value.items()]
        elif isinstance(value, list):
            pending += [(child(pointer, index), element) for index, element in enumerate(value)]
        elif isinstance(value, Unusable):
            problems.append(Problem(pointer, value.reason))
        elif isinstance(value, str) and not _is_text(value):
            problems.append(Problem(pointer, "contains characters that are not text"))
    return problems


def _is_text(text: str) -> bool:
    """False for lone surrogates and NUL, which neither UTF-8 output nor a database can hold."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
