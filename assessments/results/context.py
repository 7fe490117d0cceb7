"""The texts and coordinates of a result page: `read(attempt)` returns a `Reading`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessments.catalogue import own_questionnaires
from assessments.instruments.definition import Instrument, Scale
from assessments.models import Attempt, InstrumentVersion
from assessments.results import charts, interpretation, plane, provenance, texts
from assessments.results.interpretation import PATTERNS, Position, Unnamed
from assessments.scoring.engine import Result, ScaleScore, Style
from assessments.statistics import measurement_error
from assessments.statistics.measurement_error import Beyond

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Dimension:
    """One scale: `score` as shown, with one decimal, None if there is none to show; positions on
    its ruler are in percent.

    `about` says what it measures, "" if we have no words for it; `ends` are the words at both ends
    of the ruler, None for a scale that has none.

    `band` is the two ends of the 95 % error band as shown, None if it is not known;
    `comparison` is the percentile in words, "" without norms.
    """

    id: str
    title: str
    about: Text
    score: str | None
    lowest: int
    highest: int
    at: str | None
    cut: str | None
    ticks: tuple[str, ...]
    ends: tuple[Text, Text] | None
    sentences: tuple[Text, ...]
    unanswered: int
    band: tuple[str, str] | None = None
    band_at: str | None = None
    band_width: str | None = None
    comparison: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that `_result.html` shows. `naming` says which style is closest, or why none is named;
    with a name, `styles` explains all four. `standing` says how well the questionnaire is tested,
    "" if its precision is known. `provenance` is in words, `codes` are keys and formulas."""

    questionnaire: Instrument
    submitted_at: datetime | None
    target: str
    head: texts.Head
    standing: Text
    dimensions: tuple[Dimension, ...]
    plane: plane.Plane | None
    naming: Text
    styles: tuple[tuple[Text, Text], ...]
    provenance: tuple[tuple[str, str], ...]
    codes: tuple[tuple[str, str], ...]

    @property
    def headline(self) -> Text:
        return self.head.headline


@dataclass(frozen=True, slots=True)
class Taken:
    """What was answered, and how it was scored: all that a reading is made from.

    `names_styles`: whether the practice has results name a style. `standing`: see `standing_of`.
    """

    questionnaire: Instrument
    answers: Mapping[str, int]
    scored: Result
    submitted_at: datetime | None
    target: str
    engine_version: str
    names_styles: bool
    standing: Text


def read(attempt: Attempt) -> Reading:
    """The reading of a submitted attempt. Raises ValueError if it is not submitted.

    No query if the attempt was loaded with `.for_reading()`, otherwise up to four.
    """
    row = attempt.result
    if row is None:
        raise ValueError("the attempt has no result yet")
    return reading_of(
        Taken(
            questionnaire=attempt.version.known,
            answers=attempt.answers_by_item,
            scored=row.scored,
            submitted_at=attempt.submitted_at,
            target=attempt.target,
            engine_version=row.engine_version,
            names_styles=attempt.version.instrument.names_styles,
            standing=standing_of(attempt.version),
        )
    )


def standing_of(version: InstrumentVersion) -> Text:
    """How well a questionnaire is tested, in words; "" if the precision of this version is known.

    No query if `facts` are prefetched.
    """
    if version.sha256 in own_questionnaires.digests():
        return texts.UNTESTED
    known = all(scale.reliability for scale in version.known.scales)
    return "" if known else texts.UNMEASURED


def reading_of(taken: Taken) -> Reading:
    """The reading of answers and scores. No query."""
    questionnaire, scored = taken.questionnaire, taken.scored
    naming = interpretation.name_style(
        questionnaire, scored, taken.answers, allowed=taken.names_styles
    )
    # The scores of a mere pattern of answers say nothing, so they are not shown.
    shown = naming.unnamed not in PATTERNS
    positions = interpretation.positions(questionnaire, scored) if shown else {}
    return Reading(
        questionnaire=questionnaire,
        submitted_at=taken.submitted_at,
        target=taken.target,
        head=_head(taken, positions, naming.unnamed),
        standing=taken.standing,
        dimensions=tuple(
            _dimension(questionnaire, scale, score, positions.get(scale.id), shown=shown)
            for scale, score in zip(questionnaire.scales, scored.scales, strict=True)
        ),
        plane=plane.draw(questionnaire, scored, named=taken.names_styles) if shown else None,
        naming=_naming(naming),
        styles=tuple(
            (texts.STYLES[style], texts.STYLE_MEANINGS[style])
            for style in (Style if naming.styles else ())
        ),
        provenance=tuple(provenance.in_words(questionnaire, taken.target)),
        codes=tuple(provenance.in_codes(questionnaire, taken.engine_version)),
    )


