"""The texts and coordinates of a result page: `read(attempt)` returns a `Reading`."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessments.instruments.definition import Instrument, Scale
from assessments.models import Attempt
from assessments.results import charts, interpretation, plane, texts
from assessments.results.interpretation import Level, Unnamed
from assessments.results.provenance import provenance
from assessments.scoring.engine import Result, ScaleScore
from assessments.statistics import measurement_error
from assessments.statistics.measurement_error import Beyond

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Dimension:
    """One scale: `score` as shown, with one decimal; positions on its ruler are in percent.

    `ends` are the words at both ends of the ruler, None for a scale that has none.

    `band` is the two ends of the 95 % error band as shown, None if it is not known;
    `comparison` is the percentile in words, "" without norms.
    """

    id: str
    title: str
    score: str | None
    lowest: int
    highest: int
    at: str | None
    cut: str | None
    ticks: tuple[str, ...]
    ends: tuple[Text, Text] | None
    sentence: Text
    unanswered: int
    band: tuple[str, str] | None = None
    band_at: str | None = None
    band_width: str | None = None
    comparison: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that `_result.html` shows. `style` is None if none may be named; `notes` say why."""

    questionnaire: Instrument
    submitted_at: datetime | None
    target: str
    region: texts.Region
    dimensions: tuple[Dimension, ...]
    plane: plane.Plane | None
    style: Text | None
    notes: tuple[Text, ...]
    provenance: tuple[tuple[str, str], ...]

    @property
    def headline(self) -> Text:
        return self.region.headline

    @property
    def reliability_known(self) -> bool:
        return any(scale.reliability for scale in self.questionnaire.scales)


def read(attempt: Attempt) -> Reading:
    """The reading of a submitted attempt. Raises ValueError if it is not submitted.

    No query if the attempt was loaded with `.for_reading()`, otherwise up to four.
    """
    row = attempt.result
    if row is None:
        raise ValueError("the attempt has no result yet")
    questionnaire, scored = attempt.version.known, row.scored
    naming = interpretation.name_style(questionnaire, scored, attempt.answers_by_item)
    in_words = naming.unnamed is not Unnamed.SAME_ANSWER
    return Reading(
        questionnaire=questionnaire,
        submitted_at=attempt.submitted_at,
        target=attempt.target,
        region=_region(questionnaire, scored, naming),
        dimensions=tuple(
            _dimension(questionnaire, scale, score, in_words=in_words)
            for scale, score in zip(questionnaire.scales, scored.scales, strict=True)
        ),
        plane=plane.draw(questionnaire, scored),
        style=texts.STYLES[naming.style] if naming.style else None,
        notes=_notes(naming),
        provenance=tuple(provenance(attempt, row.engine_version)),
    )


def _region(
    questionnaire: Instrument, scored: Result, naming: interpretation.Naming
) -> texts.Region:
    if naming.unnamed is Unnamed.SAME_ANSWER:
        return texts.SAME_ANSWER
    if any(score.mean is None for score in scored.scales):
        return texts.MISSING
    levels = [_level(questionnaire, scored, name) for name in ("anxiety", "avoidance")]
    anxiety, avoidance = levels
    if anxiety is None or avoidance is None:
        return texts.PLAIN
    return texts.REGIONS[anxiety, avoidance]


def _level(questionnaire: Instrument, scored: Result, name: str) -> Level | None:
    cut = getattr(questionnaire.cuts, name, None)
    return None if cut is None else interpretation.level(scored.mean(name), cut)


def _notes(naming: interpretation.Naming) -> tuple[Text, ...]:
    if naming.unnamed:
        return (texts.UNNAMED[naming.unnamed],)
    return tuple(texts.NEAR_NOTES[dimension] for dimension in naming.near)


def _dimension(
    questionnaire: Instrument, scale: Scale, scored: ScaleScore, *, in_words: bool
) -> Dimension:
    """`in_words`: whether to put the score into words, which is not done if every answer is the
    same."""
    response = questionnaire.response
    cut: Fraction | None = getattr(questionnaire.cuts, scale.id, None)
    band = band_of(questionnaire, scale, scored)

    def percent(score: Fraction | float | None) -> str | None:
        share = None if score is None else (score - response.min) / (response.max - response.min)
        return None if share is None else f"{float(share * 100):.1f}"

    return Dimension(
        id=scale.id,
        title=scale.title,
        score=None if scored.mean is None else f"{float(scored.mean):.1f}",
        lowest=response.min,
        highest=response.max,
        at=percent(scored.mean),
        cut=percent(cut),
        ticks=tuple(
            str(percent(Fraction(value)))
            for value in charts.short_ticks(response.min, response.max)
        ),
        ends=texts.ENDS.get(scale.id),
        sentence=_sentence(scale, scored, cut if in_words else None),
        unanswered=scored.unanswered,
        band=(f"{band.low:.1f}", f"{band.high:.1f}") if band else None,
        band_at=percent(band.low) if band else None,
        band_width=percent(response.min + band.high - band.low) if band else None,
        comparison=_comparison(scale, scored.mean),
    )


def _sentence(scale: Scale, scored: ScaleScore, cut: Fraction | None) -> Text:
    """The score in words, relative to its cut."""
    if scored.mean is None:
        return _("Not worked out: too many of its statements are unanswered.")
    level = None if cut is None else interpretation.level(scored.mean, cut)
    return texts.SENTENCES.get((scale.id, level), "") if level else ""


def band_of(
    questionnaire: Instrument, scale: Scale, scored: ScaleScore
) -> measurement_error.Band | None:
    """The error band; None if the reliability is not known or items are missing."""
    if scored.mean is None or scored.unanswered or not scale.reliability:
        return None
    response = questionnaire.response
    return measurement_error.band(scored.mean, scale.reliability, response.min, response.max)


def _comparison(scale: Scale, score: Fraction | None) -> str:
    """The percentile of the score in the norm sample, in words; outside the listed percentiles only
    that it is below or above them."""
    percentile = (
        measurement_error.percentile(score, scale.norms)
        if scale.norms and score is not None
        else None
    )
    if percentile is None or scale.norms is None:
        return ""
    text = _("Percentile %(rank)s of the sample: %(sample)s.")
    if percentile.beyond is Beyond.BELOW:
        text = _("Below percentile %(rank)s of the sample: %(sample)s.")
    elif percentile.beyond is Beyond.ABOVE:
        text = _("Above percentile %(rank)s of the sample: %(sample)s.")
    return text % {"rank": f"{percentile.rank:.0f}", "sample": scale.norms.sample}
