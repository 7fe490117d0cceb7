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
from assessments.statistics.groups import MIN_PEOPLE, MIN_PEOPLE_FOR_NORMS, statistics


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
    context = {"versions": versions, "minimum": MIN_PEOPLE}
    return render(request, "assessments/practice_data/measurements.html", context)


@requires(Permission.MANAGE_PRACTICE)
@require_form
@row_security.for_purpose(row_security.STATISTICS)
def measurement(request: SignedIn, version_id: UUID) -> HttpResponse:
    """One version: counts, distribution and alpha. A POST switches the practice's own norms."""
    versions = InstrumentVersion.objects.visible_to(request.user).select_related("instrument")
    version = get_object_or_404(versions, pk=version_id)
    if request.method == "POST":
        return _switch(request, version)
    people = queries.first_attempts(version)
    enough = len(people) >= MIN_PEOPLE
    context = {
        "version": version,
        "people": len(people),
        "enough": enough,
        "minimum": MIN_PEOPLE,
        "norms_minimum": MIN_PEOPLE_FOR_NORMS,
        "scales": _scales(version, people) if enough else [],
        "own_norms": queries.own_norms_in_use(version),
    }
    return render(request, "assessments/practice_data/measurement.html", context)


def _scales(version: InstrumentVersion, people: list) -> list[dict[str, object]]:
    texts = {item.id: item.text for item in version.questionnaire.items}
    scales = version.questionnaire.scales
    return [
        {
            "title": scale.title,
            "statistics": entry,
            "items": [(texts[item], r) for item, r in entry.item_rest] if entry else [],
        }
        for scale, entry in zip(scales, statistics(version.questionnaire, people), strict=True)
    ]


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
