"""Filling in a questionnaire at the practice, on a device on which its person is not signed in.

A code opens it. A person who is signed in on the device is signed out first, so it can be handed
over.
"""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public, require_form
from accounts.rate_limits import requests as rate_limits
from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import MINUTE, Counts, RateLimit, rate_limited
from accounts.sign_in import kept_words, parked_forms
from assessments.models import InstrumentVersion, Sitting
from assessments.sittings import actions as sittings
from assessments.sittings.queries import COOKIE, opened
from assessments.taking import actions
from assessments.taking.forms import CodeForm, SittingForm
from assessments.taking.views import version_of


@rate_limited(RateLimit(Counts.FAILED, per_address=Rate(20, 15 * MINUTE), shown_by_view=True))
@public("a code from the practice opens one questionnaire", shared=False)
@require_form
def here(request: HttpRequest) -> HttpResponse:
    if "code" in request.POST:
        return _open(request)
    with opened(request) as sitting:
        if sitting is None:
            if request.method == "POST":  # An empty form, or one of a sitting that is over.
                return _open(request)
            return render(request, "assessments/sittings/code.html", {"form": CodeForm()})
        if "stop" in request.POST:
            sittings.finish(sitting=sitting)
            return redirect("assessment-here-done")
        if sitting.attempt_id:
            return redirect("attempt", sitting.attempt_id)
        return _start(request, sitting)


def _open(request: HttpRequest) -> HttpResponse:
    leaves = request.user.is_authenticated
    if leaves:
        get_adapter().logout(request)
    form = CodeForm(request.POST)
    token = ""
    if rate_limits.refused(request):
        form.add_error(None, rate_limits.message(request))
    elif form.is_valid():
        token = sittings.open_code(form.cleaned_data["code"])
        if not token:
            form.add_error(
                "code", _("This code is not valid, or no longer. Please ask for a new one.")
            )
    if token:
        response: HttpResponse = redirect("assessment-here")
        response.set_cookie(
            COOKIE, token, max_age=int(Sitting.LASTS.total_seconds()), httponly=True,
            samesite="Lax", secure=COOKIE.startswith("__Host-"),
        )  # fmt: skip
    else:
        response = render(request, "assessments/sittings/code.html", {"form": form}, status=422)
    if leaves:  # As on the page for signing out.
        parked_forms.unmark(request, response)
        kept_words.delete_everything(response)
    return response


def _start(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """A new attempt each time: answers that the client has typed at home and not shared are not
    shown on a device of the practice."""
    version = version_of(sitting.instrument.slug, InstrumentVersion.objects.open_to(sitting.user))
    if version is None:
        sittings.finish(sitting=sitting)
        return redirect("assessment-here-done")
    posted = request.POST if request.method == "POST" else None
    form = SittingForm(posted, targets=version.questionnaire.targets)
    if form.is_valid():
        target = form.cleaned_data.get("target", "")
        attempt = actions.start_attempt(version=version, by=sitting.user, target=target)
        share = form.cleaned_data["share"] == "yes"
        sittings.begin(sitting=sitting, attempt=attempt, share=share)
        return redirect(reverse("attempt", args=[attempt.pk]))
    shown = {"form": form, "questionnaire": version.questionnaire}
    status = 400 if form.errors else 200
    return render(request, "assessments/sittings/start.html", shown, status=status)


@public("says that the device can be given back", shared=False)
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    response = render(request, "assessments/sittings/done.html")
    response.delete_cookie(COOKIE, samesite="Lax")
    return response
