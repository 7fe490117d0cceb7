"""The form that decides about sessions and tasks when care or a path ends: one choice for all, and
one for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.endings.labels import OUTCOMES
from clients.endings.outcomes import Affected, Appointment, OpenTask, Outcome
from clients.labels import Text

SAME = ""  # The same as the choice for all.
FEW = 8  # A longer list is folded.


@dataclass(frozen=True)
class Row:
    thing: Appointment | OpenTask
    field: forms.BoundField


@dataclass(frozen=True)
class Group:
    """All sessions, or all tasks. `whole` is the choice for all of them, None if only one outcome
    is possible."""

    kind: str
    title: Text
    rows: list[Row]
    whole: forms.BoundField | None

    @property
    def folded(self) -> bool:
        return len(self.rows) > FEW


class OutcomesForm(forms.Form):
    """`decided` in the cleaned data maps each session and task that the page showed to an
    outcome."""

    def __init__(self, *args, affected: Affected, **kwargs):
        super().__init__(*args, **kwargs)
        self.affected, self.possible = affected, affected.outcomes
        for kind, things in self._kinds:
            if not things:
                continue
            possible = self.possible[things[0].key]
            choices: list[tuple[str, Text]] = [(one.value, OUTCOMES[one]) for one in possible]
            if len(possible) > 1:
                self.fields[kind] = forms.ChoiceField(
                    choices=choices, initial=possible[0].value, widget=forms.RadioSelect
                )
            for thing in things:
                self.fields[self._name(thing.key)] = forms.ChoiceField(
                    choices=[(SAME, _("As above")), *choices],
                    required=False,
                    widget=self._widget(len(possible)),
                )

    @property
    def _kinds(self) -> tuple[tuple[str, Sequence[Appointment | OpenTask]], ...]:
        return (("sessions", self.affected.sessions), ("tasks", self.affected.tasks))

    @staticmethod
    def _widget(many: int) -> forms.Widget:
        if many == 1:
            return forms.HiddenInput()
        return forms.Select(attrs={"class": "form-select form-select-sm"})

    @staticmethod
    def _name(key: UUID) -> str:
        return f"of-{key}"

    def clean(self) -> dict:
        cleaned, decided = super().clean() or {}, {}
        for kind, things in self._kinds:
            for thing in things:
                name = self._name(thing.key)
                # A session or task that the page did not show is not covered by the choice for all.
                shown = self.add_prefix(name) in self.data
                only = self.possible[thing.key] if kind not in self.fields else ()
                outcome = cleaned.get(name) or cleaned.get(kind) or next(iter(only), None)
                if shown and outcome:
                    decided[thing.key] = Outcome(outcome)
        return cleaned | {"decided": decided}

    @property
    def groups(self) -> list[Group]:
        titles = {"sessions": _("Coming sessions"), "tasks": _("Open tasks")}
        groups = []
        for kind, things in self._kinds:
            if things:
                rows = [Row(thing, self[self._name(thing.key)]) for thing in things]
                whole = self[kind] if kind in self.fields else None
                groups.append(Group(kind, titles[kind], rows, whole))
        return groups
