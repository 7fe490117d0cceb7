"""Dates as the browser itself asks for them, without scripts."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(attrs={"class": "vDateField"}, format="%Y-%m-%d", **kwargs)


class TimeOfDay(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(attrs={"class": "vTimeField"}, format="%H:%M:%S", **kwargs)


class DayAndTime(forms.SplitDateTimeWidget):
    template_name = "admin/widgets/split_datetime.html"

    def __init__(self, attrs: Any = None) -> None:
        forms.MultiWidget.__init__(self, [Day(), TimeOfDay()], attrs)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        labels = {"date_label": _("Date:"), "time_label": _("Time:")}
        context: dict[str, Any] = super().get_context(name, value, attrs) | labels
        for part, label in zip(context["widget"]["subwidgets"], labels.values(), strict=True):
            part["attrs"]["aria-label"] = label.rstrip(":")
        return context
