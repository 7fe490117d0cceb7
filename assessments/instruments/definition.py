"""Value objects for an instrument: what it asks and how it is scored. Pure, no Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Item:
    """A statement that people respond to."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Response:
    """The response scale: every integer from `min` to `max`, some of them labelled."""

    min: int
    max: int
    labels: tuple[tuple[int, str], ...]

    @property
    def low_label(self) -> str:
        return self.labels[0][1]

    @property
    def high_label(self) -> str:
        return self.labels[-1][1]

    @property
    def fully_labelled(self) -> bool:
        """Whether every answer has a label, not only both ends."""
        return len(self.labels) == len(self.values())

    def values(self) -> range:
        return range(self.min, self.max + 1)


@dataclass(frozen=True, slots=True)
class Norms:
    """How a named sample scored. None means "not reported" and must never be filled in.

    `percentiles` are pairs (percentile from 0 to 100, score), sorted; scores never fall.
    """

    sample: str
    source: str
    n: int | None = None
    mean: Fraction | None = None
    sd: Fraction | None = None
    percentiles: tuple[tuple[Fraction, Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class Reliability:
    """A reliability coefficient from 0 to 1, and the SD of the sample it was estimated in."""

    kind: str
    value: Fraction
    sd: Fraction
    source: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Keyed:
    """An item's key in a scale; a reverse-keyed item is scored min + max - answer."""

    item: str
    reverse: bool

    def __str__(self) -> str:
        return f"-{self.item}" if self.reverse else self.item


@dataclass(frozen=True, slots=True)
class Scale:
    """Items that measure one construct; the score is the mean of their keyed answers.

    `retest` is the reliability over time; where it is known, change is judged by it.
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
    """The scores at or above which a dimension counts as high, on the response scale."""

    anxiety: Fraction
    avoidance: Fraction


@dataclass(frozen=True, slots=True)
class Instrument:
    """A checked questionnaire in one version and one language."""

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
        """Whether every scale that contains the item can be scored without it."""
        return all(
            scale.max_missing > 0
            for scale in self.scales
            if any(keyed.item == item_id for keyed in scale.keyed)
        )

    def scale(self, scale_id: str) -> Scale | None:
        return next((scale for scale in self.scales if scale.id == scale_id), None)

    def pages(self) -> Iterator[tuple[Item, ...]]:
        """The items in the order in which they are asked, `page_size` per page."""
        for start in range(0, len(self.items), self.page_size):
            yield self.items[start : start + self.page_size]
