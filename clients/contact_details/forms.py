"""The form of a client's phone number and emergency contact."""

from dataclasses import replace

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms import plain_helper
from accounts.optimistic_lock import VersionedForm
from clients.first_contact.safe_contact import Time
from clients.forms import NumberField
from clients.intake.labels import TIMES
from clients.models import ContactDetails

YES_OR_NO = [("yes", _("Yes")), ("no", _("No"))]
ANSWERS: dict[str, bool | None] = {"yes": True, "no": False, "": None}


class ContactDetailsForm(VersionedForm, forms.ModelForm):
    """The same for the client and for their therapists."""

    phone = NumberField(label=ContactDetails._meta.get_field("phone").verbose_name)
    message = forms.ChoiceField(
        label=_("If nobody picks up, may we leave a message?"), required=False,
        choices=YES_OR_NO, widget=forms.RadioSelect,
    )  # fmt: skip
    name_us = forms.ChoiceField(
        label=_("If somebody else picks up, may we say who we are?"), required=False,
        choices=YES_OR_NO, widget=forms.RadioSelect,
    )  # fmt: skip
    time = forms.ChoiceField(
        label=_("When is a good time to call?"), required=False,
        choices=[(time.value, label) for time, label in TIMES.items()], widget=forms.RadioSelect,
    )  # fmt: skip
    contact_phone = NumberField(label=ContactDetails._meta.get_field("contact_phone").verbose_name)

    class Meta:
        model = ContactDetails
        fields = ["phone", "contact_name", "contact_relation", "contact_phone", "may_call_contact"]
        widgets = {"may_call_contact": forms.RadioSelect}

    field_order = [
        "phone", "message", "name_us", "time", "contact_name", "contact_relation", "contact_phone",
        "may_call_contact",
    ]  # fmt: skip

    def __init__(self, data: QueryDict | None, *, current: ContactDetails | None):
        """`current`: what is stored, without what cannot be decrypted."""
        allowed = (current or ContactDetails()).safe_contact
        words = {True: "yes", False: "no", None: ""}
        initial = {
            "message": words[allowed.message],
            "name_us": words[allowed.name_us],
            "time": allowed.time or "",
        }
        if not (current and (current.contact_name or current.contact_phone)):
            initial["may_call_contact"] = ""  # Otherwise the default would look like an answer.
        start = current if data is None else None
        super().__init__(data, instance=start, initial=initial)
        self.helper, self.allowed = plain_helper(), allowed
        self.fields["may_call_contact"].required = False
        self.fields["seen"].initial = current.version if current else 0

    def clean(self) -> dict:
        said = super().clean() or {}
        if said.get("contact_phone") and not said.get("contact_name"):
            self.add_error("contact_name", _("Please say whose number this is."))
        named = said.get("contact_name") or said.get("contact_phone")
        if named and said.get("may_call_contact") == "":
            self.add_error("may_call_contact", _("Please say whether we may call them."))
        permission = replace(
            self.allowed,
            message=ANSWERS.get(said.get("message", "")),
            name_us=ANSWERS.get(said.get("name_us", "")),
            time=Time(said["time"]) if said.get("time") else None,
        )
        self.instance.permission = permission.to_store()
        return said
