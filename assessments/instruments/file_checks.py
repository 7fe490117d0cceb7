"""The rules of the instrument file, format 1. Each function reports the faults in its part."""

import re
from decimal import Decimal
from itertools import pairwise

from assessments.instruments.json_node import Node, quoted

ITEM_ID = re.compile(r"[A-Za-z0-9_]{1,40}")
KEYED = re.compile(r"-?[A-Za-z0-9_]{1,40}")
SLUG = re.compile(r"[A-Za-z0-9_-]{1,50}")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,39}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
INTEGER = re.compile(r"0|-?[1-9][0-9]{0,8}")
PERCENTILE = re.compile(r"(0|[1-9][0-9]{0,2})(\.[0-9]{1,6})?")

# /assessments/attempts/… and /assessments/here/ are URLs of the site; `row` and `style` are columns
# of scored files.
RESERVED_SLUGS = ("attempts", "here")
RESERVED_SCALE_IDS = ("row", "style")
LARGEST_ANSWER = 1_000_000

TEXTS = frozenset({"title", "purpose", "instructions", "licence", "citation"})
MAY_BE_BLANK = frozenset({"purpose", "instructions", "citation"})
REQUIRED = TEXTS | {"format", "slug", "version", "language", "response", "items", "scales"}
OPTIONAL = frozenset({"styles", "page_size", "targets"})
DIMENSIONS = ("anxiety", "avoidance")


def check_instrument(root: Node) -> None:
    """Reports every fault in the file."""
    if not root.is_object(REQUIRED, OPTIONAL):
        return
    check_identity(root)
    bounds = check_response(root.get("response"))
    item_ids = check_items(root.get("items"))
    scale_ids = check_scales(root.get("scales"), item_ids, bounds)
    if root.has("styles"):
        check_styles(root.get("styles"), scale_ids, bounds)
    if root.has("page_size"):
        root.get("page_size").is_integer(1, 1000)
    if root.has("targets"):
        check_targets(root.get("targets"))


def check_identity(root: Node) -> None:
    if root.get("format").is_integer(1, 1_000_000) and root.value["format"] != 1:
        root.get("format").fault("only format 1 is supported")
    slug = root.get("slug")
    named = slug.matches(SLUG, "is not a slug: 1 to 50 letters, digits, - or _")
    if named and slug.value.lower() in RESERVED_SLUGS:
        slug.fault(f'"{slug.value.lower()}" is reserved for an address of the site')
    root.get("version").matches(VERSION, "is not a version: 1 to 40 letters, digits, . _ + or -")
    root.get("language").matches(LANGUAGE, "is not a language tag such as en or hi")
    for key in sorted(TEXTS):
        root.get(key).is_text(blank=key in MAY_BE_BLANK)


def check_response(response: Node) -> tuple[int, int] | None:
    """The lowest and highest answer, or None if they are not valid."""
    if not response.is_object(frozenset({"min", "max", "labels"})):
        return None
    low, high = response.get("min"), response.get("max")
    # Both are checked before either decides, so that both faults are reported.
    usable = [node.is_integer(-LARGEST_ANSWER, LARGEST_ANSWER) for node in (low, high)]
    bounds = None
    if all(usable):
        if low.value < high.value:
            bounds = (low.value, high.value)
        else:
            high.fault("must be greater than min")
    check_labels(response.get("labels"), bounds)
    return bounds


def check_labels(labels: Node, bounds: tuple[int, int] | None) -> None:
    if not labels.is_mapping():
        return
    for key, label in labels.members():
        label.is_text()
        if not INTEGER.fullmatch(key):
            label.fault("a label's key must be an integer")
        elif bounds and not bounds[0] <= int(key) <= bounds[1]:
            label.fault(f"{key} is not an answer from {bounds[0]} to {bounds[1]}")
    for end in bounds or ():
        if str(end) not in labels.value:
            labels.get(str(end)).fault("missing: both ends need a label")


def check_items(items: Node) -> set[str]:
    """The ids of the items, including those with other faults."""
    ids: set[str] = set()
    if not items.is_list():
        return ids
    if not items.value:
        items.fault("needs at least one item")
    for item in items.elements():
        if not item.is_object(frozenset({"id", "text"})):
            continue
        item.get("text").is_text()
        check_id(item.get("id"), ids)
    return ids


def check_id(node: Node, seen: set[str]) -> None:
    if node.matches(ITEM_ID, "is not an id: 1 to 40 ASCII letters, digits or _"):
        if node.value in seen:
            node.fault(f'"{node.value}" is used twice')
        seen.add(node.value)


