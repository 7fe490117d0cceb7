"""Texts of the result page for each region of the plane: warm, short, and no more than is known.

Regions follow from the levels of anxiety and avoidance; a style is named elsewhere, or not at all.
The texts speak of tendencies, because that is what two self-reported means can show.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.results.interpretation import Level, Unnamed
from assessments.scoring.engine import Style

LOW, NEAR, HIGH = Level.LOW, Level.NEAR, Level.HIGH


@dataclass(frozen=True, slots=True)
class Region:
    """A headline, what it may mean, and what tends to help."""

    headline: str | Promise
    meaning: str | Promise
    helps: tuple[str | Promise, ...]


# By (anxiety, avoidance).
REGIONS: dict[tuple[Level, Level], Region] = {
    (LOW, LOW): Region(
        _("Closeness mostly feels safe to you"),
        _(
            "You describe yourself as someone who trusts that the people you love will stay, and"
            " who can lean on them. That is a good base. Hard times can still shake it, and that"
            " is no step back."
        ),
        (
            _("Keep saying plainly what you need, even when things go well."),
            _("When somebody close to you worries or withdraws, your calm can help them."),
        ),
    ),
    (LOW, NEAR): Region(
        _("You feel mostly at ease, and like some room of your own"),
        _(
            "You rarely worry about losing people. At times you open up, at times you would rather"
            " manage alone; both can fit, depending on the person and the day."
        ),
        (
            _("Notice with whom, and when, opening up comes easily, and start there."),
            _("Say when you want time alone, so that nobody has to guess the reason."),
        ),
    ),
    (LOW, HIGH): Region(
        _("You stand on your own, and keep some distance"),
        _(
            "You describe yourself as independent, with little worry about being left. Needing"
            " others, or being needed, may feel like too much. Often this was once a sensible way"
            " to cope, and it can be loosened at your own pace."
        ),
        (
            _("Try one small step: tell someone you trust one thing that is hard just now."),
            _("When you feel like leaving a conversation, name it and ask for a short pause."),
        ),
    ),
    (NEAR, LOW): Region(
        _("Closeness comes naturally to you, with a worry now and then"),
        _(
            "Leaning on others feels natural to you. Sometimes you are sure of them, sometimes"
            " a silence or a change of tone makes you wonder. Many people know both."
        ),
        (
            _("When a worry comes, wait a little, then ask directly and kindly."),
            _("Collect the signs that somebody cares; worry tends to overlook them."),
        ),
    ),
    (NEAR, NEAR): Region(
        _("You are near the middle on both sides"),
        _(
            "Your answers lie close to the middle for worry and for distance. That can mean"
            " balance, or that it differs from person to person. No style describes this well, so"
            " none is named."
        ),
        (
            _("Think of one person at a time: with whom are you at ease, and with whom less?"),
            _("What makes the difference between them is worth talking about."),
        ),
    ),
    (NEAR, HIGH): Region(
        _("You keep some distance, and sometimes worry all the same"),
        _(
            "Managing alone feels safer to you than leaning on others, and yet the bond matters:"
            " now and then you worry about it. Keeping away and worrying can go together."
        ),
        (
            _("Tell one trusted person what distance does for you, and what you miss."),
            _("Small, planned steps towards others work better than big ones."),
        ),
    ),
    (HIGH, LOW): Region(
        _("You care deeply, and sometimes worry about losing people"),
        _(
            "Closeness matters a lot to you, and you let people near. Silence or distance can"
            " feel alarming, even when nothing is wrong. This often has its reasons in what you"
            " lived through, and it can become calmer."
        ),
        (
            _("When the alarm comes, breathe out slowly and wait before you write or ask again."),
            _("Ask for reassurance in plain words: what would help you right now?"),
            _("Keep a friend, a task or a place that is yours, for the times between."),
        ),
    ),
    (HIGH, NEAR): Region(
        _("You worry about losing people, and sometimes step back"),
        _(
            "The bond with others is often on your mind. At times you move closer, at times you"
            " pull back to protect yourself. Both are attempts to feel safe."
        ),
        (
            _("Notice what comes first: the worry, or the wish to withdraw."),
            _("Tell someone you trust which of the two it is, before you act on it."),
        ),
    ),
    (HIGH, HIGH): Region(
        _("You long for closeness, and it can also feel unsafe"),
        _(
            "You describe worry about losing people and also a strong wish to keep distance. Being"
            " pulled both ways is tiring, and it is nobody's fault. It often begins in times when"
            " others were needed and could not be relied on. It can change, best with company."
        ),
        (
            _("Go slowly, and choose people who are steady and keep their word."),
            _("Finding calm in the body first, by breath, movement or rest, makes talking easier."),
            _("A therapist can be a safe place to practise closeness at your own pace."),
        ),
    ),
}

SAME_ANSWER = Region(
    _("You gave the same answer throughout"),
    _(
        "Half of the statements point the other way, so the same answer everywhere lands near the"
        " middle. This shows a way of answering rather than a way of being close. Perhaps the"
        " day was not right for it; that is fine."
    ),
    (_("You can take it again when you have ten quiet minutes."),),
)
MISSING = Region(
    _("There are too few answers for a whole picture"),
    _(
        "Some statements stayed open, so at least one of the two dimensions cannot be worked out."
        " Leaving statements out is your right, and it says nothing about you."
    ),
    (_("You can take it again, and talk with somebody about the statements that felt hard."),),
)
PLAIN = Region(
    _("Here is what your answers add up to"),
    _("Each number below is the average of your answers to the statements that belong together."),
    (),
)

SENTENCES: dict[tuple[str, Level], str | Promise] = {
    ("anxiety", LOW): _("Lower than the middle. You mostly trust that people stay."),
    ("anxiety", NEAR): _("Near the middle. Sometimes at ease, sometimes worried about the bond."),
    ("anxiety", HIGH): _("Higher than the middle. Distance from someone close may feel alarming."),
    ("avoidance", LOW): _("Lower than the middle. Leaning on others mostly feels natural."),
    ("avoidance", NEAR): _("Near the middle. You lean on others at times, and at times not."),
    ("avoidance", HIGH): _(
        "Higher than the middle. Managing alone may feel safer than leaning on others."
    ),
}

# By dimension: its name at the end of a line, and the words at the two ends of its scale.
SHORT_NAMES: dict[str, str | Promise] = {"anxiety": _("Anxiety"), "avoidance": _("Avoidance")}
ENDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "anxiety": (_("worries little"), _("worries much")),
    "avoidance": (_("leans on others"), _("keeps distance")),
}

# Self-report by adults does not measure the disorganization that childhood research describes, so
# the name is a different one.
STYLES: dict[Style, str | Promise] = {
    Style.SECURE: _("secure"),
    Style.ANXIOUS: _("anxious"),
    Style.AVOIDANT: _("avoidant"),
    Style.DISORGANIZED: _("fearful-avoidant, sometimes called disorganized"),
}

UNNAMED: dict[Unnamed, str | Promise] = {
    Unnamed.NO_CUTS: _("This questionnaire has no lines between styles, so no style is named."),
    Unnamed.MISSING: _("No style is named, because a score is missing."),
    Unnamed.SAME_ANSWER: _("No style is named, because every answer is the same."),
    Unnamed.BOTH_NEAR: _(
        "No style is named, because both scores lie near the lines that divide the styles."
    ),
}

NEAR_NOTES: dict[str, str | Promise] = {
    "anxiety": _(
        "Your anxiety score lies near its line: on another day you might land on the other side."
    ),
    "avoidance": _(
        "Your avoidance score lies near its line: on another day you might land on the other side."
    ),
}
