"""Instrument files for tests: small ones, and published keys with placeholder wording."""

import json
from copy import deepcopy
from typing import Any

from assessments.instruments.definition import Instrument
from assessments.instruments.file import read_instrument
from assessments.instruments.scoring_keys import KEYS

SMALL: dict[str, Any] = {
    "format": 1,
    "slug": "small",
    "version": "1.0",
    "language": "en",
    "title": "A small questionnaire",
    "purpose": "For tests.",
    "instructions": "Choose.",
    "licence": "For tests.",
    "citation": "",
    "response": {"min": 1, "max": 7, "labels": {"1": "Not at all", "7": "Very much"}},
    "items": [{"id": f"q{n}", "text": f"Statement {n}"} for n in range(1, 5)],
    "scales": [
        {"id": "anxiety", "title": "Anxiety", "keyed": ["q1", "-q2"], "max_missing": 1},
        {"id": "avoidance", "title": "Avoidance", "keyed": ["q3", "-q4"], "max_missing": 0},
    ],
    "styles": {"anxiety": 4.0, "avoidance": 4.0},
    "page_size": 2,
}


def small(**changes: Any) -> dict[str, Any]:
    """The small file with some members changed; None removes a member."""
    definition = deepcopy(SMALL) | changes
    return {key: value for key, value in definition.items() if value is not None}


def of_key(name: str, cut: float | None = 4.0) -> dict[str, Any]:
    """A published key with placeholder wording."""
    key = KEYS[name]
    return small(
        slug=name,
        items=[{"id": str(n), "text": f"Placeholder {n}"} for n in range(1, key.items + 1)],
        scales=key.scales(),
        styles=None if cut is None else {"anxiety": cut, "avoidance": cut},
    )


def encoded(definition: Any) -> bytes:
    return json.dumps(definition).encode()


def instrument(definition: dict[str, Any] | None = None) -> Instrument:
    return read_instrument(encoded(small() if definition is None else definition))


RELIABLE = {"kind": "alpha", "value": 0.75, "sd": 1.0, "source": "A paper"}

NORMS = {"sample": "500 students", "source": "A paper", "percentiles": {"10": 2, "90": 6}}


def measured(**more) -> dict:
    """The small questionnaire with reliability and norms: a standard error of 0.5."""
    parts = {"reliability": RELIABLE, "norms": NORMS, "max_missing": 1} | more
    return {"scales": [scale | parts for scale in small()["scales"]]}
