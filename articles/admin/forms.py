"""The editors' forms for articles and pages (rich text, a button for each step) and pictures."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.optimistic_lock import Stale, VersionedForm, demand_current
from accounts.validators import year_makes_sense
from articles import pictures
from articles.corrections import dated, parse
from articles.models import Article, Image, Publication
from articles.publishing import workflow
from articles.publishing.steps import take_step
from articles.richtext import clean

CONFLICT = _(
    "Somebody else saved this meanwhile. Nothing is lost: their text is stored, yours is"
    " in this form. Compare them below; saving again keeps yours, and theirs stays among the"
    " versions."
)


class PublicationForm(VersionedForm, forms.ModelForm):
    """An article or a page, and its buttons. `by` is the editor."""

    by: User

    # static/js/editor/ puts the text field in its place.
    body = forms.CharField(
        label=_("Text"), required=False,
        widget=AdminTextareaWidget(attrs={"rows": 20, "data-text-field": ""}),
    )  # fmt: skip
    # A time instead of a number, because each save changes it (`Publication.version`).
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("Comment on this version"), required=False, max_length=2000,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("Other editors read it with the versions. Required for sending back."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stale: Stale | None = None
        self.initial["seen"] = self.instance.version
        if not self.instance.pk:
            self.fields["title"].widget.attrs["autofocus"] = True
        if "slug" in self.fields:
            self.fields["slug"].widget.attrs["data-from"] = "title"

    def full_clean(self) -> None:
        """Only tries the step: the action takes it. After errors the page shows what is stored."""
        status, publish_at = self.instance.status, self.instance.publish_at
        super().full_clean()
        self.instance.status = status
        if self.errors:
            self.instance.publish_at = publish_at

    def clean_title(self) -> str:
        """One line, although its field wraps long titles."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_publish_at(self) -> Any:
        """The year 0001 cannot even be shown in the practice's time zone."""
        at = self.cleaned_data["publish_at"]
        if at:
            year_makes_sense(at)
        return at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.refuse_stale(cleaned.get("seen", ""))
        if "publish_at" in cleaned and not self.errors:
            self.try_step(cleaned)
        return cleaned

    def refuse_stale(self, seen: str) -> None:
        """If another editor has saved in the meantime, shows both texts, and this editor chooses. A
        form without a version has seen none.

        The row is locked while a form is saved.
        """
        if not self.instance.pk:
            return
        try:
            stored = type(self.instance)._default_manager.get(pk=self.instance.pk)
            demand_current(stored, version=stored.version, seen=seen)
        except Stale as stale:
            self.stale = stale
            self.show_again(seen=stale.current.version)
            self.add_error(None, CONFLICT)

    def _get_validation_exclusions(self) -> set[str]:
        """The buttons set the status, so constraints about the status are validated, too."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"status"}

    def try_step(self, cleaned: dict[str, Any]) -> None:
        """Shows what the action would refuse; the constraints are validated with the new status."""
        now, written = timezone.now(), self.as_written(cleaned)
        try:
            take_step(
                written, move=workflow.pressed(self.data), state=self.instance.state(now),
                by=self.by, comment=cleaned.get("comment", ""), now=now,
            )  # fmt: skip
        except forms.ValidationError as error:
            self.add_error(None, error)
        else:
            self.instance.status, cleaned["publish_at"] = written.status, written.publish_at

    def as_written(self, cleaned: dict[str, Any]) -> Publication:
        """The text as it would be stored, for the checks."""
        raise NotImplementedError


class ArticleForm(PublicationForm):
    """`unsaved` is the work that the editor continues."""

    unsaved: ClassVar[dict[str, Any] | None] = None

    class Meta:
        model = Article
        fields = ["title", "slug", "excerpt", "body", "topic", "more_topics", "author", "cover",
                  "series", "series_place", "sources", "corrections", "publish_at", "updated_on",
                  "reviewer", "reviewed_on", "sample", "about_danger", "language"]  # fmt: skip
        widgets = {
            "title": AdminTextareaWidget(attrs={"rows": 1, "placeholder": " "}),
            "excerpt": AdminTextareaWidget(
                attrs={"rows": 3, "placeholder": " ", "data-counted": ""}
            ),
            "sources": AdminTextareaWidget(attrs={"rows": 10}),
            "corrections": AdminTextareaWidget(attrs={"rows": 5}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A form without it, such as one opened before there was the field, leaves it as it is.
        self.fields["language"].required = False
        if self.unsaved and not self.is_bound:
            self.initial.update((n, v) for n, v in self.unsaved.items() if n in self.fields)

    def clean_corrections(self) -> str:
        """Each with its day, which cannot be ahead."""
        today = timezone.localdate()
        text = dated(self.cleaned_data["corrections"], today)
        if any(one.on > today for one in parse(text)):
            raise forms.ValidationError(_("A correction’s day cannot lie in the future."))
        return text

    def as_written(self, cleaned: dict[str, Any]) -> Article:
        """The article as it would be stored, for the checks."""
        names = ("slug", "title", "excerpt")
        texts = {name: cleaned.get(name) or "" for name in names}
        return Article(
            pk=self.instance.pk, body=clean(cleaned.get("body") or ""),
            status=self.instance.status, publish_at=cleaned.get("publish_at"),
            about_danger=cleaned.get("about_danger", False), **texts,
        )  # fmt: skip


class ImageForm(forms.ModelForm):
    class Meta:
        model = Image
        fields = ["file", "alt"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("file", None)  # Articles link to it: a new picture is a new row.
        else:
            self.fields["file"].widget = forms.FileInput(
                attrs={"accept": "image/jpeg,image/png,image/webp"}
            )
            self.fields["file"].help_text = _(
                "JPEG, PNG or WebP, at most %(size)s MB. Location and camera data are removed."
            ) % {"size": pictures.MAX_BYTES // 1024 // 1024}

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        self.picture = pictures.redraw(upload.file, upload.size)
        return upload
