"""Choosing an article by its web address: what every list of reading asks its editors."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from articles.models import Article


class ByAddressForm(forms.ModelForm):
    """Of a row with an `article`: a list of all of them would be long, and not all edit them."""

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
        """The address decides the article, so the constraint must be asked about it too."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - ({"article"} if self.instance.article_id else set())
