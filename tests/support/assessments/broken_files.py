"""Thirty broken instrument files: what is wrong with each, and the JSON pointer to the fault."""

from collections.abc import Callable
from typing import Any

from tests.support.assessments.files import encoded, small

Broken = tuple[str, bytes, str, str]
NORMS = {"sample": "500 students", "source": "A paper"}
ALPHA = {"kind": "alpha", "value": 0.9, "sd": 1.0, "source": "A paper"}


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    definition = small()
    change(definition)
    return encoded(definition)


def raw(old: bytes, new: bytes) -> bytes:
    return encoded(small()).replace(old, new, 1)


def scale(**parts: Any) -> bytes:
    """The first scale with other members."""
    return changed(lambda d: d["scales"][0].update(parts))


# (name, file, pointer, part of the message)
BROKEN: list[Broken] = [
    ("not UTF-8", b'{"format": "\xff"}', "", "not UTF-8"),
    ("not JSON", b'{"format": 1,', "", "not JSON"),
    ("a list", b"[]", "", "must be an object"),
    ("nested too deeply", b"[" * 100_000, "", "nested too deeply"),
    ("a key twice", raw(b'"format": 1', b'"format": 1, "format": 1'), "/format", "given twice"),
    ("an unknown key", encoded(small(colour="green")), "/colour", "unknown key"),
    ("a missing key", encoded(small(licence=None)), "/licence", "missing"),
    ("another format", encoded(small(format=2)), "/format", "only format 1"),
    ("no slug", encoded(small(slug="two words")), "/slug", "is not a slug"),
    ("a reserved slug", encoded(small(slug="attempts")), "/slug", "reserved for an address"),
    ("no version", encoded(small(version="")), "/version", "is not a version"),
    ("no language", encoded(small(language="english please")), "/language", "language tag"),
    ("a blank title", encoded(small(title=" ")), "/title", "must not be blank"),
    ("a number as text", encoded(small(purpose=3)), "/purpose", "must be text"),
    ("min above max", changed(lambda d: d["response"].update(min=8)), "/response/max",
     "greater than"),
    ("a boolean", changed(lambda d: d["response"].update(min=True)), "/response/min", "an integer"),
    ("an end unnamed", changed(lambda d: d["response"]["labels"].pop("7")), "/response/labels/7",
     "both ends"),
    ("a label off the scale", changed(lambda d: d["response"]["labels"].update({"9": "x"})),
     "/response/labels/9", "not an answer"),
    ("an item twice", changed(lambda d: d["items"].append(d["items"][0])), "/items/4/id",
     "used twice"),
    ("an item's id", changed(lambda d: d["items"][1].update(id="q 2")), "/items/1/id", "not an id"),
    ("no items", encoded(small(items=[])), "/items", "at least one item"),
    ("an unknown item keyed", scale(keyed=["q1", "-q9"]), "/scales/0/keyed/1", "no item"),
    ("an item keyed twice", scale(keyed=["q1", "-q1"]), "/scales/0/keyed/1", "twice"),
    ("too much missing", scale(max_missing=2), "/scales/0/max_missing", "less than"),
    ("a scale called style", scale(id="style"), "/scales/0/id", "column of the scores"),
    ("norms without a source", scale(norms={"sample": "x"}), "/scales/0/norms/source", "missing"),
    ("falling percentiles", scale(norms=NORMS | {"percentiles": {"10": 4, "50": 3}}),
     "/scales/0/norms/percentiles/50", "at least the score"),
    ("a reliability above 1", scale(reliability=ALPHA | {"value": 1.2}),
     "/scales/0/reliability/value", "at most 1"),
    ("not a number", raw(b'"anxiety": 4.0', b'"anxiety": NaN'), "/styles/anxiety", "NaN"),
    ("a cut without its scale", changed(lambda d: d["scales"].pop(0)), "/styles/anxiety",
     'require a scale "anxiety"'),
]  # fmt: skip
