"""Checks schema.org data against the vocabulary: classes, their properties and their values.

from tests.support.articles.schema_org import faults
assert faults(json_ld) == []
"""

from importlib import import_module
from typing import Any

from pydantic.v1 import BaseModel, ValidationError

LD = {"@context", "@id", "@type", "@graph"}


def _class(name: str) -> type[BaseModel] | None:
    try:
        return getattr(import_module(f"pydantic2_schemaorg.{name}"), name)
    except (ImportError, AttributeError):
        return None


def faults(node: Any, at: str = "") -> list[str]:
    """What the vocabulary does not define or does not accept, as `/path: message`."""
    if isinstance(node, list):
        return [fault for n, one in enumerate(node) for fault in faults(one, f"{at}/{n}")]
    if not isinstance(node, dict):
        return []
    if "@graph" in node:
        return faults(node["@graph"], at)
    if set(node) == {"@id"}:
        return []  # A reference to another node.
    kind = _class(str(node.get("@type")))
    if not kind:
        return [f"{at}: no class {node.get('@type')}"]
    known = {field.alias for field in kind.__fields__.values()}
    problems = [f"{at}/{name}: {node['@type']} has none" for name in node if name not in known | LD]
    problems += _refused(kind, node, at)
    for name, value in node.items():
        if isinstance(value, (dict, list)):
            problems += faults(value, f"{at}/{name}")
    return problems


def _refused(kind: type[BaseModel], node: dict, at: str) -> list[str]:
    """Checks the plain values; nested nodes are checked on their own."""
    plain = {k: v for k, v in node.items() if k not in LD and isinstance(v, (str, int, float))}
    try:
        kind(**plain)
    except ValidationError as error:
        return [f"{at}/{'/'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    return []
