"""The form of the site's texts: a field for each, filled with what the site says now."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.translation import gettext_lazy as _

from accounts.optimistic_lock import VersionedForm
from articles.models import Image, SiteTexts
from articles.site_texts.current import Texts, Written
from articles.site_texts.wording import GROUPS, TEXTS, Kind, Text

# Asked for the notice that comes with the site, with which an editor begins. It belongs to an app
# that this one must not import.
OUR_NOTICE: list[Callable[[], str]] = []
CHANGED_MEANWHILE = _(
    "Somebody else saved the site’s texts meanwhile. Nothing is lost: theirs are stored, yours are"
    " in this form. Saving again keeps yours, and theirs stay among the versions."
)


def _field(text: Text) -> forms.Field:
    named: dict[str, Any] = {"label": text.label, "required": False, "help_text": text.help}
    if text.kind is Kind.RICH:
        # static/js/editor/ puts the text field in its place.
        area = AdminTextareaWidget(attrs={"rows": 20, "data-text-field": ""})
        return forms.CharField(widget=area, max_length=text.longest, **named)
    if text.kind is Kind.PLACE:
        named["help_text"] = _("The lowest number comes first. Empty: not in the menu.")
        return forms.IntegerField(min_value=0, max_value=999, **named)
    widget = AdminTextInputWidget()
    if text.kind is Kind.PARAGRAPH:
        widget = AdminTextareaWidget(attrs={"rows": 3})  # type: ignore[assignment]
    return forms.CharField(max_length=text.longest, widget=widget, **named)


# A field for each text, as if they were written down in the class below.
_Fields: Any = type(forms.Form)(  # type: ignore[misc]
    "_Fields", (forms.Form,), {text.name: _field(text) for text in TEXTS.values()}
)


class SiteTextsForm(_Fields, VersionedForm, forms.ModelForm):
    own_privacy = forms.BooleanField(
        label=_("Show this notice instead of the one that comes with the site"), required=False
    )
    comment = forms.CharField(
        label=_("Comment on this version"), required=False, max_length=200,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("Other editors read it with the versions."),
    )  # fmt: skip

    class Meta:
        model = SiteTexts
        fields = ["share_picture", "comment"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_stale = False
        newest = SiteTexts.objects.newest()
        of = Written(newest.texts, newest.share_picture) if newest else Written({})
        own = of.texts.get("privacy_notice", "")
        now = Texts(of)
        values: dict[str, Any] = {name: now[name] for name in TEXTS}
        self.initial.update(values)
        filled: dict[str, Any] = {
            "site_name": now.name,
            "seen": newest.number if newest else 0,
            "own_privacy": bool(own),
            "privacy_notice": own or "".join(notice() for notice in OUR_NOTICE),
        }
        self.initial.update(filled)
        if newest and newest.share_picture_id:
            self.initial["share_picture"] = newest.share_picture_id

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        newest = SiteTexts.objects.newest()
        number = newest.number if newest else 0
        if cleaned.get("seen") != number:
            self.is_stale = True
            self.show_again(seen=number)
            self.add_error(None, CHANGED_MEANWHILE)
        return cleaned

    def texts(self) -> dict[str, str]:
        """What is written, whatever else is wrong. A notice that is not to be shown is left out."""
        texts = {}
        for name, text in TEXTS.items():
            value = self.cleaned_data.get(name)
            texts[name] = "" if value is None else str(value)
            if text.kind is Kind.RICH and not self.cleaned_data.get("own_privacy"):
                texts[name] = ""
        return texts

    def picture(self) -> Image | None:
        return self.cleaned_data.get("share_picture")


def fieldsets() -> list[tuple[Any, dict[str, Any]]]:
    sets = []
    for title, texts in GROUPS:
        names = [text.name for text in texts]
        if "privacy_notice" in names:
            names = ["own_privacy", *names]
        if "site_name" in names:
            names.append("share_picture")
        sets.append((title, {"fields": names}))
    return [*sets, (_("For the other editors"), {"fields": ["comment"]})]
