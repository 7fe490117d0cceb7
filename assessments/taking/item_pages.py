"""The pages of an attempt: which items are on which page, and the progress. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from assessments.instruments.definition import Instrument, Item
from assessments.scoring.engine import score

# The pace of a careful reader. People on phones are a little slower than at a desk.
SECONDS_AN_ITEM = 8
# More options than this do not fit on one line of a phone.
MAX_OPTIONS = 11


@dataclass(frozen=True, slots=True)
class Option:
    value: int
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """An item as it is shown: its number among all items, and its options (none if a number is
    typed)."""

    number: int
    item: Item
    options: tuple[Option, ...]
    value: int | None
    error: str = ""
    skippable: bool = False
    skipped: bool = False

    @property
    def shown(self) -> str:
        """The value of the field when the page opens."""
        return "skip" if self.skipped else "" if self.value is None else str(self.value)


@dataclass(frozen=True, slots=True)
class Progress:
    answered: int
    total: int
    skipped: int = 0

    @property
    def done(self) -> int:
        return self.answered + self.skipped

    @property
    def open(self) -> int:
        return self.total - self.done

    @property
    def minutes(self) -> int:
        """About how many minutes the rest takes, rounded up; 0 if nothing is open."""
        return ceil(self.open * SECONDS_AN_ITEM / 60)


@dataclass(frozen=True, slots=True)
class ItemPage:
    number: int
    count: int
    questions: tuple[Question, ...]

    @property
    def is_last(self) -> bool:
        return self.number == self.count


# By item id; None is an item skipped on purpose.
Choices = Mapping[str, int | None]


def progress(questionnaire: Instrument, choices: Choices) -> Progress:
    skipped = sum(value is None for value in choices.values())
    return Progress(len(choices) - skipped, len(questionnaire.items), skipped)


def minutes(questionnaire: Instrument) -> int:
    """About how many minutes the questionnaire takes."""
    return progress(questionnaire, {}).minutes


def page_count(questionnaire: Instrument) -> int:
    return ceil(len(questionnaire.items) / questionnaire.page_size)


def page_to_resume(questionnaire: Instrument, answers: Choices) -> int:
    """The first page with an unanswered item; the last page if there is none."""
    for number, items in enumerate(questionnaire.pages(), start=1):
        if any(item.id not in answers for item in items):
            return number
    return page_count(questionnaire)


def item_page(
    questionnaire: Instrument,
    number: int,
    answers: Choices,
    errors: Mapping[str, str] | None = None,
) -> ItemPage:
    """The page with this number, from 1. Raises IndexError if there is none."""
    count = page_count(questionnaire)
    if not 1 <= number <= count:
        raise IndexError(number)
    first = (number - 1) * questionnaire.page_size
    items = questionnaire.items[first : first + questionnaire.page_size]
    questions = tuple(
        _question(questionnaire, position, item, answers, (errors or {}).get(item.id, ""))
        for position, item in enumerate(items, start=first + 1)
    )
    return ItemPage(number, count, questions)


def unanswered(questionnaire: Instrument, answers: Choices) -> list[tuple[int, int, str]]:
    """The unanswered items, as (question number, page number, text)."""
    return [
        (index + 1, index // questionnaire.page_size + 1, item.text)
        for index, item in enumerate(questionnaire.items)
        if item.id not in answers
    ]


def skipped_items(questionnaire: Instrument, answers: Choices) -> list[tuple[int, int, str]]:
    """The items skipped on purpose, as (question number, page number, text)."""
    chosen = {item: 0 for item in questionnaire.item_ids if answers.get(item, 0) is not None}
    return unanswered(questionnaire, chosen)


@dataclass(frozen=True, slots=True)
class Short:
    """A scale that needs `more` answers; `item` is its first unanswered one, on `page`."""

    title: str
    more: int
    item: str
    page: int


def scales_without_score(questionnaire: Instrument, answers: Mapping[str, int]) -> list[Short]:
    """The scales for which there are too few answers."""
    scored = score(questionnaire, answers)
    short = []
    for scale, outcome in zip(questionnaire.scales, scored.scales, strict=True):
        if outcome.mean is not None:
            continue
        keyed = {one.item for one in scale.keyed}
        number, item = next(
            (number, item)
            for number, item in enumerate(questionnaire.item_ids)
            if item in keyed and item not in answers
        )
        more = max(1, outcome.unanswered - scale.max_missing)
        short.append(Short(scale.title, more, item, number // questionnaire.page_size + 1))
    return short


def _question(
    questionnaire: Instrument, number: int, item: Item, choices: Choices, error: str
) -> Question:
    value = choices.get(item.id)
    values = questionnaire.response.values()
    labels = dict(questionnaire.response.labels)
    options: tuple[Option, ...] = ()
    if len(values) <= MAX_OPTIONS:
        options = tuple(Option(v, labels.get(v, ""), v == value) for v in values)
    return Question(
        number,
        item,
        options,
        value,
        error,
        skippable=questionnaire.skippable(item.id),
        skipped=item.id in choices and value is None,
    )
