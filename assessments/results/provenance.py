"""How a result was worked out, in words: version, key, missing answers, sample, licence, limits."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.instruments.definition import Cuts, Instrument, Norms, Reliability, Scale
from assessments.results import interpretation
from assessments.statistics import measurement_error


def in_words(questionnaire: Instrument, target: str) -> Iterator[tuple[str, str]]:
    """Pairs of a heading and a text, for everybody."""
    yield (
        _("Questionnaire"),
        _("%(title)s, version %(version)s.")
        % {"title": questionnaire.title, "version": questionnaire.version},
    )
    if target:
        yield _("Whom you thought of"), target
    yield (
        _("The scores"),
        _(
            "Each score is the average of your answers to the statements that belong to it. Some"
            " statements say the opposite of the others, so their answers count the other way"
            " round."
        )
        if any(keyed.reverse for scale in questionnaire.scales for keyed in scale.keyed)
        else _("Each score is the average of your answers to the statements that belong to it."),
    )
    yield from _limits(questionnaire)
    if questionnaire.citation:
        yield _("Source"), questionnaire.citation
    yield _("Licence"), questionnaire.licence


def in_codes(questionnaire: Instrument, engine_version: str) -> Iterator[tuple[str, str]]:
    """Pairs of a heading and a text, for people who want to check the numbers."""
    yield (
        _("Scoring"),
        _("Language %(language)s; scored by engine %(engine)s.")
        % {"language": questionnaire.language, "engine": engine_version},
    )
    for scale in questionnaire.scales:
        yield scale.title, " ".join(_about(questionnaire, scale))
    if any(scale.reliability for scale in questionnaire.scales):
        yield (
            _("Error bands"),
            _(
                "A band reaches 1.96 standard errors of measurement, SD × √(1 − r), to each side."
                " The ellipse reaches 2.45, because it has to contain two scores at once."
            ),
        )


def _about(questionnaire: Instrument, scale: Scale) -> Iterator[str]:
    yield ngettext(
        "The answer to %(count)s statement: %(key)s.",
        "The mean of the answers to %(count)s statements: %(key)s.",
        len(scale.keyed),
    ) % {"count": len(scale.keyed), "key": ", ".join(map(str, scale.keyed)).replace("-", "−")}
    if any(keyed.reverse for keyed in scale.keyed):
        ends = questionnaire.response.min + questionnaire.response.max
        text = _("A − marks a reversed statement, which counts as %(ends)s minus the answer.")
        yield text % {"ends": ends}
    missing = _("It is worked out if no more than %(most)s of them are unanswered.")
    yield missing % {"most": scale.max_missing}
    if scale.reliability:
        yield reliability_text(scale.reliability)
    if scale.norms:
        yield _norms_text(scale.norms)


def reliability_text(known: Reliability) -> str:
    """The inputs of an error band or a reliable change."""
    text = _("Reliability (%(kind)s) %(value)s, standard deviation %(sd)s; source: %(source)s.")
    reliability = text % {
        "kind": known.kind,
        "value": f"{float(known.value):.2f}",
        "sd": f"{float(known.sd):.2f}",
        "source": known.source,
    }
    if not known.sample:
        return reliability
    return f"{reliability} {_('Sample: %(sample)s.') % {'sample': known.sample}}"


def _norms_text(norms: Norms) -> str:
    text = _("Compared with: %(sample)s%(count)s. Source: %(source)s.")
    count = _(" (%(n)s people)") % {"n": norms.n} if norms.n else ""
    return text % {"sample": norms.sample, "count": count, "source": norms.source}


def _limits(questionnaire: Instrument) -> Iterator[tuple[str, str]]:
    """The conventions, and what is not known."""
    if questionnaire.cuts:
        yield from _conventions(questionnaire, questionnaire.cuts)
    if any(scale.reliability for scale in questionnaire.scales):
        yield (
            _("How exact it is"),
            _(
                "If someone answered many times without changing, about 95 of 100 such error bands"
                " would contain their true average. The ellipse reaches further than the bands,"
                " because it has to contain two scores at once. What is known from one sitting,"
                " such as alpha, leaves out how scores vary from day to day. The band is then the"
                " least that the error can be. If statements are unanswered, there is no band."
            ),
        )
    else:
        yield (
            _("How exact it is"),
            _("Nobody has measured yet how exact the scores of this version are."),
        )
    if not any(scale.norms for scale in questionnaire.scales):
        yield (
            _("Comparison"),
            _("There are no norms for this version, so it cannot show how others answer."),
        )


def _conventions(questionnaire: Instrument, cuts: Cuts) -> Iterator[tuple[str, str]]:
    yield (
        _("The lines"),
        _(
            "The lines divide lower from higher scores. They are at %(anxiety)s for worry and at"
            " %(avoidance)s for distance, and a score on its line counts as high. These lines are a"
            " convention of the practice, and not a finding of research."
        )
        % {"anxiety": f"{float(cuts.anxiety):g}", "avoidance": f"{float(cuts.avoidance):g}"},
    )
    rules = _(
        "If one score is near its line, the page names the two styles between which the answers"
        " lie. No style is named if both are near, or if a score is missing. If every answer is the"
        " same, or many opposite statements are answered alike, no scores are shown. A score in the"
        " lowest quarter of the scale is called little, one in the highest a lot."
    )
    yield _("Our own display rules"), f"{_near_rule(questionnaire)} {rules}"


def _near_rule(questionnaire: Instrument) -> str:
    """`interpretation.reach` in words."""
    distance = {"distance": f"{float(interpretation.NEAR):g}"}
    with_cuts = [s for s in questionnaire.scales if hasattr(questionnaire.cuts, s.id)]
    if not any(measurement_error.known_error(scale, 0) for scale in with_cuts):
        return _("A score within %(distance)s of its line is called near.") % distance
    text = _(
        "A score whose error band reaches its line is called near; without a band, one within"
        " %(distance)s of its line."
    )
    return text % distance
