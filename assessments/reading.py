"""A result put into words and places, ready for a page: `read(attempt)` gives a `Reading`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import interpretation, plane, words
from assessments.instrument import Cuts, Instrument, Scale
from assessments.interpretation import Level, Unnamed
from assessments.models import Attempt
from assessments.scoring import Result, ScaleScore

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Dimension:
    """One scale: `score` as shown (one decimal), `filled` and `cut` in percent of its bar."""

    id: str
    title: str
    score: str | None
    lowest: int
    highest: int
    filled: str | None
    cut: str | None
    sentence: Text
    unanswered: int


@dataclass(frozen=True, slots=True)
class Reading:
    """All that `_result.html` shows. `style` is None where none may be named; `notes` say why."""

    questionnaire: Instrument
    submitted_at: datetime | None
    region: words.Region
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
    """The reading of a submitted attempt; ValueError for one that is not submitted.

    No query if the attempt came by `.for_reading()`, else up to four.
    """
    row = attempt.result
    if row is None:
        raise ValueError("the attempt has no result yet")
    questionnaire, scored = attempt.questionnaire, row.scored
    naming = interpretation.name_style(questionnaire, scored, attempt.answers_by_item)
    told = naming.unnamed is not Unnamed.SAME_ANSWER
    return Reading(
        questionnaire=questionnaire,
        submitted_at=attempt.submitted_at,
        region=_region(questionnaire, scored, naming),
        dimensions=tuple(
            _dimension(questionnaire, scale, score, told=told)
            for scale, score in zip(questionnaire.scales, scored.scales, strict=True)
        ),
        plane=plane.draw(questionnaire, scored),
        style=words.STYLES[naming.style] if naming.style else None,
        notes=_notes(naming),
        provenance=tuple(_provenance(attempt, row.engine_version)),
    )


def _region(
    questionnaire: Instrument, scored: Result, naming: interpretation.Naming
) -> words.Region:
    if naming.unnamed is Unnamed.SAME_ANSWER:
        return words.SAME_ANSWER
    if any(score.mean is None for score in scored.scales):
        return words.MISSING
    levels = [_level(questionnaire, scored, name) for name in ("anxiety", "avoidance")]
    anxiety, avoidance = levels
    if anxiety is None or avoidance is None:
        return words.PLAIN
    return words.REGIONS[anxiety, avoidance]


def _level(questionnaire: Instrument, scored: Result, name: str) -> Level | None:
    cut = getattr(questionnaire.cuts, name, None)
    return None if cut is None else interpretation.level(scored.mean(name), cut)


def _notes(naming: interpretation.Naming) -> tuple[Text, ...]:
    if naming.unnamed:
        return (words.UNNAMED[naming.unnamed],)
    return tuple(words.NEAR_NOTES[dimension] for dimension in naming.near)


def _dimension(
    questionnaire: Instrument, scale: Scale, scored: ScaleScore, *, told: bool
) -> Dimension:
    """`told`: whether the score may be put into words; a pattern of answering may not."""
    low, high = questionnaire.response.min, questionnaire.response.max
    cut: Fraction | None = getattr(questionnaire.cuts, scale.id, None)
    level = None if cut is None else interpretation.level(scored.mean, cut)

    def percent(score: Fraction | None) -> str | None:
        return None if score is None else f"{float((score - low) / (high - low) * 100):.1f}"

    sentence: Text = words.SENTENCES.get((scale.id, level), "") if level and told else ""
    if scored.mean is None:
        sentence = _("Not worked out: too many of its statements are unanswered.")
    return Dimension(
        id=scale.id,
        title=scale.title,
        score=None if scored.mean is None else f"{float(scored.mean):.1f}",
        lowest=low,
        highest=high,
        filled=percent(scored.mean),
        cut=percent(cut),
        sentence=sentence,
        unanswered=scored.unanswered,
    )


def _provenance(attempt: Attempt, engine_version: str) -> Iterator[tuple[str, str]]:
    """How the result came about, as (what, words)."""
    questionnaire = attempt.questionnaire
    yield (
        _("Questionnaire"),
        _("%(title)s, version %(version)s, language %(language)s; scored by engine %(engine)s.")
        % {
            "title": questionnaire.title,
            "version": questionnaire.version,
            "language": questionnaire.language,
            "engine": engine_version,
        },
    )
    yield _("Licence"), questionnaire.licence
    if questionnaire.citation:
        yield _("Source"), questionnaire.citation
    for scale in questionnaire.scales:
        yield scale.title, _key(questionnaire, scale)
    yield from _limits(questionnaire)


def _key(questionnaire: Instrument, scale: Scale) -> str:
    ends = questionnaire.response.min + questionnaire.response.max
    key = ngettext(
        "The answer to %(count)s statement: %(key)s.",
        "The mean of the answers to %(count)s statements: %(key)s.",
        len(scale.keyed),
    ) % {"count": len(scale.keyed), "key": ", ".join(map(str, scale.keyed)).replace("-", "−")}
    reverse = _("A − marks a statement that points the other way: %(ends)s minus the answer.")
    missing = _("It is worked out while no more than %(most)s of them are unanswered.")
    parts = [key]
    if any(keyed.reverse for keyed in scale.keyed):
        parts.append(reverse % {"ends": ends})
    parts.append(missing % {"most": scale.max_missing})
    return " ".join(parts)


def _limits(questionnaire: Instrument) -> Iterator[tuple[str, str]]:
    """Conventions, and what is not known, each named as such."""
    if questionnaire.cuts:
        yield from _conventions(questionnaire.cuts)
    if not any(scale.reliability for scale in questionnaire.scales):
        yield (
            _("Measurement error"),
            _("No reliability is known for this version, so no band of error can be drawn."),
        )
    if not any(scale.norms for scale in questionnaire.scales):
        yield (
            _("Comparison"),
            _("There are no norms for this version, so it cannot say how others answer."),
        )


def _conventions(cuts: Cuts) -> Iterator[tuple[str, str]]:
    yield (
        _("The lines"),
        _(
            "A style changes at %(anxiety)s for anxiety and at %(avoidance)s for avoidance; a"
            " score at its line counts as high. These lines are a convention of the practice,"
            " not a finding of research."
        )
        % {"anxiety": f"{float(cuts.anxiety):g}", "avoidance": f"{float(cuts.avoidance):g}"},
    )
    yield (
        _("Display rules"),
        _(
            "These are our own: a score within 0.5 of its line is called near. No style is"
            " named where both scores are near, where every answer is the same, or where"
            " a score is missing."
        ),
    )
