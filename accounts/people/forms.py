"""Accepting an invitation."""

from collections.abc import Collection

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.models import ConsentKind, FilledText, User

AGREE = {
    ConsentKind.THERAPY: _("I agree to therapy as described."),
    ConsentKind.STATISTICS: _("Yes, count me."),
}


class AcceptInvitationForm(forms.Form):
    """A password and the consents, for one waiting account. Only the notice is needed."""

    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    agree = forms.BooleanField(
        label=_("I have read this notice, and I agree that my data is used as it says."),
        error_messages={
            "required": _("We can only begin once you agree. Ask us if something is unclear.")
        },
    )
    # The fingerprint of the notice that the page showed.
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, user: User, others: Collection[FilledText], **kwargs):
        """`others`: texts about which the person may decide here, or later."""
        super().__init__(*args, **kwargs)
        self.user, self.others = user, others
        for text in others:
            kind = ConsentKind(text.text.kind)
            self.fields[f"agree_{kind}"] = forms.BooleanField(label=AGREE[kind], required=False)
            self.fields[f"shown_{kind}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=text.fingerprint
            )
        self.helper = plain_helper()
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    @property
    def matters(self) -> list[tuple[FilledText, forms.BoundField]]:
        """Each of the other texts with its box."""
        return [(text, self[f"agree_{text.text.kind}"]) for text in self.others]

    def agreed(self) -> list[tuple[FilledText, str]]:
        """The other texts to which they agree, and what the page showed of each."""
        said = self.cleaned_data
        return [
            (text, said[f"shown_{text.text.kind}"])
            for text in self.others
            if said[f"agree_{text.text.kind}"]
        ]

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password
