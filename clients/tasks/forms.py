"""Forms to give a task, and to complete it."""

import uuid
from typing import cast

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.validators import year_makes_sense
from articles.models import Article
from assessments.models import Instrument, InstrumentVersion
from clients.forms import KeyedForm


class InstrumentField(forms.ModelChoiceField):
    """Chooses a published instrument by its title."""

    def offer(self) -> None:
        """Loads the choices. One query, and one more when they are rendered."""
        self.titles = InstrumentVersion.objects.titles(get_language() or "")
        self.queryset = Instrument.objects.filter(slug__in=self.titles)

    def label_from_instance(self, obj: Instrument) -> str:
        return self.titles.get(obj.slug, obj.slug)


class TaskForm(KeyedForm):
    """A task for a client, from the library or in the therapist's own words."""

    # A questionnaire is never given without words.
    needed_sometimes = frozenset({"text"})
    title = forms.CharField(label=_("Task"), max_length=120)
    text = forms.CharField(
        label=_("What to do"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The client reads this."),
    )
    article = forms.ModelChoiceField(
        label=_("To read"),
        required=False,
        queryset=Article.objects.none(),
        empty_label=_("Nothing"),
    )
    instrument = InstrumentField(
        label=_("To fill in"),
        required=False,
        queryset=Instrument.objects.none(),
        empty_label=_("Nothing"),
    )
    due_on = forms.DateField(
        label=_("Until"),
        required=False,
        validators=[year_makes_sense],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["key"].initial = uuid.uuid4
        article = cast(forms.ModelChoiceField, self.fields["article"])
        article.queryset = Article.objects.published().order_by("title")
        cast(InstrumentField, self.fields["instrument"]).offer()

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("instrument") and not cleaned.get("text", "").strip():
            self.add_error("text", _("Please say why you ask for this. The client reads it."))
        return cleaned


class TaskDoneForm(forms.Form):
    reflection = forms.CharField(
        label=_("Write here what you like, or how it went"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Your therapist can read it. One line is enough, or none, and you can change it later."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
