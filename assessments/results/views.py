"""The result of an attempt, and a person's own results over time."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from assessments.access import with_attempt
from assessments.models import Attempt, Instrument
from assessments.results import history
from assessments.results.context import read
from assessments.results.further_reading import further_reading, region_of

# Functions that add to the page of a result what somebody may do with it. The clients app adds one
# when it is loaded.
BESIDE_RESULT: list[Callable[[HttpRequest, Attempt], dict[str, object]]] = []


@require_safe
def over_time(request: SignedIn, slug: str) -> HttpResponse:
    """A person's own results of one questionnaire, in all its versions; a 404 if they have none and
    may not take it."""
    attempts = list(Attempt.objects.visible_to(request.user).of_family(slug).for_reading())
    instruments = Instrument.objects.all() if attempts else Instrument.objects.open_to(request.user)
    instrument = get_object_or_404(instruments, slug=slug)
    context = {"instrument": instrument, "sections": history.read(attempts)}
    if attempts:
        context["latest"] = attempts[-1].questionnaire
        context["title"] = attempts[-1].questionnaire.title
    return render(request, "assessments/results/history.html", context)


@with_attempt
@require_safe
def result(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if not attempt.submitted_at:
        return redirect("attempt-review", attempt.key)
    row = attempt.result
    region = region_of(attempt.version.known, row.scored, attempt.answers_by_item) if row else None
    context = {
        "attempt": attempt,
        "reading": read(attempt),
        "articles": further_reading(region),
        "address": request.build_absolute_uri(),
    }
    for beside in BESIDE_RESULT:
        context |= beside(request, attempt)
    return render(request, "assessments/results/result.html", context)
