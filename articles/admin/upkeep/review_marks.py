"""“Reviewed, nothing changed”: one click on the desk, or beside an article's form."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access import SignedIn
from accounts.optimistic_lock import Stale
from articles.admin.access import article_or_404, may_change
from articles.upkeep import actions as upkeep


@may_change
def reviewed(request: SignedIn, pk: int) -> HttpResponse:
    article = article_or_404(pk)
    if request.method != "POST":
        return redirect("admin:articles_article_change", pk)
    try:
        seen = request.POST.get("seen", "")
        article = upkeep.mark_reviewed(article=article, by=request.user, seen=seen)
    except Stale:
        text = _("“%(title)s” was changed after you opened this page. Please read it again first.")
        messages.error(request, text % {"title": article.title})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = _("“%(title)s”: readers see that it was reviewed on %(day)s.")
        day = date_format(article.reviewed_on, "j F Y")  # type: ignore[arg-type]
        messages.success(request, text % {"title": article.title, "day": day})
    if request.POST.get("next") == "desk":
        return redirect("admin:index")
    return redirect("admin:articles_article_change", pk)
