"""The editors' forms: the text in a real editor, pictures judged by content, and each step of an
article's life as a button beside Save."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField

from articles import pictures
from articles.models import Article, Image

# What the editor offers is what `richtext.clean` keeps.
EDITOR: dict[str, Any] = {
    "Heading": {"levels": [2, 3, 4]},
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "Figure": {"pickerUrl": reverse_lazy("admin:articles_image_pick")},
    "Image": True,
    "Caption": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "SpecialCharacters": True,
    "Fullscreen": True,
    "HTML": True,
}


class ArticleForm(forms.ModelForm):
    # The buttons beside Save, and what each does to the article.
    STEPS: ClassVar[dict[str, str]] = {
        "_publish": "publish",
        "_schedule": "schedule",
        "_withdraw": "withdraw",
    }

    body = ProseEditorFormField(
        label=_("Text"), required=False, config={"extensions": EDITOR}, widget=AdminTextareaWidget
    )

    class Meta:
        model = Article
        fields = ["title", "slug", "excerpt", "body", "topic", "more_topics", "author", "cover",
                  "sources", "publish_at", "updated_on", "reviewed_on", "sample"]  # fmt: skip
        widgets = {
            "excerpt": AdminTextareaWidget(attrs={"rows": 3}),
            "sources": AdminTextareaWidget(attrs={"rows": 10}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = zip(self.fields["publish_at"].widget.widgets, (_("Date"), _("Time")), strict=True)
        for widget, name in parts:
            widget.attrs["aria-label"] = name

    def step(self) -> str:
        """The button that was pressed: the name of an article's method, or nothing for Save."""
        return next((verb for name, verb in self.STEPS.items() if name in self.data), "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "publish_at" in cleaned and not self.errors:
            self.take_step(cleaned)
        return cleaned

    def take_step(self, cleaned: dict[str, Any]) -> None:
        """Status and date as the button asks; the model's constraints judge what comes of it."""
        article, now = self.instance, timezone.now()
        article.publish_at = cleaned["publish_at"]
        verb = self.step()
        if verb:
            getattr(article, verb)(now)
        elif article.status == Article.Status.PUBLISHED and not article.is_public(now):
            self.add_error("publish_at", _("To show it later, press “Schedule”."))
        elif article.status == Article.Status.SCHEDULED and article.is_public(now):
            article.publish(now)
        cleaned["publish_at"] = article.publish_at


class ImageForm(forms.ModelForm):
    class Meta:
        model = Image
        fields = ["file", "alt"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["file"]  # Articles point to it: a new picture is a new row.
        else:
            self.fields["file"].widget = forms.FileInput(
                attrs={"accept": "image/jpeg,image/png,image/webp"}
            )
            self.fields["file"].help_text = _(
                "JPEG, PNG or WebP, at most %(size)s MB. Place and camera are removed."
            ) % {"size": pictures.MAX_BYTES // 1024 // 1024}

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        self.picture = pictures.redraw(upload.file, upload.size)
        return upload

    def save(self, commit: bool = True) -> Image:
        if hasattr(self, "picture"):
            self.instance.take(self.picture)
        return super().save(commit)
