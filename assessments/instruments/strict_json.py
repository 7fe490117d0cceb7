"""JSON as the standard has it, with every slip pointed at (RFC 8259, pointers by RFC 6901).

Python's reader lets repeated keys, NaN and lone surrogates pass; a file that defines how people
are measured must not mean two things at once.
"""

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

# Fifteen digits survive a passage through a double and back, so a stored number stays itself.
MAX_DIGITS = 15
MAX_EXPONENT = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault and its place: `pointer` is an RFC 6901 pointer, "" for the whole file."""

    pointer: str
    message: str

    def __str__(self) -> str:
        # The whole file prints as "/", so that each line starts with a visible place.
        return f"{printable(self.pointer) or '/'}: {printable(self.message)}"


@dataclass(frozen=True, slots=True)
class Unusable:
    """Stands where a value could be read but not used; it has been reported already."""

    reason: str


class Members(dict[str, Any]):
    """A JSON object that remembers which of its keys were written more than once."""

    repeated: tuple[str, ...] = ()


def printable(text: str) -> str:
    """One line that any terminal can show, whatever a file held."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def child(pointer: str, token: str | int) -> str:
    """The pointer of a member or element of what `pointer` names."""
    return f"{pointer}/{str(token).replace('~', '~0').replace('/', '~1')}"


def read(data: bytes) -> tuple[Any, list[Problem]]:
    """The value in `data` and the problems of its writing; no exception for any bytes.

    Numbers with a point or exponent become Decimal, so that 4.1 stays 4.1.
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
        place = f"line {error.lineno}, column {error.colno}"
        return None, [Problem("", f"not JSON: {error.msg} ({place})")]
    except RecursionError:
        return None, [Problem("", "nested too deeply to be an instrument")]
    return value, _slips(value)


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
    # A huge exponent is refused here: later, exact arithmetic would try to write it out.
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return Unusable("the number cannot be read")
    if len(number.as_tuple().digits) > MAX_DIGITS or abs(number.adjusted()) > MAX_EXPONENT:
        return Unusable("the number is too large or too finely given")
    return number


def _slips(root: Any) -> list[Problem]:
    """Problems that need no knowledge of the format. A list of work, so that depth is no limit."""
    problems: list[Problem] = []
    waiting: list[tuple[str, Any]] = [("", root)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, Members):
            problems += [Problem(child(pointer, key), "key given twice") for key in value.repeated]
            problems += [
                Problem(child(pointer, key), "the key holds characters that are not text")
                for key in value
                if not _is_text(key)
            ]
            waiting += [(child(pointer, key), member) for key, member in value.items()]
        elif isinstance(value, list):
            waiting += [(child(pointer, index), element) for index, element in enumerate(value)]
        elif isinstance(value, Unusable):
            problems.append(Problem(pointer, value.reason))
        elif isinstance(value, str) and not _is_text(value):
            problems.append(Problem(pointer, "holds characters that are not text"))
    return problems


def _is_text(text: str) -> bool:
    """False for lone surrogates and NUL, which neither UTF-8 output nor a database can hold."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
