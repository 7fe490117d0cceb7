"""How a result was worked out, in words: version, key, missing rule, sample, licence, limits."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.instruments.definition import Cuts, Instrument, Norms, Reliability, Scale
from assessments.models import Attempt


def provenance(attempt: Attempt, engine_version: str) -> Iterator[tuple[str, str]]:
    """As (what, words). No query if the attempt came by `.for_reading()`."""
    questionnaire = attempt.version.known
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
    if attempt.target:
        yield _("About"), attempt.target
    yield _("Licence"), questionnaire.licence
    if questionnaire.citation:
        yield _("Source"), questionnaire.citation
    for scale in questionnaire.scales:
        yield scale.title, " ".join(_about(questionnaire, scale))
    yield from _limits(questionnaire)


def _about(questionnaire: Instrument, scale: Scale) -> Iterator[str]:
    yield ngettext(
        "The answer to %(count)s statement: %(key)s.",
        "The mean of the answers to %(count)s statements: %(key)s.",
        len(scale.keyed),
    ) % {"count": len(scale.keyed), "key": ", ".join(map(str, scale.keyed)).replace("-", "−")}
    if any(keyed.reverse for keyed in scale.keyed):
        ends = questionnaire.response.min + questionnaire.response.max
        text = _("A − marks a statement that points the other way: %(ends)s minus the answer.")
        yield text % {"ends": ends}
    missing = _("It is worked out while no more than %(most)s of them are unanswered.")
    yield missing % {"most": scale.max_missing}
    if scale.reliability:
        yield reliability_words(scale.reliability)
    if scale.norms:
        yield _norms_words(scale.norms)


def reliability_words(known: Reliability) -> str:
    """The inputs of a band or of a reliable change."""
    text = _("Reliability (%(kind)s) %(value)s, standard deviation %(sd)s; source: %(source)s.")
    words = text % {
        "kind": known.kind,
        "value": f"{float(known.value):.2f}",
        "sd": f"{float(known.sd):.2f}",
        "source": known.source,
    }
    return (
        f"{words} {_('Sample: %(sample)s.') % {'sample': known.sample}}" if known.sample else words
    )


def _norms_words(norms: Norms) -> str:
    text = _("Compared with: %(sample)s%(count)s. Source: %(source)s.")
    count = _(" (%(n)s people)") % {"n": norms.n} if norms.n else ""
    return text % {"sample": norms.sample, "count": count, "source": norms.source}


def _limits(questionnaire: Instrument) -> Iterator[tuple[str, str]]:
    """Conventions, and what is not known, each named as such."""
    if questionnaire.cuts:
        yield from _conventions(questionnaire.cuts)
    if not any(scale.reliability for scale in questionnaire.scales):
        yield (
            _("Measurement error"),
            _("No reliability is known for this version, so no band of error can be drawn."),
        )
    else:
        yield (
            _("Measurement error"),
            _(
                "A band holds the score in 95 of 100 cases: 1.96 times the standard error of"
                " measurement, SD × √(1 − r), to each side; the ellipse 2.45 times. Where"
                " statements are unanswered there is no band."
            ),
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