def check_scales(scales: Node, item_ids: set[str], bounds: tuple[int, int] | None) -> set[str]:
    """The ids of the scales."""
    ids: set[str] = set()
    if not scales.is_list():
        return ids
    for scale in scales.elements():
        required = frozenset({"id", "title", "keyed", "max_missing"})
        if not scale.is_object(required, frozenset({"norms", "reliability"})):
            continue
        check_id(scale.get("id"), ids)
        if scale.value.get("id") in RESERVED_SCALE_IDS:
            scale.get("id").fault(f'"{scale.value["id"]}" is already a column of the scores')
        scale.get("title").is_text()
        count = check_keyed(scale.get("keyed"), item_ids)
        missing = scale.get("max_missing")
        if missing.is_integer(0, LARGEST_ANSWER) and count and missing.value >= count:
            missing.fault(f"must be less than the scale's {count} items")
        if scale.has("norms"):
            check_norms(scale.get("norms"), bounds)
        if scale.has("reliability"):
            check_reliability(scale.get("reliability"))
    return ids


def check_keyed(keyed: Node, item_ids: set[str]) -> int:
    """The number of items listed; 0 if it is not a list."""
    if not keyed.is_list():
        return 0
    if not keyed.value:
        keyed.fault("needs at least one item")
    seen: set[str] = set()
    for entry in keyed.elements():
        if not entry.matches(KEYED, "is not an item id (with a leading - if reverse-keyed)"):
            continue
        item = entry.value.removeprefix("-")
        if item not in item_ids:
            entry.fault(f'there is no item "{item}"')
        if item in seen:
            entry.fault(f'item "{item}" is in this scale twice')
        seen.add(item)
    return len(keyed.value)


def check_norms(norms: Node, bounds: tuple[int, int] | None) -> None:
    required, optional = {"sample", "source"}, {"n", "mean", "sd", "percentiles"}
    if not norms.is_object(frozenset(required), frozenset(optional)):
        return
    for key in sorted(required):
        norms.get(key).is_text()
    if norms.has("n"):
        norms.get("n").is_integer(0, 10**12)
    if norms.has("mean"):
        norms.get("mean").is_number()
    if norms.has("sd"):
        norms.get("sd").is_number(low=0)
    if norms.has("percentiles"):
        check_percentiles(norms.get("percentiles"), bounds)


def check_percentiles(percentiles: Node, bounds: tuple[int, int] | None) -> None:
    """Checks that percentiles are from 0 to 100, and their scores on the response scale and rising
    or equal."""
    if not percentiles.is_mapping():
        return
    low, high = bounds or (None, None)
    points: list[tuple[Decimal, Decimal, Node]] = []
    for key, score in percentiles.members():
        usable = score.is_number(low, high)
        if not PERCENTILE.fullmatch(key) or Decimal(key) > 100:
            score.fault(f"{quoted(key)} is not a percentile from 0 to 100")
        elif usable:
            points.append((Decimal(key), Decimal(score.value), score))
    points.sort(key=lambda point: point[0])
    for (before, score_before, _), (percentile, score_here, node) in pairwise(points):
        if before == percentile:
            node.fault(f"percentile {percentile.normalize():f} is given twice")
        elif score_here < score_before:
            node.fault(f"must be at least the score of percentile {before:f}")


def check_reliability(reliability: Node) -> None:
    if not reliability.is_object(frozenset({"kind", "value", "sd", "source"})):
        return
    reliability.get("kind").is_text()
    reliability.get("source").is_text()
    reliability.get("value").is_number(low=0, high=1)
    sd = reliability.get("sd")
    if sd.is_number() and sd.value <= 0:
        sd.fault("must be greater than 0")


def check_styles(styles: Node, scale_ids: set[str], bounds: tuple[int, int] | None) -> None:
    if not styles.is_object(frozenset(DIMENSIONS)):
        return
    low, high = bounds or (None, None)
    for dimension in DIMENSIONS:
        cut = styles.get(dimension)
        cut.is_number(low, high)
        if dimension not in scale_ids:
            cut.fault(f'styles require a scale "{dimension}"')


def check_targets(targets: Node) -> None:
    """Checks the relationships to choose from: non-empty, distinct texts."""
    if not targets.is_list():
        return
    if not targets.value:
        targets.fault("needs at least one relationship")
    seen: set[str] = set()
    for target in targets.elements():
        if target.is_text():
            if target.value in seen:
                target.fault(f"{quoted(target.value)} is given twice")
            seen.add(target.value)
