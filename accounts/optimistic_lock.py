"""Optimistic locks: nobody overwrites a text that they have not seen.

A form carries the version that its page showed. The action locks the row and calls
`demand_current`, which raises `Stale` if another version is stored by then. The view answers with
409 and shows both texts: what is stored now (`_stale.html`), and the form with everything that was
typed. That form carries the current version, so submitting it again is a decision, not an accident.
"""

from typing import Any

from django import forms
from django.http import QueryDict

CONFLICT = 409


class Stale(Exception):
    """Another version was stored after the page was opened; `current` is what is stored now."""

    def __init__(self, current: Any):
        super().__init__(f"{current} has changed since the page was opened")
        self.current = current


def demand_current(current: Any, *, version: int | str, seen: int | str) -> None:
    """Raises `Stale` unless the page showed (`seen`) the version that is stored now. The row of
    `current` must be locked, otherwise somebody can save between this check and the change."""
    if seen != version:
        raise Stale(current)


class VersionField(forms.IntegerField):
    """The hidden number of the version that the page showed. A damaged or missing value is 0, which
    is no version."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any):
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> int:
        try:
            return super().clean(value) or 0
        except forms.ValidationError:
            return 0


class VersionedForm(forms.Form):
    """A form with an optimistic lock."""

    seen: forms.Field = VersionField()

    def show_again(self, **hidden: object) -> None:
        """Keeps everything that was typed and sets hidden fields, `seen` among them."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, value in hidden.items():
            data[self.add_prefix(name)] = str(value)
        self.data = data
