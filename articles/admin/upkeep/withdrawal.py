"""Withdrawing published articles: what leads to them, why they go, and what to read instead."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import SignedIn
from articles.admin.access import may_change
from articles.models import Article
from articles.upkeep import actions as upkeep
from articles.upkeep import links_here

MOST, OFFERED = 50, 300


class WithdrawalForm(forms.Form):
    because = forms.CharField(
        label=_("Why it is withdrawn"), max_length=500,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Readers who follow an old link read this: one or two plain sentences."),
    )  # fmt: skip
    instead = forms.CharField(
        label=_("Article to read instead"), max_length=500, required=False,
        widget=forms.TextInput(attrs={"list": "titles", "class": "vTextField"}),
        help_text=_(
            "Its title or its web address. Readers of an old link are then led to it, and told why."
        ),
    )  # fmt: skip

    def clean_instead(self) -> Article | None:
        written = self.cleaned_data["instead"].strip()
        if not written:
            return None
        public = Article.objects.published().only("slug", "title", "status", "publish_at")
        slug = written.partition("?")[0].rstrip("/").rpartition("/")[2]
        found = public.filter(title__iexact=written).first() or public.filter(slug=slug).first()
        if not found:
            raise ValidationError(_("There is no public article with this title or address."))
        return found


def page_for(articles: list[Article]) -> HttpResponse:
    """To the page that withdraws these articles."""
    chosen = QueryDict(mutable=True)
    chosen.setlist("pk", [str(article.pk) for article in articles[:MOST]])
    address = redirect("admin:articles_article_withdraw")
    address["Location"] += f"?{chosen.urlencode()}"
    return address


@may_change
def withdraw(request: SignedIn) -> HttpResponse:
    pks = [int(pk) for pk in request.GET.getlist("pk")[:MOST] if pk.isdecimal() and len(pk) < 18]
    rows = Article.objects.filter(pk__in=pks).defer("search")
    articles = [article for article in rows if article.is_public()]
    if not articles:
        messages.error(request, _("Only published articles can be withdrawn."))
        return redirect("admin:articles_article_changelist")
    form = WithdrawalForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid() and _withdrawn(request, articles, form):
        text = ngettext(
            "Withdrawn: %(n)s article. Readers no longer see it.",
            "Withdrawn: %(n)s articles. Readers no longer see them.",
            len(articles),
        )
        messages.success(request, text % {"n": len(articles)})
        if len(articles) == 1:
            return redirect("admin:articles_article_change", articles[0].pk)
        return redirect("admin:articles_article_changelist")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": Article._meta,
        "title": _("Withdraw from readers"),
        "form": form,
        "articles": [(article, links_here.linking_to(article)) for article in articles],
        "titles": Article.objects.published()
        .exclude(pk__in=pks)
        .values_list("title", flat=True)[:OFFERED],
    }
    return TemplateResponse(request, "articles/admin/withdraw.html", context)


def _withdrawn(request: SignedIn, articles: list[Article], form: WithdrawalForm) -> bool:
    """All of them or none."""
    because, instead = form.cleaned_data["because"], form.cleaned_data["instead"]
    try:
        with transaction.atomic():
            for article in articles:
                upkeep.withdraw(article=article, by=request.user, because=because, instead=instead)
            LogEntry.objects.log_actions(
                user_id=request.user.pk, queryset=articles, action_flag=CHANGE,
                change_message=str(_("Withdrawn")),
            )  # fmt: skip
    except ValidationError as error:
        form.add_error("instead" if "instead" in getattr(error, "error_dict", {}) else None,
                       error.messages)  # fmt: skip
        return False
    return True
