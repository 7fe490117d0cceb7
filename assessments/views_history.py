"""A person's own results over time."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from assessments import history
from assessments.models import Attempt, Instrument


@require_safe
def over_time(request: SignedIn, slug: str) -> HttpResponse:
    """A person's own attempts of one questionnaire, through all its versions."""
    instrument = get_object_or_404(Instrument, slug=slug)
    attempts = list(Attempt.objects.visible_to(request.user).of_family(slug).for_reading())
    page = {"instrument": instrument, "sections": history.read(attempts)}
    if attempts:
        page["title"] = attempts[-1].questionnaire.title
    return render(request, "assessments/history.html", page)
