"""In the admin, for editors and managers: what to read on each step of the path."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.admin import PracticeModelAdmin
from articles.models import Article
from clients.models import StepReading


class ReadingForm(forms.ModelForm):
    """The article by its address: a list of all of them would be long, and managers edit none."""

    address = forms.CharField(
        label=_("article"), max_length=500,
        help_text=_("Its web address, or the last part of it: /articles/this-part/"),
    )  # fmt: skip

    class Meta:
        model = StepReading
        fields = ["step"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.article_id:
            self.initial["address"] = self.instance.article.get_absolute_url()

    def clean_address(self) -> str:
        slug = self.cleaned_data["address"].strip().rstrip("/").rsplit("/", 1)[-1]
        article = Article.objects.published().filter(slug=slug).first()
        if not article:
            raise ValidationError(_("Readers find no article at this address."))
        self.instance.article = article
        return slug

    def _get_validation_exclusions(self) -> set[str]:
        """The address decides the article, so the constraint must be asked about it too."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - ({"article"} if self.instance.article_id else set())


@admin.register(StepReading)
class StepReadingAdmin(PracticeModelAdmin):
    """What to read on each step: nothing here is about a client."""

    form = ReadingForm
    fields = ["step", "address"]
    list_display = ["article", "step"]
    list_select_related = ["article", "step"]
    list_filter = ["step"]
    search_fields = ["article__title"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("article__body", "article__search")
