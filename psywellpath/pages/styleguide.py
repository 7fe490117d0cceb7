"""The style guide: every piece in each of its states, from the templates that the pages use."""

import re
from datetime import UTC, datetime
from fractions import Fraction
from functools import cache

from django import forms
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, requires
from assessments.results import charts
from assessments.statistics.measurement_error import Band
from clients.models import Step

# Named as in static/css/site.css, each with what it means.
COLOURS = {
    "paper": gettext_lazy("the page"),
    "surface": gettext_lazy("lies on it"),
    "sunken": gettext_lazy("is let into it"),
    "raised": gettext_lazy("floats above it"),
    "ink": gettext_lazy("text"),
    "quiet": gettext_lazy("secondary text"),
    "line": gettext_lazy("divides, decorates"),
    "edge": gettext_lazy("borders a control"),
    "accent": gettext_lazy("acts"),
    "accent-strong": gettext_lazy("acts, pointed at"),
    "accent-soft": gettext_lazy("ground of what went well"),
    "here": gettext_lazy("you are here, this is you"),
    "here-soft": gettext_lazy("its ground"),
    "warn": gettext_lazy("look at this"),
    "warn-soft": gettext_lazy("its ground"),
    "danger": gettext_lazy("wrong, or deletes"),
    "danger-soft": gettext_lazy("its ground"),
    "info": gettext_lazy("for information, second line"),
    "info-soft": gettext_lazy("its ground"),
    "deep": gettext_lazy("help now, next session"),
}


@cache
def drawings() -> dict[str, list[str]]:
    """The names of the icons and of the topics' pictures in the sprite."""
    sprite = (settings.BASE_DIR / "static" / "img" / "sprite.svg").read_text()
    return {
        "icons": re.findall(r'<symbol id="([\w-]+)"', sprite),
        "topics": re.findall(r'<g id="art-([\w-]+)"', sprite),
    }


class ExampleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As you are called."))
    day = forms.ChoiceField(
        label=gettext_lazy("Day"), choices=[("", "…"), ("mo", gettext_lazy("Monday"))]
    )
    words = forms.CharField(
        label=gettext_lazy("What would help?"), widget=forms.Textarea({"rows": 3}), required=False
    )
    agreed = forms.BooleanField(label=gettext_lazy("I have read what is kept."))


class DaysForm(forms.Form):
    first = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}), required=False
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput({"type": "date"}), required=False
    )


def example_messages() -> list[Message]:
    return [
        Message(constants.SUCCESS, _("The note is signed.")),
        Message(constants.INFO, _("The next session is on Monday at 09:00.")),
        Message(constants.WARNING, _("One task is still open. You may move on all the same.")),
        Message(constants.ERROR, _("The note was not saved. What you wrote is still here.")),
    ]


def example_path(current: int) -> list[dict[str, object]]:
    """The seven steps as a client on the step with this number sees them."""

    def state(number: int) -> str:
        return "here" if number == current else "done" if number < current else "ahead"

    return [{"step": step, "state": state(step.number)} for step in Step.objects.all()]


def example_chart() -> charts.Chart:
    """Two dimensions over three months, one of them with known error bands."""
    days = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 4)]

    def scores(title: str, values: tuple[str, ...], reach: float | None) -> charts.Scores:
        dated = [
            charts.Dated(
                at, value, Band(float(value) - reach, float(value) + reach) if reach else None
            )
            for at, value in zip(days, map(Fraction, values), strict=True)
        ]
        return charts.Scores(title, title, Fraction(4), dated)

    both = [
        scores(_("Anxiety"), ("5.5", "4.8", "3.9"), 0.6),
        scores(_("Avoidance"), ("3", "3.2", "3.6"), None),
    ]
    periods = [charts.Period("1", days[0], days[1]), charts.Period("2", days[1], days[2])]
    return charts.draw(both, 1, 7, periods)


@requires(*Permission)
@require_safe
def styleguide(request: SignedIn) -> HttpResponse:
    path_steps = example_path(3)
    context = {
        "colours": COLOURS,
        "messages": example_messages(),
        "form": ExampleForm(),
        # A function: as a form, it would be an error of the page.
        "wrong_form": lambda: ExampleForm({}, prefix="wrong"),
        "days_form": DaysForm(),
        "path_steps": path_steps,
        "here": path_steps[2]["step"],
        "section": {"chart": (chart := example_chart()), "first": chart.starts, "last": chart.ends},
        "page": Paginator(range(50), 20).page(2),
    }
    return render(request, "psywellpath/styleguide.html", context | drawings())
