"""The form in which a client says how a session was."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.optimistic_lock import VersionedForm
from clients.models import CheckIn
from clients.models.portal import QUESTIONS


def _question(name: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=QUESTIONS[name], choices=CheckIn.Step.choices, coerce=int, empty_value=None,
        required=False, widget=forms.RadioSelect,
    )  # fmt: skip


class CheckInForm(VersionedForm):
    """Each question may be left out."""

    heard = _question("heard")
    mattered = _question("mattered")
    fitted = _question("fitted")
    words = forms.CharField(
        label=_("Anything to add? (optional)"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    @classmethod
    def of(cls, existing: CheckIn | None, data=None) -> "CheckInForm":
        if existing is None or data:
            return cls(data)
        names = (*QUESTIONS, "words")
        initial = {name: getattr(existing, name) for name in names}
        return cls(data, initial=initial | {"seen": existing.version})

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in QUESTIONS]
