"""Forms to move a client, to pause, close or resume the path, and to mark what was done for
safety."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.optimistic_lock import VersionedForm
from clients.forms import day_field
from clients.journey import Kind
from clients.models import SafetyMark
from clients.path.labels import PATH_CHANGES


class MoveForm(VersionedForm):
    """The target step and the reason."""

    to = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, back: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        reason = self.fields["reason"]
        if back:
            reason.label = _("Why go back? The client reads this")
            reason.help_text = _("Going back is a normal part of the path.")
            reason.widget.attrs["required"] = True
        else:
            reason.label = _("A message to the client about this move (optional)")
            reason.help_text = _("The client reads it on their path, beside the new step.")


class ChangeForm(VersionedForm):
    """A pause, a close or a resume, with the text that the client will read."""

    reason = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The client reads this."),
    )

    def __init__(self, *args, kind: Kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["reason"].label = str(PATH_CHANGES[kind].reason)


class SafetyMarksForm(forms.Form):
    """What was asked or practised, and on which day."""

    kinds = forms.MultipleChoiceField(
        label=_("What you did"),
        choices=SafetyMark.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose what you did.")},
    )
    on = day_field(_("On"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["on"].initial = timezone.localdate

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day
