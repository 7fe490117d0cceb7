"""Texts of the result page for each region of the plane: warm, short, and no more than is known.

A region follows from the sides of anxiety and avoidance (`interpretation.Position`). The texts say
what somebody's answers describe, because two means of self-report show nothing else: no feeling
that was not asked about, no cause, and no word stronger than the score.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.results.interpretation import Amount, Level, Position, Unnamed
from assessments.scoring.engine import Style

Text = str | Promise
LOW, NEAR, HIGH = Level.LOW, Level.NEAR, Level.HIGH


@dataclass(frozen=True, slots=True)
class Head:
    """The first sentence of a result, what it may mean, and what somebody could try."""

    headline: Text
    meaning: tuple[Text, ...]
    helps: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """The texts of one region: `marked` is the headline if every score that is on a side lies in
    an outer quarter of the response scale; `headline` is true of the whole region."""

    headline: Text
    marked: Text
    meaning: Text
    helps: tuple[Text, ...]


# By the sides of (anxiety, avoidance).
REGIONS: dict[tuple[Level, Level], Region] = {
    (LOW, LOW): Region(
        _("You describe more calm than worry, and more closeness than distance"),
        _("You describe little worry about losing closeness, and little distance"),
        _("That can be a good base. Hard times can still shake it, and that is normal."),
        (
            _("Keep saying plainly what you need, even when things go well."),
            _("You may be a support to others. You do not have to carry them alone."),
        ),
    ),
    (LOW, NEAR): Region(
        _("You describe more calm than worry, and no clear side between closeness and distance"),
        _("You describe little worry, and no clear side between closeness and distance"),
        _(
            "Opening up and managing alone can both be right. It may depend on the person and on"
            " the day."
        ),
        (
            _("Notice with whom, and when, it is easy to open up. Start there."),
            _("Say it when you want time alone. Then nobody has to guess the reason."),
        ),
    ),
    (LOW, HIGH): Region(
        _("You describe more calm than worry, and more distance than closeness"),
        _("You describe little worry about losing closeness, and a lot of distance"),
        _(
            "People keep their distance for many reasons: their nature, earlier times, or the"
            " people around them now. It does not have to change. If you would like more"
            " closeness, small steps are a good start."
        ),
        (
            _("If you wish, tell someone you trust one thing that is hard just now."),
            _("When you feel like leaving a talk, say so and ask for a short pause."),
        ),
    ),
    (NEAR, LOW): Region(
        _("You describe more closeness than distance, and no clear side between worry and calm"),
        _("You describe little distance, and no clear side between worry and calm"),
        _("Many people feel sure of someone at some times, and unsure at other times."),
        (
            _("When a worry comes, wait a little. Then ask directly, if it is safe to ask."),
            _("Look at what people do, and not only at what you fear they think."),
        ),
    ),
    (NEAR, NEAR): Region(
        _("Your answers do not point clearly to one side"),
        _("Your answers do not point clearly to one side"),
        _(
            "This can mean balance. It can also mean that it changes from day to day or from person"
            " to person, or that the statements did not fit you."
        ),
        (
            _("Think of one person at a time. With whom do you feel at ease, and with whom less?"),
            _(
                "Ask yourself what makes the difference. You can talk about it with someone you"
                " trust."
            ),
        ),
    ),
    (NEAR, HIGH): Region(
        _("You describe more distance than closeness, and no clear side between worry and calm"),
        _("You describe a lot of distance, and no clear side between worry and calm"),
        _(
            "People keep their distance for many reasons: their nature, earlier times, or the"
            " people around them now. Some keep away and worry at the same time."
        ),
        (
            _("Tell someone you trust what distance gives you, and what you may miss."),
            _("If you would like more closeness, plan small steps. They are easier than big ones."),
        ),
    ),
    (HIGH, LOW): Region(
        _("You describe more worry than calm, and more closeness than distance"),
        _("You describe little distance, and a lot of worry about losing closeness"),
        _(
            "When someone is silent or far away, it may alarm you. Sometimes there is a reason for"
            " alarm, and sometimes there is none. Such worry can come from many things: our nature,"
            " earlier times, or the people around us now. It can soften."
        ),
        (
            _(
                "When worry comes, breathe out slowly, and wait a little before you write. If you"
                " are afraid for your safety, do not wait."
            ),
            _("Ask in plain words for what would help you right now."),
            _("Keep a friend, a task or a place that is your own. It can steady you."),
        ),
    ),
    (HIGH, NEAR): Region(
        _("You describe more worry than calm, and no clear side between closeness and distance"),
        _("You describe a lot of worry, and no clear side between closeness and distance"),
        _(
            "With such worry some people move closer, some step back, and many do first one and"
            " then the other. It can come from many things: our nature, earlier times, or the"
            " people around us now."
        ),
        (
            _("Notice what comes first: the worry, or the wish to step back."),
            _("If it is safe, tell someone you trust about it before you act."),
        ),
    ),
    (HIGH, HIGH): Region(
        _("You describe more worry than calm, and more distance than closeness"),
        _("You describe a lot of worry about losing closeness, and a lot of distance"),
        _(
            "It can be tiring to worry about closeness and to keep away from it at the same time."
            " It is not your fault. It can come from many things: our nature, earlier times, or the"
            " people around us now. It can change, and support helps."
        ),
        (
            _("Go slowly, and choose people who are steady and keep their word."),
            _("Calm your body first: breathe out slowly, move, or rest. Then it may be easier to"
              " talk."),
            _("With a therapist you can practise closeness at your own pace."),
        ),
    ),
}  # fmt: skip

# By whether (anxiety, avoidance) are slight; never with neither.
SLIGHT: dict[tuple[bool, bool], Text] = {
    (True, True): _("The two scores are neither very low nor very high, so take this as a hint."),
    (True, False): _(
        "The score for worry is neither very low nor very high, so take that part as a hint."
    ),
    (False, True): _(
        "The score for distance is neither very low nor very high, so take that part as a hint."
    ),
}
AGAIN = _("You can take it again another day, when you have ten quiet minutes.")
SAME_ANSWER = Head(
    _("You gave the same answer every time"),
    (
        _(
            "This says more about a way of answering than about you, so we show no scores. That is"
            " fine."
        ),
    ),
    (AGAIN,),
)
CONTRADICTION = _(
    "Some statements say the opposite of others, so the same answer to all of them contradicts"
    " itself."
)
MIDDLE_ANSWER = Head(
    _("You gave the middle answer every time"),
    (
        _(
            "That can be just how it is: you may feel in between on all of this. Or the statements"
            " did not fit you, or it was not the day for them. The scores would be the same each"
            " time, so we show none."
        ),
    ),
    (
        _(
            "If you feel in between, think of a day when closeness was easy, and of one when it"
            " was hard. What was different?"
        ),
        AGAIN,
    ),
)
CONTRADICTORY = Head(
    _("Your answers point in both directions"),
    (
        _(
            "Some statements say the opposite of others, and many of them got much the same answer."
            " The scores would say little, so we show none. It can mean that you feel both ways,"
            " that it changes from time to time, or that the statements did not fit you."
        ),
    ),
    (AGAIN,),
)
HARD_STATEMENTS = _("If some statements felt hard, you can talk about them with someone you trust.")
MISSING = Head(
    _("There are too few answers for a whole picture"),
    (
        _(
            "Some statements have no answer, so not every score could be worked out. It is fine to"
            " skip."
        ),
    ),
    (AGAIN, HARD_STATEMENTS),
)
NOTHING = Head(
    _("There are too few answers for a result"),
    (_("Many statements have no answer, so no score could be worked out. It is fine to skip."),),
    MISSING.helps,
)
PLAIN = Head(
    _("Here is what your answers add up to"),
    (_("Each number is the average of your answers to the statements that belong together."),),
)

# What the answers describe, whatever the cut is.
AMOUNTS: dict[str, dict[Amount, Text]] = {
    "anxiety": {
        Amount.LITTLE: _("Your answers describe little worry about losing closeness."),
        Amount.LESS: _("Your answers describe some worry about losing closeness, but more calm."),
        Amount.MIXED: _("Your answers describe about as much worry as calm."),
        Amount.MORE: _("Your answers describe some calm, but more worry about losing closeness."),
        Amount.MUCH: _("Your answers describe a lot of worry about losing closeness."),
    },
    "avoidance": {
        Amount.LITTLE: _("Your answers describe little distance."),
        Amount.LESS: _("Your answers describe some distance, but more closeness."),
        Amount.MIXED: _("Your answers describe about as much distance as closeness."),
        Amount.MORE: _("Your answers describe some closeness, but more distance."),
        Amount.MUCH: _("Your answers describe a lot of distance."),
    },
}
LEVELS: dict[Level, Text] = {
    LOW: _("The score is below the dashed line."),
    NEAR: _("The score is close to the dashed line, so it does not point clearly to one side."),
    HIGH: _("The score is above the dashed line."),
}
UNSCORED = _("There are not enough answers to score this.")

# By dimension: its name at the end of a line, what it is about, and the words at both ends of its
# scale.
SHORT_NAMES: dict[str, Text] = {"anxiety": _("Worry"), "avoidance": _("Distance")}
ABOUT: dict[str, Text] = {
    "anxiety": _(
        "How much you worry about losing closeness: from little worry (low) to a lot of worry"
        " (high). It is not anxiety as an illness."
    ),
    "avoidance": _(
        "How much distance you keep: from letting someone close (low) to keeping your distance"
        " (high)."
    ),
}
ENDS: dict[str, tuple[Text, Text]] = {
    "anxiety": (_("little worry"), _("a lot of worry")),
    "avoidance": (_("lets someone close"), _("keeps distance")),
}

# Self-report by adults does not measure the disorganization that childhood research describes, so
# the name is a different one.
STYLES: dict[Style, Text] = {
    Style.SECURE: _("secure"),
    Style.ANXIOUS: _("anxious"),
    Style.AVOIDANT: _("avoidant"),
    Style.DISORGANIZED: _("fearful-avoidant"),
}
STYLE_MEANINGS: dict[Style, Text] = {
    Style.SECURE: _("less worry about losing closeness, and less distance"),
    Style.ANXIOUS: _("more worry about losing closeness, and less distance"),
    Style.AVOIDANT: _("less worry about losing closeness, and more distance"),
    Style.DISORGANIZED: _(
        "more worry about losing closeness, and more distance. Some call it disorganized. In"
        " research that word is about small children, and this page does not measure it."
    ),
}
CLOSEST = _("Of the four names on this map, your answers are closest to “%(style)s”.")
BETWEEN = _("Your answers lie between “%(first)s” and “%(second)s”. No single name fits.")

UNNAMED: dict[Unnamed, Text] = {
    Unnamed.LEFT_OUT: _(
        "This page names no attachment style. The practice leaves the names out until this"
        " questionnaire has been tested."
    ),
    Unnamed.NO_CUTS: _("This questionnaire has no lines between styles, so no style is named."),
    Unnamed.MISSING: _("No style is named, because a score is missing."),
    Unnamed.SAME_ANSWER: _("No style is named, because every answer is the same."),
    Unnamed.CONTRADICTORY: _(
        "No style is named, because many opposite statements got much the same answer."
    ),
    Unnamed.BOTH_NEAR: _(
        "No style is named, because both scores lie near the lines that divide the styles."
    ),
}

UNTESTED = _("This questionnaire is for learning about yourself. It is not yet tested in research.")
UNMEASURED = _("We have no record here of how exact this version of the questionnaire is.")


def head_of(anxiety: Position, avoidance: Position) -> Head:
    """The texts for two scores."""
    region = REGIONS[anxiety.side, avoidance.side]
    slight = SLIGHT.get((anxiety.slight, avoidance.slight))
    return Head(
        region.headline if slight else region.marked,
        (region.meaning, slight) if slight else (region.meaning,),
        region.helps,
    )
