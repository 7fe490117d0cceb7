"""The form for a new sign-in address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import AddressField, plain_helper
from accounts.models import User


class AddressForm(forms.Form):
    """A new address to sign in with. The form does not reveal whether it has an account already."""

    to = AddressField(
        label=_("Your new address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.helper = plain_helper()

    def clean_to(self) -> str:
        to = self.cleaned_data["to"]
        if to == self.user.email:
            raise forms.ValidationError(_("This is your address already."))
        return to
