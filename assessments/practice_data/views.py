"""How the questionnaires measure in this practice, for managers, without names."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import Permission, SignedIn, require_form, requires
from accounts.database import row_security
from assessments.models import InstrumentVersion
from assessments.practice_data import actions, queries
from assessments.statistics.groups import (
    MIN_PEOPLE,
    MIN_PEOPLE_FOR_NORMS,
    MIN_PEOPLE_FOR_TAILS,
    ScaleStatistics,
    may_have_norms,
    statistics,
)
from assessments.statistics.totals import BATCH, from_json


@requires(Permission.MANAGE_PRACTICE)
@require_safe
@row_security.for_purpose(row_security.STATISTICS)
def measurements(request: SignedIn) -> HttpResponse:
    """Every version with the number of its attempts. One query for the rows."""
    finished = Q(attempts__submitted_at__isnull=False)
    versions = (
        InstrumentVersion.objects.visible_to(request.user)
        .select_related("instrument")
        .annotate(begun=Count("attempts"), submitted=Count("attempts", filter=finished))
        .order_by("instrument__slug", "-created_at")
    )
    context = {"versions": versions, "minimum": MIN_PEOPLE, "batch": BATCH}
    return render(request, "assessments/practice_data/measurements.html", context)


@requires(Permission.MANAGE_PRACTICE)
@require_form
def measurement(request: SignedIn, version_id: UUID) -> HttpResponse:
    """One version: distribution, alpha, percentiles. A POST switches the practice's own norms."""
    versions = InstrumentVersion.objects.visible_to(request.user).select_related("instrument")
    version = get_object_or_404(versions, pk=version_id)
    if request.method == "POST":
        return _switch(request, version)
    counted = queries.group_totals(version)
    scales = statistics(version.questionnaire, from_json(counted.totals))
    people = scales[0].people if scales else 0
    context = {
        "version": version,
        "people": people,
        "counted_at": counted.counted_at,
        "minimum": MIN_PEOPLE,
        "batch": BATCH,
        "norms_minimum": MIN_PEOPLE_FOR_NORMS,
        "tails_minimum": MIN_PEOPLE_FOR_TAILS,
        "may_have_norms": may_have_norms(version.questionnaire),
        "scales": [_scale(version, entry) for entry in scales],
        "own_norms": queries.own_norms_in_use(version),
    }
    return render(request, "assessments/practice_data/measurement.html", context)


def _scale(version: InstrumentVersion, entry: ScaleStatistics) -> dict[str, object]:
    texts = {item.id: item.text for item in version.questionnaire.items}
    return {
        "statistics": entry,
        "items": [(texts[item], r) for item, r in entry.item_rest],
    }


def _switch(request: SignedIn, version: InstrumentVersion) -> HttpResponse:
    if request.POST.get("own_norms") == "off":
        actions.switch_off_own_norms(version=version, by=request.user)
        messages.success(request, _("The practice's own norms are switched off."))
    else:
        try:
            count = actions.switch_on_own_norms(version=version, by=request.user)
        except actions.TooFewPeople:
            text = _("The practice's own norms require scores of at least %(n)s people.")
            messages.error(request, text % {"n": MIN_PEOPLE_FOR_NORMS})
        else:
            text = ngettext(
                "Results on %(n)s scale are now compared with the practice's own data.",
                "Results on %(n)s scales are now compared with the practice's own data.",
                count,
            )
            messages.success(request, text % {"n": count})
    return redirect("practice-measurement", version.pk)
