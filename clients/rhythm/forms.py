"""The forms in which a therapist says when a questionnaire is asked for, or asks for it now."""

import uuid
from typing import cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.optimistic_lock import VersionedForm
from accounts.validators import year_makes_sense
from assessments.models import Instrument
from clients.forms import KeyedForm
from clients.labels import CHOOSE
from clients.models import Client, Rhythm
from clients.models.task import MOST_OFTEN, MOST_SELDOM
from clients.rhythm.labels import default_reason, task_title
from clients.tasks.forms import InstrumentField


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The client reads this."),
    )  # fmt: skip


# Of the choices of what is asked for, the one that is no questionnaire.
GOALS = "goals"


class _AskedFor(forms.models.ModelChoiceIterator):
    """The goals, and the questionnaires."""

    def __iter__(self):
        whole = super().__iter__()
        yield next(whole)  # "Choose …"
        yield GOALS, _("Their goals, rated from 0 to 10")
        yield from whole


class AskedForField(InstrumentField):
    """A questionnaire, or None for the goals."""

    iterator = _AskedFor

    def clean(self, value):
        return None if value == GOALS else super().clean(value)


class RhythmForm(VersionedForm):
    """When an existing rhythm asks, and why."""

    kind = forms.ChoiceField(
        label=_("When"), choices=Rhythm.Kind.choices, widget=forms.RadioSelect,
        initial=Rhythm.Kind.WEEKS,
    )  # fmt: skip
    every = forms.IntegerField(
        label=_("Every how many sessions or weeks"),
        min_value=MOST_OFTEN, max_value=MOST_SELDOM, initial=12,
        help_text=_("Does not matter for steps."),
    )  # fmt: skip
    begins_on = forms.DateField(
        label=_("From"),
        initial=timezone.localdate,
        validators=[year_makes_sense],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = _reason()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    @classmethod
    def of(cls, rhythm: Rhythm, data=None) -> "RhythmForm":
        names = ("kind", "every", "begins_on", "reason")
        initial = {name: getattr(rhythm, name) for name in names} | {"seen": rhythm.version}
        return cls(data, initial=initial)


class HandOverForm(forms.Form):
    """A questionnaire that the client fills in on a device of the practice."""

    instrument = InstrumentField(label=_("Questionnaire"), queryset=Instrument.objects.none())

    def __init__(self, *args, client: Client, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        field = cast(InstrumentField, self.fields["instrument"])
        field.offer(client)
        alone = len(field.titles) == 1 and field.iterator is not _AskedFor
        if alone and field.queryset is not None:
            field.initial = field.queryset.first()


class _AskingForm(HandOverForm, KeyedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
        self.fields["reason"].initial = default_reason


class NewRhythmForm(_AskingForm, RhythmForm):
    """Another rhythm."""

    instrument = AskedForField(
        label=_("What to ask for"), queryset=Instrument.objects.none(), empty_label=CHOOSE
    )
    field_order = ["instrument", "kind", "every", "begins_on", "reason"]


class AskForm(_AskingForm):
    """A questionnaire that is asked for now. Its title is that of the questionnaire."""

    reason = _reason()
    field_order = ["instrument", "reason"]

    @property
    def title(self) -> str:
        """The title of the task, once the form is valid."""
        field = cast(InstrumentField, self.fields["instrument"])
        return task_title(field.titles[self.cleaned_data["instrument"].slug])
