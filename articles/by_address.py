"""A form that chooses an article by its web address, for reading lists."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from articles.models import Article


class ByAddressForm(forms.ModelForm):
    """For a row with an `article`. A select box of all articles would be long, and some of the
    people who edit such rows have no access to the articles' admin."""

    address = forms.CharField(
        label=_("article"), max_length=500,
        help_text=_("Its web address, or the last part of it: /articles/this-part/"),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.article_id:
            self.initial["address"] = self.instance.article.get_absolute_url()

    def clean_address(self) -> str:
        slug = self.cleaned_data["address"].strip().rstrip("/").rsplit("/", 1)[-1]
        article = Article.objects.published().filter(slug=slug).first()
        if not article:
            raise ValidationError(_("There is no public article at this address."))
        self.instance.article = article
        return slug

    def _get_validation_exclusions(self) -> set[str]:
        """The address sets the article, so constraints about the article are validated, too."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - ({"article"} if self.instance.article_id else set())
