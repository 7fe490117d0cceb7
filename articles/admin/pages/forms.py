"""The form of a page."""

from typing import Any

from django.contrib.admin.widgets import AdminTextareaWidget

from articles.admin.forms import PublicationForm
from articles.models import Page
from articles.richtext import clean


class PageForm(PublicationForm):
    class Meta:
        model = Page
        fields = ["title", "slug", "description", "body", "shows_team", "menu_label", "menu_place",
                  "publish_at"]  # fmt: skip
        widgets = {
            "title": AdminTextareaWidget(attrs={"rows": 1, "placeholder": " "}),
            "description": AdminTextareaWidget(attrs={"rows": 3, "placeholder": " "}),
        }

    def as_written(self, cleaned: dict[str, Any]) -> Page:
        names = ("slug", "title", "description", "menu_label")
        texts = {name: cleaned.get(name) or "" for name in names}
        return Page(
            pk=self.instance.pk, body=clean(cleaned.get("body") or ""),
            status=self.instance.status, publish_at=cleaned.get("publish_at"), **texts,
        )  # fmt: skip

    def typed(self) -> Page:
        """The page as it would look, whatever is still wrong with the form. For a preview."""
        self.full_clean()
        page = self.as_written(self.cleaned_data)
        page.slug = page.slug or "preview"
        page.shows_team = bool(self.cleaned_data.get("shows_team"))
        return page
