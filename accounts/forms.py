"""Shared parts of the forms of every app, and the list of errors at the top of a page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, is_dataclass
from typing import cast

from crispy_forms.helper import FormHelper
from django import forms
from django.forms import BaseForm, BoundField

from accounts.contact_details import email_addresses


def plain_helper() -> FormHelper:
    """Fields only: each template writes its own form tag and buttons."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


class AddressField(forms.EmailField):
    """An email address in its one spelling; the error explains that it has to be plain ASCII."""

    def to_python(self, value: str | None) -> str:
        return email_addresses.clean(super().to_python(value) or "")


REQUIRED = forms.Field.default_error_messages["required"]


@dataclass(frozen=True, slots=True)
class FormError:
    text: str
    # The id of the control in which to correct it.
    control: str


def form_errors_in(values: Iterable[object]) -> list[FormError]:
    """The errors of every refused form among a template's variables, in the order of the forms.

    A form is found by itself, as `form` of a dataclass, and in a list of either. Errors that a view
    found without a form are found as such. The type is asked, not `isinstance`: lazy objects stay
    lazy, and no query is made.
    """
    # Once each: a form may have two names.
    found: dict[object, FormError] = {}
    for value in values:
        for one in cast(list[object], value) if type(value) in (list, tuple) else [value]:
            if type(one) is FormError:
                found[one] = one
            elif form := _form(one):
                found |= {(id(form), error): error for error in _errors(form)}
    return list(found.values())


def _form(one: object) -> BaseForm | None:
    """The form that this is, or has; None if nobody has sent it."""
    held = getattr(one, "form", None) if is_dataclass(type(one)) else one
    form = cast(BaseForm, held) if issubclass(type(held), BaseForm) else None
    return form if form and form.is_bound else None


def _errors(form: BaseForm) -> Iterator[FormError]:
    shown = form.visible_fields()
    first = control_of(shown[0]) if shown else ""
    # A hidden field's error is the whole form's: nobody can correct it there.
    for text in form.non_field_errors():
        yield FormError(str(text), first)
    for field in form:
        for text in map(str, field.errors):
            # Away from its field, this sentence does not say what it is about.
            says = f"{field.label}: {text}" if text == str(REQUIRED) else text
            yield FormError(says, first if field.is_hidden else control_of(field))


def control_of(field: BoundField) -> str:
    """The id of a field's control; of its first one, where it has several."""
    if field.use_fieldset and field.subwidgets:
        return field.subwidgets[0].id_for_label
    return field.id_for_label
