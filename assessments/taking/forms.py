"""What is posted: the consent before an attempt, and the answers of a page."""

from dataclasses import dataclass, field

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import plain_helper
from assessments.instruments.definition import Instrument
from assessments.scoring.bulk import CELL, MAX_ANSWER_DIGITS

PREFIX, SEQUENCE, SHOWN = "item_", "sequence_", "was_"
# The posted value of the choice "Skip this one".
SKIP = "skip"
# Well within the range of JavaScript's numbers and of the database column.
HIGHEST_SEQUENCE = 10**12


class StartForm(forms.Form):
    """The questions before the first item: age and consent. Minors use a button instead."""

    adult = forms.BooleanField(
        label=gettext_lazy("I am 18 or older."),
        error_messages={
            "required": gettext_lazy(
                "You need to be 18 or older. If you are younger, there is a button for you below."
            )
        },
    )
    consent = forms.BooleanField(
        label=gettext_lazy("I have read what happens to my answers, and I agree."),
        error_messages={"required": gettext_lazy("We can only begin once you agree.")},
    )

    def __init__(self, *args, targets: tuple[str, ...] = (), **kwargs) -> None:
        """`targets` are the relationships to choose from; if there are any, they come first."""
        super().__init__(*args, **kwargs)
        if targets:
            self.fields["target"] = forms.ChoiceField(
                label=gettext_lazy("Whom will you think of?"),
                choices=[(target, target) for target in targets],
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("Please choose whom you will think of.")},
            )
            self.order_fields(["target"])
        self.helper = plain_helper()


class SittingForm(StartForm):
    """The same at the practice, and what the therapist may see."""

    share = forms.ChoiceField(
        label=gettext_lazy("May your therapist see the result?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No, not now"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose. Both answers are fine.")},
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=gettext_lazy("Eight letters and digits. Spaces do not matter."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


@dataclass(slots=True)
class PostedAnswers:
    """Answers as posted, by item id: `values` are the valid ones (None: skipped on purpose), and
    `sequences` the numbers of those that have one; `problems` are pairs (item id, message)."""

    values: dict[str, int | None] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)


def read_answers(questionnaire: Instrument, data: QueryDict) -> PostedAnswers:
    """The answers in the fields `item_<id>`; an empty field is not an answer.

    Nor is a field that still has the value the page showed (`was_<id>`), because otherwise an old
    page would undo choices made elsewhere since. If it has a sequence number, it was chosen.
    """
    posted = PostedAnswers()
    known = set(questionnaire.item_ids)
    for name in data:
        if not name.startswith(PREFIX):
            continue
        item_id, cell = name.removeprefix(PREFIX), str(data[name]).strip()
        if item_id not in known:
            posted.problems.append(
                (item_id, _("There is no such statement in this questionnaire."))
            )
        elif cell and (SEQUENCE + item_id in data or data.get(SHOWN + item_id) != cell):
            _read_cell(questionnaire, item_id, cell, posted)
            _read_sequence(item_id, str(data.get(SEQUENCE + item_id, "")), posted)
    return posted


def _read_sequence(item_id: str, text: str, posted: PostedAnswers) -> None:
    """An unreadable number is ignored, so that the answer itself is not lost."""
    if text.isascii() and text.isdigit() and len(text) <= MAX_ANSWER_DIGITS + 1:
        posted.sequences[item_id] = min(int(text), HIGHEST_SEQUENCE)


def _read_cell(questionnaire: Instrument, item_id: str, cell: str, posted: PostedAnswers) -> None:
    if cell == SKIP and questionnaire.skippable(item_id):
        posted.values[item_id] = None
        return
    low, high = questionnaire.response.min, questionnaire.response.max
    value = int(cell) if CELL.fullmatch(cell) and len(cell) <= MAX_ANSWER_DIGITS else None
    if value is None or not low <= value <= high:
        message = _("Please choose a whole number from %(low)s to %(high)s.")
        posted.problems.append((item_id, message % {"low": low, "high": high}))
    else:
        posted.values[item_id] = value