def _head(taken: Taken, positions: Mapping[str, Position], unnamed: Unnamed | None) -> texts.Head:
    if unnamed is Unnamed.CONTRADICTORY:
        return texts.CONTRADICTORY
    if unnamed is Unnamed.SAME_ANSWER:
        return _of_one_answer(taken.questionnaire, next(iter(taken.answers.values())))
    missing = [score.mean is None for score in taken.scored.scales]
    if any(missing):
        return texts.NOTHING if all(missing) else texts.MISSING
    if not {"anxiety", "avoidance"} <= positions.keys():
        return texts.PLAIN
    return texts.head_of(positions["anxiety"], positions["avoidance"])


def _of_one_answer(questionnaire: Instrument, answer: int) -> texts.Head:
    """The texts for one answer throughout. The middle answer contradicts nothing, nor does any
    other if no statement is reversed."""
    response, same = questionnaire.response, texts.SAME_ANSWER
    if 2 * answer == response.min + response.max:
        return texts.MIDDLE_ANSWER
    if any(keyed.reverse for scale in questionnaire.scales for keyed in scale.keyed):
        return replace(same, meaning=(texts.CONTRADICTION, *same.meaning))
    return same


def _naming(naming: interpretation.Naming) -> Text:
    """Which style is closest, between which two the scores lie, or why none is named."""
    if naming.unnamed:
        return texts.UNNAMED[naming.unnamed]
    names = [texts.STYLES[style] for style in naming.styles]
    if len(names) == 1:
        return texts.CLOSEST % {"style": names[0]}
    return texts.BETWEEN % dict(zip(("first", "second"), names, strict=True))


def _dimension(
    questionnaire: Instrument,
    scale: Scale,
    scored: ScaleScore,
    position: Position | None,
    *,
    shown: bool,
) -> Dimension:
    """`position` is None if the score is missing, has no cut, or is not shown."""
    response = questionnaire.response
    cut: Fraction | None = getattr(questionnaire.cuts, scale.id, None)
    score = scored.mean if shown else None
    band = band_of(questionnaire, scale, scored) if shown else None

    def percent(value: Fraction | float | None) -> str | None:
        share = None if value is None else (value - response.min) / (response.max - response.min)
        return None if share is None else f"{float(share * 100):.1f}"

    return Dimension(
        id=scale.id,
        title=scale.title,
        about=texts.ABOUT.get(scale.id, ""),
        score=None if score is None else f"{float(score):.1f}",
        lowest=response.min,
        highest=response.max,
        at=percent(score),
        cut=percent(cut),
        ticks=tuple(
            str(percent(Fraction(value)))
            for value in charts.short_ticks(response.min, response.max)
        ),
        ends=texts.ENDS.get(scale.id),
        sentences=_sentences(scale, scored, position),
        unanswered=scored.unanswered,
        band=(f"{band.low:.1f}", f"{band.high:.1f}") if band else None,
        band_at=percent(band.low) if band else None,
        band_width=percent(response.min + band.high - band.low) if band else None,
        comparison=_comparison(scale, score),
    )


def _sentences(scale: Scale, scored: ScaleScore, position: Position | None) -> tuple[Text, ...]:
    """What the answers describe, and where the score lies relative to its cut."""
    if scored.mean is None:
        return (texts.UNSCORED,)
    if position is None:
        return ()
    return texts.AMOUNTS[scale.id][position.amount], texts.LEVELS[position.level]


def band_of(
    questionnaire: Instrument, scale: Scale, scored: ScaleScore
) -> measurement_error.Band | None:
    """The error band; None without a score, or if its error is not known."""
    error = measurement_error.known_error(scale, scored.unanswered)
    if scored.mean is None or error is None:
        return None
    response = questionnaire.response
    return measurement_error.band(scored.mean, error, response.min, response.max)


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
    rank = percentile.rank
    text = _("Higher than about %(people)s of 100 people in this sample: %(sample)s.")
    if percentile.beyond is Beyond.BELOW:
        rank = 100 - rank
        text = _("Lower than at least %(people)s of 100 people in this sample: %(sample)s.")
    elif percentile.beyond is Beyond.ABOVE:
        text = _("Higher than at least %(people)s of 100 people in this sample: %(sample)s.")
    return text % {"people": f"{rank:.0f}", "sample": scale.norms.sample}
