"""What to read after a result: what an editor marked for its region, and otherwise nothing."""

from collections.abc import Mapping

from django.db.models import QuerySet

from articles.models import Article
from assessments.instruments.definition import Instrument
from assessments.models import PlaneRegion
from assessments.results import interpretation
from assessments.results.interpretation import Level, Unnamed
from assessments.scoring.engine import Result

MOST = 3
REGIONS = {
    (Level.LOW, Level.LOW): PlaneRegion.LOW_LOW,
    (Level.HIGH, Level.LOW): PlaneRegion.HIGH_LOW,
    (Level.LOW, Level.HIGH): PlaneRegion.LOW_HIGH,
    (Level.HIGH, Level.HIGH): PlaneRegion.HIGH_HIGH,
}


def further_reading(region: PlaneRegion | None) -> QuerySet[Article]:
    """Published articles marked for the region, newest first. One query when read."""
    if region is None:
        return Article.objects.none()
    return Article.objects.published().filter(regions__region=region).for_lists()[:MOST]


def region_of(
    instrument: Instrument, result: Result, answers: Mapping[str, int]
) -> PlaneRegion | None:
    """Where the two scores lie, by anxiety and avoidance; None where that means nothing."""
    cuts = instrument.cuts
    naming = interpretation.name_style(instrument, result, answers)
    if cuts is None or naming.unnamed in (Unnamed.MISSING, Unnamed.SAME_ANSWER):
        return None
    anxiety = interpretation.level(result.mean("anxiety"), cuts.anxiety)
    avoidance = interpretation.level(result.mean("avoidance"), cuts.avoidance)
    if anxiety is None or avoidance is None:
        return None
    return REGIONS.get((anxiety, avoidance), PlaneRegion.NEAR)
