"""The manager's answer to a request for erasure, the practice's details, whom a client names, and
discreet emails."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.consent_texts import blanks
from accounts.consent_texts.blanks import Blank
from accounts.forms import plain_helper
from accounts.labels import BLANKS, HINT_OF_GAP
from accounts.models import User
from accounts.optimistic_lock import VersionedForm
from clients.models import Nomination
from clients.models.nomination import WORDS


class DecisionForm(forms.Form):
    """A manager's answer to a request for erasure. To grant it, they must type the client's
    name."""

    needed_sometimes = frozenset({"typed"})
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


class NominationForm(VersionedForm, forms.ModelForm):
    class Meta:
        model = Nomination
        fields = WORDS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["seen"].initial = self.instance.version or 0
        for name in WORDS:
            self.fields[name].widget.attrs["rows"] = 3


# A blank that is a part of a sentence; the others are sentences of their own.
PHRASES = {Blank.PRACTICE_NAME, Blank.GRIEVANCE_OFFICER, Blank.RETENTION_YEARS}
SENTENCE_ENDS = (".", "!", "?", "।")


class PracticeDetailsForm(forms.Form):
    """What the practice says for the blanks of its consent texts. Each may stay empty for now."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        for blank in blanks.FILLED_BY_PRACTICE:
            self.fields[blank] = self._field(blank)

    def _field(self, blank: Blank) -> forms.Field:
        label, hint = BLANKS[blank]
        if blank == Blank.RETENTION_YEARS:
            return forms.IntegerField(
                label=str(label), help_text=str(hint), required=False, min_value=1, max_value=99
            )
        area = forms.Textarea(attrs={"rows": 2 if blank in PHRASES else 3})
        return forms.CharField(
            label=str(label), help_text=str(hint), required=False, max_length=2000, widget=area
        )

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        for blank in blanks.FILLED_BY_PRACTICE:
            if blank in cleaned:
                cleaned[blank] = self._cleaned(blank, cleaned[blank])
        return cleaned

    def _cleaned(self, blank: Blank, value: object) -> str:
        text = "" if value is None else str(value).strip()
        if gap := blanks.GAP.search(text):
            self.add_error(blank, HINT_OF_GAP % {"gap": gap[0]})
        if text and blank not in PHRASES and not text.endswith(SENTENCE_ENDS):
            text += "."
        return text


class RegistrationsForm(forms.Form):
    """Each therapist's register and number in it, as clients read them after the name."""

    def __init__(self, *args, therapists: list[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.helper, self.therapists = plain_helper(), therapists
        for person in therapists:
            self.fields[f"registration_{person.pk}"] = forms.CharField(
                label=person.name, required=False, max_length=200
            )

    def registrations(self) -> list[tuple[User, str]]:
        return [(p, self.cleaned_data[f"registration_{p.pk}"]) for p in self.therapists]


class DiscretionForm(forms.Form):
    discreet = forms.TypedChoiceField(
        label=_("How should we write to you?"), widget=forms.RadioSelect,
        coerce=lambda answer: answer == "yes",
        choices=[
            ("no", _("Name my therapist, so that I know what it is about")),
            ("yes", _("Discreet: no names, and nothing of what it is about")),
        ],
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
