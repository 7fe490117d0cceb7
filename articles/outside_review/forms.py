import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from articles.models.outside_review import MOST_DAYS, USUAL_DAYS

LONGEST = 4000


class AskForm(forms.Form):
    """Asks somebody for a review. One line for each field: what is typed here is short."""

    reviewer = forms.CharField(
        label=_("Name of the reviewer"), max_length=120,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("How many days the link works"), min_value=1, max_value=MOST_DAYS,
        initial=USUAL_DAYS, help_text=_("30 at most. You can call it off earlier."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("A few words for them"), max_length=500, required=False,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        help_text=_("For instance what they should look at. They read it above the article."),
    )  # fmt: skip


class CommentForm(forms.Form):
    """A reviewer's comment. Its passage is looked up by the view."""

    text = forms.CharField(
        label=_("Your comment"), max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\x00", "").strip()
        if not text:
            raise ValidationError(_("Please write something."))
        return text

    def clean_key(self) -> uuid.UUID:
        """A new one if a browser damaged it."""
        try:
            return uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid.uuid4()
