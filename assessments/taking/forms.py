"""What is posted: the consent before an attempt, and the answers of a page."""

from dataclasses import dataclass, field

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import plain_helper
from assessments.instruments.definition import Instrument
from assessments.scoring.bulk import CELL, MOST_DIGITS

PREFIX, SEQUENCE, SHOWN = "item_", "sequence_", "was_"
# What the choice "skip this one" posts.
SKIP = "skip"
# Well within what both a script's numbers and the database hold.
HIGHEST_SEQUENCE = 10**12


class StartForm(forms.Form):
    """Asked before the first item: of age, and agreed. A button says "younger" instead."""

    adult = forms.BooleanField(
        label=gettext_lazy("I am 18 or older."),
        error_messages={
            "required": gettext_lazy(
                "You need to be 18 or older. If you are younger, there is a button for you below."
            )
        },
    )
    consent = forms.BooleanField(
        label=gettext_lazy("I have read what happens with my answers, and I agree."),
        error_messages={"required": gettext_lazy("We can only begin once you agree.")},
    )

    def __init__(self, *args, targets: tuple[str, ...] = (), **kwargs) -> None:
        """`targets`: the relationships to choose from; one of them is asked for first."""
        super().__init__(*args, **kwargs)
        if targets:
            self.fields["target"] = forms.ChoiceField(
                label=gettext_lazy("Whom will you think of?"),
                choices=[(target, target) for target in targets],
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Please choose whom you think of.")},
            )
            self.order_fields(["target"])
        self.helper = plain_helper()


@dataclass(slots=True)
class PostedAnswers:
    """Answers as posted: `values` are good ones (None: left out on purpose), with the
    `sequences` of those that carry one; `problems` are (item id, what is wrong)."""

    values: dict[str, int | None] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)


def read_answers(questionnaire: Instrument, data: QueryDict) -> PostedAnswers:
    """The answers in the fields `item_<id>`; an empty field is no answer.

    A field that still holds what the page showed (`was_<id>`) is no answer either, or an old page
    would take back what was chosen elsewhere since; unless a sequence says that it was chosen.
    """
    posted = PostedAnswers()
    known = set(questionnaire.item_ids)
    for name in data:
        if not name.startswith(PREFIX):
            continue
        item_id, cell = name.removeprefix(PREFIX), str(data[name]).strip()
        if item_id not in known:
            posted.problems.append((item_id, _("This questionnaire has no such statement.")))
        elif cell and (SEQUENCE + item_id in data or data.get(SHOWN + item_id) != cell):
            _read_cell(questionnaire, item_id, cell, posted)
            _read_sequence(item_id, str(data.get(SEQUENCE + item_id, "")), posted)
    return posted


def _read_sequence(item_id: str, text: str, posted: PostedAnswers) -> None:
    """A number that can't be read is as good as none: the answer itself is what counts."""
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS + 1:
        posted.sequences[item_id] = min(int(text), HIGHEST_SEQUENCE)


def _read_cell(questionnaire: Instrument, item_id: str, cell: str, posted: PostedAnswers) -> None:
    if cell == SKIP and questionnaire.skippable(item_id):
        posted.values[item_id] = None
        return
    low, high = questionnaire.response.min, questionnaire.response.max
    value = int(cell) if CELL.fullmatch(cell) and len(cell) <= MOST_DIGITS else None
    if value is None or not low <= value <= high:
        message = _("Please choose a whole number from %(low)s to %(high)s.")
        posted.problems.append((item_id, message % {"low": low, "high": high}))
    else:
        posted.values[item_id] = value
