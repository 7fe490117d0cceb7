"""An instrument as values: what a questionnaire asks and how it is scored. Pure, no Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Item:
    """One statement that a person answers."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Response:
    """The answers an item takes: every integer from `min` to `max`, some of them named."""

    min: int
    max: int
    labels: tuple[tuple[int, str], ...]

    @property
    def low_label(self) -> str:
        return self.labels[0][1]

    @property
    def high_label(self) -> str:
        return self.labels[-1][1]

    def values(self) -> range:
        return range(self.min, self.max + 1)


@dataclass(frozen=True, slots=True)
class Norms:
    """What a named sample scored. None is "not reported", never to be filled in.

    `percentiles` are pairs (percentile from 0 to 100, score), rising in both.
    """

    sample: str
    source: str
    n: int | None = None
    mean: Fraction | None = None
    sd: Fraction | None = None
    percentiles: tuple[tuple[Fraction, Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class Reliability:
    """How repeatable a scale is: a coefficient from 0 to 1, and the SD it was found with."""

    kind: str
    value: Fraction
    sd: Fraction
    source: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Keyed:
    """An item's part in a scale; reverse-keyed ones are scored min + max - answer."""

    item: str
    reverse: bool

    def __str__(self) -> str:
        return f"-{self.item}" if self.reverse else self.item


@dataclass(frozen=True, slots=True)
class Scale:
    """Items that measure one thing together; their mean is its score.

    `retest` is a reliability over time, which change is judged by before any other.
    """

    id: str
    title: str
    keyed: tuple[Keyed, ...]
    max_missing: int
    norms: Norms | None = None
    reliability: Reliability | None = None
    retest: Reliability | None = None


@dataclass(frozen=True, slots=True)
class Cuts:
    """The scores from which a dimension counts as high, both on the response scale."""

    anxiety: Fraction
    avoidance: Fraction


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire in one version and one language, checked."""

    slug: str
    version: str
    language: str
    title: str
    purpose: str
    instructions: str
    licence: str
    citation: str
    response: Response
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    cuts: Cuts | None = None
    page_size: int = 4
    targets: tuple[str, ...] = ()

    @property
    def item_ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)

    def skippable(self, item_id: str) -> bool:
        """Whether every scale that holds the item can be worked out without it."""
        return all(
            scale.max_missing > 0
            for scale in self.scales
            if any(keyed.item == item_id for keyed in scale.keyed)
        )

    def scale(self, scale_id: str) -> Scale | None:
        return next((scale for scale in self.scales if scale.id == scale_id), None)

    def pages(self) -> Iterator[tuple[Item, ...]]:
        """The items in the order they are asked, `page_size` at a time."""
        for start in range(0, len(self.items), self.page_size):
            yield self.items[start : start + self.page_size]
