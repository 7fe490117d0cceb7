"""Forms to give a task, and to complete it."""

import uuid
from collections.abc import Sequence
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.database.together import load, side_by_side
from accounts.forms import plain_helper
from accounts.validators import year_makes_sense
from articles.models import Article
from assessments.models import Instrument, InstrumentVersion
from clients.forms import KeyedForm
from clients.models import Client, Task
from clients.results.queries import load_measurements
from clients.tasks.repeated import GivenAlready


class InstrumentField(forms.ModelChoiceField):
    """Chooses a published instrument by its title. It says so of an instrument for which it is too
    soon, and of no other."""

    def offer(self, client: Client) -> None:
        """Loads the choices. One query, and one more when they are rendered."""
        self.titles, self.measured = load(
            side_by_side(
                InstrumentVersion.objects.load_titles(get_language() or ""),
                load_measurements(client, timezone.now()),
            )
        )
        self.queryset = Instrument.objects.filter(slug__in=self.titles)

    def label_from_instance(self, obj: Instrument) -> str:
        title, last = self.titles.get(obj.slug, obj.slug), self.measured.get(obj.pk)
        if last is None or last.too_soon_until is None:
            return title
        until = date_format(timezone.localtime(last.too_soon_until), "j F")
        return _("%(title)s (too soon before %(until)s)") % {"title": title, "until": until}


class TaskForm(KeyedForm):
    """A task for a client, from the library or in the therapist's own words."""

    # Those that the client has already, of which the person is warned now.
    repeated: Sequence[Task] = ()
    # A questionnaire is never given without words.
    needed_sometimes = frozenset({"text"})
    title = forms.CharField(label=gettext_lazy("Task"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("What to do"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("The client reads this."),
    )
    article = forms.ModelChoiceField(
        label=gettext_lazy("To read"),
        required=False,
        queryset=Article.objects.none(),
        empty_label=gettext_lazy("Nothing"),
    )
    instrument = InstrumentField(
        label=gettext_lazy("To fill in"),
        required=False,
        queryset=Instrument.objects.none(),
        empty_label=gettext_lazy("Nothing"),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        validators=[year_makes_sense],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, client: Client, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["key"].initial = uuid.uuid4
        article = cast(forms.ModelChoiceField, self.fields["article"])
        # Each title alone: a row has the whole text, and what it is searched by.
        article.queryset = Article.objects.published().order_by("title").only("title")
        cast(InstrumentField, self.fields["instrument"]).offer(client)

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("instrument") and not cleaned.get("text", "").strip():
            self.add_error("text", _("Please say why you ask for this. The client reads it."))
        return cleaned

    @property
    def warned(self) -> list[str]:
        """The tasks that the person has seen."""
        return cast(QueryDict, self.data).getlist("warned")

    def refuse(self, error: forms.ValidationError) -> None:
        if isinstance(error, GivenAlready):
            self.repeated = error.tasks
        else:
            self.add_error(None, error)


class TaskDoneForm(forms.Form):
    reflection = forms.CharField(
        label=gettext_lazy("Write here what you like, or how it went"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Your therapist can read it. One line is enough, or none, and you can change it later."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
