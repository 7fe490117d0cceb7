"""A version as a client will see it, page by page, for a manager. Nothing is stored."""

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
    """`?at=` names the page: intro, start, or the number of an item page; the last leads `back`."""
    at = request.GET.get("at", INTRO)
    questionnaire = version.questionnaire
    shown = {"preview": version, "questionnaire": questionnaire, "back": back}
    if at == INTRO:
        shown["minutes"] = item_pages.minutes(questionnaire)
        return render(request, "assessments/taking/intro.html", shown)
    if at == START:
        return _start(request, shown)
    if not (at.isascii() and at.isdigit() and len(at) < 6):
        raise Http404
    if request.method == "POST":
        wanted = int(at) + (-1 if request.POST.get("go") == "back" else 1)
        end = wanted > item_pages.page_count(questionnaire)
        return redirect(back if end else f"{request.path}?at={max(wanted, 1)}")
    return _items(request, version, int(at), shown)


def _start(request: HttpRequest, shown: dict) -> HttpResponse:
    if "younger" in request.POST:
        page = shown | {"contact": settings.DEFAULT_FROM_EMAIL}
        return render(request, "assessments/taking/younger.html", page)
    if request.method == "POST":
        return redirect(f"{request.path}?at=1")
    form = StartForm(targets=shown["questionnaire"].targets)
    days = settings.ANONYMOUS_ATTEMPT_DAYS
    return render(request, "assessments/taking/start.html", shown | {"form": form, "days": days})


def _items(
    request: HttpRequest, version: InstrumentVersion, number: int, shown: dict
) -> HttpResponse:
    questionnaire = version.questionnaire
    try:
        page = item_pages.item_page(questionnaire, number, {})
    except IndexError as error:
        raise Http404 from error
    # Never saved: it only lends its page an address, a date and no answers.
    attempt = Attempt(version=version, started_at=timezone.now())
    progress = item_pages.progress(questionnaire, {})
    shown |= {
        "attempt": attempt,
        "page": page,
        "progress": progress,
        "left": time_left(progress),
        "address": request.build_absolute_uri(attempt.get_absolute_url()),
    }
    return render(request, "assessments/taking/items.html", shown)
