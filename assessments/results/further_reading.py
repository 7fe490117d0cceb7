"""Articles offered after a result: those that an editor marked for its region, if any."""

from collections.abc import Mapping

from django.db.models import QuerySet

from articles.models import Article
from assessments.instruments.definition import Instrument
from assessments.models import PlaneRegion
from assessments.results import interpretation
from assessments.results.interpretation import Level
from assessments.scoring.engine import Result

MAX_ARTICLES = 3
REGIONS = {
    (Level.LOW, Level.LOW): PlaneRegion.LOW_LOW,
    (Level.HIGH, Level.LOW): PlaneRegion.HIGH_LOW,
    (Level.LOW, Level.HIGH): PlaneRegion.LOW_HIGH,
    (Level.HIGH, Level.HIGH): PlaneRegion.HIGH_HIGH,
}


def further_reading(region: PlaneRegion | None) -> QuerySet[Article]:
    """The newest published articles marked for the region. One query when evaluated."""
    if region is None:
        return Article.objects.none()
    return Article.objects.published().filter(regions__region=region).for_lists()[:MAX_ARTICLES]


def region_of(
    instrument: Instrument, result: Result, answers: Mapping[str, int]
) -> PlaneRegion | None:
    """The region of the plane in which the result lies; None if the result has none."""
    positions = interpretation.positions(instrument, result)
    if (
        interpretation.pattern_of(instrument, answers)
        or not {"anxiety", "avoidance"} <= positions.keys()
    ):
        return None
    sides = positions["anxiety"].side, positions["avoidance"].side
    return REGIONS.get(sides, PlaneRegion.NEAR)
