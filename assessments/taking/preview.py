"""Shows a manager a version as clients will see it, page by page. Nothing is stored."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from assessments.models import Attempt, InstrumentVersion
from assessments.taking import item_pages
from assessments.taking.forms import StartForm
from assessments.taking.labels import time_left

INTRO, START = "intro", "start"


def show(request: HttpRequest, version: InstrumentVersion, back: str) -> HttpResponse:
    """`?at=` selects the page: intro, start, or the number of an item page. The last one leads
    `back`, which is a URL."""
    at = request.GET.get("at", INTRO)
    questionnaire = version.questionnaire
    context = {"preview": version, "questionnaire": questionnaire, "back": back}
    if at == INTRO:
        context["minutes"] = item_pages.minutes(questionnaire)
        return render(request, "assessments/taking/intro.html", context)
    if at == START:
        return _start(request, context)
    if not (at.isascii() and at.isdigit() and len(at) < 6):
        raise Http404
    if request.method == "POST":
        target = int(at) + (-1 if request.POST.get("go") == "back" else 1)
        end = target > item_pages.page_count(questionnaire)
        return redirect(back if end else f"{request.path}?at={max(target, 1)}")
    return _items(request, version, int(at), context)


def _start(request: HttpRequest, context: dict) -> HttpResponse:
    if "younger" in request.POST:
        context |= {"contact": settings.DEFAULT_FROM_EMAIL}
        return render(request, "assessments/taking/younger.html", context)
    if request.method == "POST":
        return redirect(f"{request.path}?at=1")
    form = StartForm(targets=context["questionnaire"].targets)
    days = settings.ANONYMOUS_ATTEMPT_DAYS
    context |= {"form": form, "days": days}
    return render(request, "assessments/taking/start.html", context)


def _items(
    request: HttpRequest, version: InstrumentVersion, number: int, context: dict
) -> HttpResponse:
    questionnaire = version.questionnaire
    try:
        page = item_pages.item_page(questionnaire, number, {})
    except IndexError as error:
        raise Http404 from error
    # Never saved: the page needs an attempt for its URL, its date and its lack of answers.
    attempt = Attempt(version=version, started_at=timezone.now())
    progress = item_pages.progress(questionnaire, {})
    context |= {
        "attempt": attempt,
        "page": page,
        "progress": progress,
        "left": time_left(progress),
        "address": request.build_absolute_uri(attempt.get_absolute_url()),
    }
    return render(request, "assessments/taking/items.html", context)
