"""Reads an instrument file (JSON, UTF-8, format 1) into an `Instrument`. Pure, no Django."""

import hashlib
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessments.instruments import strict_json
from assessments.instruments.definition import (
    Cuts,
    Instrument,
    Item,
    Keyed,
    Norms,
    Reliability,
    Response,
    Scale,
)
from assessments.instruments.file_checks import check_instrument
from assessments.instruments.json_node import Node
from assessments.instruments.strict_json import Problem

DEFAULT_PAGE_SIZE = 4


class InstrumentFaults(ValueError):
    """The file breaks rules; `problems` lists all faults at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def read_instrument(data: bytes) -> Instrument:
    """The instrument in the bytes of a file. Raises InstrumentFaults."""
    return build(read_definition(data))


def read_definition(data: bytes) -> dict[str, Any]:
    """The checked JSON object, with non-integer numbers as Decimal. Raises InstrumentFaults."""
    value, problems = strict_json.read(data)
    if not problems or value is not None:
        check_instrument(Node(value, "", problems))
    if problems:
        raise InstrumentFaults(problems)
    return value


def canonical(definition: dict[str, Any]) -> str:
    """The canonical JSON: definitions that differ only in key order or white space are equal."""
    return json.dumps(
        definition, default=_plain_number, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def plain(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition without Decimals, ready for a JSON column."""
    return json.loads(canonical(definition))


def digest(definition: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(definition).encode()).hexdigest()


def build(definition: dict[str, Any]) -> Instrument:
    """The instrument of a checked definition. Checks nothing itself."""
    styles = definition.get("styles")
    texts = ("slug", "version", "language", "title", "purpose", "instructions", "licence")
    return Instrument(
        **{key: definition[key] for key in texts},
        citation=definition["citation"],
        response=_response(definition["response"]),
        items=tuple(Item(item["id"], item["text"]) for item in definition["items"]),
        scales=tuple(_scale(scale) for scale in definition["scales"]),
        cuts=Cuts(_exact(styles["anxiety"]), _exact(styles["avoidance"])) if styles else None,
        page_size=definition.get("page_size", DEFAULT_PAGE_SIZE),
        targets=tuple(definition.get("targets", ())),
    )


def _response(data: dict[str, Any]) -> Response:
    labels = sorted((int(key), label) for key, label in data["labels"].items())
    return Response(data["min"], data["max"], tuple(labels))


def _scale(data: dict[str, Any]) -> Scale:
    return Scale(
        id=data["id"],
        title=data["title"],
        keyed=tuple(Keyed(key.removeprefix("-"), key.startswith("-")) for key in data["keyed"]),
        max_missing=data["max_missing"],
        norms=norms_of(data["norms"]) if "norms" in data else None,
        reliability=reliability_of(data["reliability"]) if "reliability" in data else None,
    )


def norms_of(data: dict[str, Any]) -> Norms:
    """The norms of a checked `norms` object."""
    points = data.get("percentiles", {}).items()
    return Norms(
        sample=data["sample"],
        source=data["source"],
        n=data.get("n"),
        mean=_exact(data["mean"]) if "mean" in data else None,
        sd=_exact(data["sd"]) if "sd" in data else None,
        percentiles=tuple(sorted((Fraction(key), _exact(score)) for key, score in points)),
    )


def reliability_of(data: dict[str, Any]) -> Reliability:
    """The reliability of a checked `reliability` object; those added later name their sample."""
    return Reliability(
        kind=data["kind"],
        value=_exact(data["value"]),
        sd=_exact(data["sd"]),
        source=data["source"],
        sample=data.get("sample", ""),
    )


def _exact(number: int | float | Decimal) -> Fraction:
    # A definition from the database holds doubles. Their shortest decimal form is the number that
    # the file held; their binary value is not.
    return Fraction(str(number))


def _plain_number(number: Any) -> int | float:
    """A Decimal as a JSON number. 4.0 becomes 4, so that equal numbers have one form."""
    if not isinstance(number, Decimal):
        raise TypeError(f"{type(number)} cannot be part of an instrument")
    return int(number) if number == number.to_integral_value() else float(number)
