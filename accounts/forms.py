"""Shared parts of the forms of every app."""

from crispy_forms.helper import FormHelper
from django import forms

from accounts import email_addresses


def plain_helper() -> FormHelper:
    """Fields only: each template writes its own form tag and buttons."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


class AddressField(forms.EmailField):
    """An e-mail address in its one spelling; the error explains that it has to be plain ASCII."""

    def to_python(self, value: str | None) -> str:
        return email_addresses.clean(super().to_python(value) or "")
