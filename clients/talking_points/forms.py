"""The forms in which a client writes what to bring to the next session."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.optimistic_lock import VersionedForm
from clients.forms import KeyedForm


def _words(label, *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=required, max_length=2000, widget=widget)


class AddForm(KeyedForm):
    """Something of the client's own."""

    text = _words(_("What would you like to talk about?"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["key"].initial = uuid.uuid4


class BringNoteForm(KeyedForm):
    """A note that was shared with the client, with a line of their own if they wish."""

    note = forms.UUIDField(widget=forms.HiddenInput)
    text = _words(_("What would you like to say about it? (optional)"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["key"].initial = uuid.uuid4


class ChangeForm(VersionedForm):
    text = _words(_("What would you like to talk about?"))

    def __init__(self, *args, about_note: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        if about_note:
            self.fields["text"].label = _("What would you like to say about it? (optional)")
            self.fields["text"].required = False
