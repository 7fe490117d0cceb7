"""Forms for notes."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.optimistic_lock import VersionedForm
from clients.forms import KeyedForm
from clients.models import Note


class NoteForm(KeyedForm, VersionedForm, forms.ModelForm):
    """A note to sign, or to save as a draft. `seen` is the draft's version on the page.

    The button that signs the note chooses its readers; until then a draft is private.
    """

    class Meta:
        model = Note
        fields = ["text", "audience"]
        widgets = {"text": forms.Textarea(attrs={"rows": 7})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        is_saved = not self.instance._state.adding
        self.fields["key"].initial = self.instance.idempotency_key if is_saved else uuid.uuid4
        self.fields["seen"].initial = self.instance.version if is_saved else 0
        self.fields["audience"].required = False

    def clean_audience(self) -> str:
        return self.cleaned_data["audience"] or Note.Audience.PRIVATE


class AmendForm(KeyedForm):
    """An addition to a signed note."""

    text = forms.CharField(
        label=_("Add to this note"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["key"].initial = uuid.uuid4
