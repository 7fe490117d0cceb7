"""A person's own results over time."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import SignedIn
from assessments import history
from assessments.models import Attempt, Instrument


@require_safe
def over_time(request: SignedIn, slug: str) -> HttpResponse:
    """A person's own attempts of one questionnaire, through all its versions; 404 where they have
    none and may take none."""
    attempts = list(Attempt.objects.visible_to(request.user).of_family(slug).for_reading())
    named = Instrument.objects.all() if attempts else Instrument.objects.open_to(request.user)
    instrument = get_object_or_404(named, slug=slug)
    page = {"instrument": instrument, "sections": history.read(attempts)}
    if attempts:
        page["title"] = attempts[-1].questionnaire.title
    return render(request, "assessments/history.html", page)
