"""The form with which a manager answers a request for erasure."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper


class DecisionForm(forms.Form):
    """A manager's answer to a request for erasure. To grant it, they must type the client's
    name."""

    granted = forms.TypedChoiceField(
        label=_("Answer"), coerce=lambda answer: answer == "yes", widget=forms.RadioSelect,
        choices=[
            ("yes", _("Erase everything")),
            ("no", _("Not now: the law requires us to keep it")),
        ],
    )  # fmt: skip
    words = forms.CharField(
        label=_("Your answer to the client"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("If you refuse: why, and from when erasure will be possible."),
    )  # fmt: skip
    typed = forms.CharField(
        label=_("To erase everything, type the client’s name"), required=False, max_length=120,
        help_text=_("Erased data cannot be recovered."),
    )  # fmt: skip

    def __init__(self, *args, name: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper, self.name = plain_helper(), name

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        typed = " ".join(cleaned.get("typed", "").split()).casefold()
        if cleaned.get("granted") and typed != " ".join(self.name.split()).casefold():
            self.add_error("typed", _("This is not the client’s name."))
        return cleaned
