"""What to read after a result: the practice's own published articles, the nearest first."""

from django.db.models import Case, Q, QuerySet, Value, When

from articles.models import Article
from assessments.instrument import Instrument
from assessments.scoring import Result

# Matched to the dimension, not to a type: words of what it is about.
WORDS = {
    "anxiety": ("anxi", "abandon", "reassur", "worry", "jealous", "fear"),
    "avoidance": ("avoid", "distance", "intimacy", "closeness", "withdraw", "independen", "alone"),
}
# Without a better match, the subject of every result here.
SUBJECTS = ("attachment", "relationship")


def further_reading(count: int = 3, dimension: str = "") -> QuerySet[Article]:
    """Articles on the dimension first, then on attachment, then the newest. One query when read."""
    nearness = Case(
        When(_about(WORDS.get(dimension, ())), then=Value(0)),
        When(_about(SUBJECTS), then=Value(1)),
        default=Value(2),
    )
    return Article.objects.published().for_lists().order_by(nearness, "-publish_at", "-pk")[:count]


def stronger_dimension(instrument: Instrument, result: Result) -> str:
    """The dimension that lies higher, by its cut where there is one; "" where neither does."""
    found = {}
    for dimension in WORDS:
        score = result.mean(dimension)
        if score is None:
            return ""
        middle = (instrument.response.min + instrument.response.max) / 2
        found[dimension] = float(score) - float(getattr(instrument.cuts, dimension, middle))
    highest = max(found, key=lambda dimension: found[dimension])
    return highest if found[highest] > 0 and len(set(found.values())) > 1 else ""


def _about(words: tuple[str, ...]) -> Q:
    """Of no words: nothing."""
    about = Q(pk__in=[])
    for word in words:
        about |= Q(title__icontains=word) | Q(topic__title__icontains=word)
        about |= Q(excerpt__icontains=word)
    return about
