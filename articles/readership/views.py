"""What a page of ours sends when it is read: no cookie, no address, no browser is looked at.

These forms stand on pages that proxies keep, so they carry no token against forgery. Another site
could at most add to a count; what browsers say about the sending page keeps it from that.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import public
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import HOUR, Counts, RateLimit, rate_limited
from articles.models import Article
from articles.readership import actions
from articles.readership.missed_searches import subject_of
from articles.reading import full_text_search as searching

ANSWERS = {"yes": actions.HELPFUL, "no": actions.UNHELPFUL}


def _sent_by_our_page(request: HttpRequest) -> bool:
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    site = request.headers.get("Sec-Fetch-Site", "same-origin" if origin else "")
    return site == "same-origin" and origin in ("", request.get_host())


@csrf_exempt
@rate_limited(RateLimit(Counts.ALL, per_object=Rate(6000, HOUR)))
@public("a visitor's reading is counted, the visitor is not")
@require_POST
def seen(request: HttpRequest, slug: str) -> HttpResponse:
    if _sent_by_our_page(request):
        actions.count_reader(slug=slug, what=actions.VIEW)
    return HttpResponse(status=204)


@csrf_exempt
@rate_limited(RateLimit(Counts.ALL, per_object=Rate(300, HOUR)))
@public("readers need no account")
@require_http_methods(["GET", "HEAD", "POST"])
def helpful(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes the answer to "Was this helpful?", and says thank you. One query."""
    if request.method == "POST":
        what = ANSWERS.get(request.POST.get("answer", ""))
        if what and _sent_by_our_page(request):
            actions.count_reader(slug=slug, what=what)
        return redirect("article-helpful", slug)
    article = get_object_or_404(Article.objects.published().only("slug", "title"), slug=slug)
    return render(request, "articles/reading/thanks.html", {"article": article})


@csrf_exempt
@rate_limited(RateLimit(Counts.ALL, per_address=Rate(60, HOUR)))
@public("a visitor's search is counted, the visitor is not")
@require_POST
def missed(request: HttpRequest) -> HttpResponse:
    """Notes a search without result, if it is one and may be kept. Up to five queries."""
    query = searching.tidy(request.POST.get("q", ""))
    subject = subject_of(query)
    counted = subject and _sent_by_our_page(request)
    if counted and not searching.find(query, searching.published()).count:
        actions.note_missed_search(subject=subject)
    return HttpResponse(status=204)
