"""Texts about change: "lower" and "higher", never "better" and "worse", and why none is known."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.results.provenance import reliability_text
from assessments.statistics.attempt_comparison import Comparison
from assessments.statistics.reliable_change import Change, Direction, Uncomputable

OBSTACLES: dict[Uncomputable, str | Promise] = {
    Uncomputable.NO_SCORE: gettext_lazy(
        "There is nothing to compare: one of the scores is missing."
    ),
    Uncomputable.MISSING_ITEMS: gettext_lazy(
        "We cannot say whether this is a real change, because some statements have no answer."
    ),
    Uncomputable.OTHER_VERSION: gettext_lazy(
        "These two cannot be compared: that was another version of the questionnaire."
    ),
    Uncomputable.OTHER_LANGUAGE: gettext_lazy(
        "These two cannot be compared: that one was in another language."
    ),
    Uncomputable.OTHER_TARGET: gettext_lazy(
        "These two cannot be compared: that one was about another relationship."
    ),
    Uncomputable.NO_RELIABILITY: gettext_lazy(
        "We cannot say whether this is a real change. Nobody has measured how exact this version"
        " is."
    ),
    Uncomputable.NO_RETEST: gettext_lazy(
        "We cannot say whether this is a real change. Nobody has measured how exact this version"
        " is over time."
    ),
    Uncomputable.NO_ERROR: gettext_lazy(
        "We cannot say whether this is a real change: the stated reliability leaves no room for"
        " error."
    ),
}


def amount(comparison: Comparison) -> str:
    """How far apart the scores are, such as "0.8"; "" if they are equal or cannot be compared.

    As the two scores are shown, with one decimal: people subtract them. Whether the change is
    reliable is computed from the exact ones.
    """
    if comparison.scores is None:
        return ""
    first, last = (Decimal(f"{float(score):.1f}") for score in comparison.scores)
    return "" if first == last else str(abs(last - first))


def difference(comparison: Comparison) -> str:
    """The difference in words ("Lower by 0.8"); "" if the two cannot be compared."""
    if comparison.difference is None:
        return ""
    shown = amount(comparison)
    if not shown:
        return _("Unchanged")
    text = _("Higher by %(amount)s") if comparison.difference > 0 else _("Lower by %(amount)s")
    return text % {"amount": shown}


def verdict(comparison: Comparison) -> str:
    """Whether the difference is a reliable change, in words."""
    change = comparison.change
    if change is None:
        obstacle = str(OBSTACLES[comparison.obstacle]) if comparison.obstacle else ""
        return f"{obstacle} {_at_least(comparison.least)}" if comparison.least else obstacle
    if change.reliable and change.direction is Direction.LOWER:
        return _(
            "Reliably lower: if nothing had changed, fewer than 5 of 100 people would differ by as"
            " much."
        )
    if change.reliable:
        return _(
            "Reliably higher: if nothing had changed, fewer than 5 of 100 people would differ by as"
            " much."
        )
    if comparison.short:
        text = _(
            "Too short to tell: with %(count)s statements only a change of %(needed)s or more would"
            " stand out from chance."
        )
        return text % {"count": len(comparison.scale.keyed), "needed": _needed(change)}
    text = _(
        "No reliable change: measurement error alone could explain a difference like this. Only"
        " more than %(needed)s would stand out from chance."
    )
    return text % {"needed": _needed(change)}


def _at_least(least: Change) -> str:
    """The error within one sitting, as a lower bound."""
    text = _(
        "By error alone, two scores can differ by %(needed)s or more. That could explain this"
        " difference."
    )
    if least.reliable:
        text = _(
            "The difference is larger than the error within one sitting (%(needed)s). But scores"
            " also vary from day to day, so it may still be chance."
        )
    return text % {"needed": _needed(least)}


def notes(comparison: Comparison, *, first: bool) -> Iterator[str]:
    """What else to know about the comparison. `first`: whether it is the one with the first
    result, which is the one to go by."""
    if comparison.early:
        yield _("Too early to say much: within four weeks, people may remember what they answered.")
    if comparison.regression:
        yield _(
            "The earlier score was far from the middle. Such scores tend to come back a little next"
            " time, even if nothing has changed."
        )
    if not first and comparison.change:
        yield _(
            "Trust the comparison with the first result most. Of several comparisons, one may stand"
            " out by chance."
        )


def formula(change: Change) -> str:
    """The formula and its inputs (Jacobson and Truax 1991)."""
    known = change.reliability
    text = _(
        "S_diff = SD × √2 × √(1 − r) = %(sd)s × 1.414 × √(1 − %(r)s) = %(s_diff)s. Index ="
        " (later − earlier) / S_diff = (%(after)s − %(before)s) / %(s_diff)s = %(index)s. It is"
        " reliable beyond ±1.96 (Jacobson and Truax 1991). %(known)s"
    )
    return text % {
        "sd": f"{float(known.sd):.2f}",
        "r": f"{float(known.value):.2f}",
        "s_diff": f"{change.s_diff:.3f}",
        "after": f"{float(change.after):.2f}",
        "before": f"{float(change.before):.2f}",
        "index": f"{change.index:.2f}".replace("-", "−"),
        "known": reliability_text(known),
    }


def _needed(change: Change) -> str:
    return f"{change.needed:.1f}"
