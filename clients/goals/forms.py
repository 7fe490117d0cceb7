"""The forms in which a goal is written down, reworded and rated."""

import uuid
from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from clients.forms import KeyedForm
from clients.models.goal import HIGHEST, LOWEST

# The names of the fields of a rating begin with this; the goal's id follows.
PREFIX = "goal-"


def _words(label) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=300, widget=widget)


class GoalForm(KeyedForm):
    """Another goal, for the client or for a therapist."""

    text = _words(_("What would you like to be different?"))

    def __init__(self, *args, together: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["key"].initial = uuid.uuid4
        if together:
            self.fields["text"].label = _("The goal, in the client’s words")


class RewordForm(forms.Form):
    text = _words(_("In other words"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class RatingForm(forms.Form):
    """A number for each goal that was shown, or none."""

    def __init__(self, *args, goals: Iterable[UUID], **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(str(n), str(n)) for n in range(LOWEST, HIGHEST + 1)]
        shown = [name.removeprefix(PREFIX) for name in self.data if name.startswith(PREFIX)]
        for key in dict.fromkeys([*map(str, goals), *shown]):
            self.fields[PREFIX + key] = forms.ChoiceField(choices=choices, required=False)

    @property
    def values(self) -> dict[UUID, int]:
        """Once the form is valid: the numbers by the ids of their goals. An id that is none of this
        client's is refused by the action."""
        chosen = {name.removeprefix(PREFIX): value for name, value in self.cleaned_data.items()}
        return {_as_id(key): int(value) for key, value in chosen.items() if value}


def _as_id(text: str) -> UUID:
    """A damaged id becomes one that no goal has."""
    try:
        return UUID(text)
    except ValueError:
        return uuid.uuid4()
