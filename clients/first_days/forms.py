"""What the practice says about the first days."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.consent_texts.blanks import GAP
from accounts.forms import plain_helper
from accounts.labels import HINT_OF_GAP
from clients.first_contact.safe_contact import LONGEST_LANGUAGE
from clients.first_days.labels import DETAILS
from clients.first_days.welcome import Detail, languages_in

TOO_LONG = _("Please write each language on a line of its own: “%(line)s” is too long.")


class FirstDaysForm(forms.Form):
    """Each part may stay empty for now."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        for detail, (label, hint) in DETAILS.items():
            self.fields[detail] = forms.CharField(
                label=str(label), help_text=str(hint), required=False, max_length=2000,
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        for detail in Detail:
            if gap := GAP.search(cleaned.get(detail, "")):
                self.add_error(detail, HINT_OF_GAP % {"gap": gap[0]})
        return cleaned

    def clean_languages(self) -> str:
        languages = languages_in(self.cleaned_data["languages"])
        if too_long := [one for one in languages if len(one) > LONGEST_LANGUAGE]:
            raise forms.ValidationError(TOO_LONG % {"line": too_long[0]})
        return "\n".join(languages)
