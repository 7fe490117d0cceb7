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
        _("You describe more ease than worry, and more closeness than distance"),
        _("You describe closeness as something that mostly feels safe"),
        _("That can be a good base. Hard times can still shake it, and that is normal."),
        (
            _("Keep saying plainly what you need, even when things go well."),
            _("You may be a support to others. You need not carry them alone."),
        ),
    ),
    (LOW, NEAR): Region(
        _("You describe more ease than worry, and about as much closeness as distance"),
        _("You describe little worry about losing people, and about as much closeness as distance"),
        _(
            "Opening up and managing alone can both be right. It may depend on the person and on"
            " the day."
        ),
        (
            _("Notice with whom, and when, opening up comes easily, and start there."),
            _("Say when you want time alone, so that nobody has to guess the reason."),
        ),
    ),
    (LOW, HIGH): Region(
        _("You describe more ease than worry, and more distance than closeness"),
        _("You describe little worry about losing people, and a clear wish for distance"),
        _(
            "People keep their distance for many reasons: their nature, earlier times, or the"
            " people around them now. It need not change. If you would like to lean on others"
            " more, small steps are a good start."
        ),
        (
            _("If you wish, tell someone you trust one thing that is hard just now."),
            _("When you feel like leaving a talk, say so and ask for a short pause."),
        ),
    ),
    (NEAR, LOW): Region(
        _("You describe more closeness than distance, and about as much worry as ease"),
        _("You describe leaning on others as easy, and about as much worry as ease"),
        _("Many people are sure of others at some times, and wonder about them at other times."),
        (
            _("When a worry comes, wait a little, then ask directly, unless you are afraid."),
            _("Look at what people do, and not only at what you fear they think."),
        ),
    ),
    (NEAR, NEAR): Region(
        _("Your answers do not point clearly to one side"),
        _("Your answers do not point clearly to one side"),
        _(
            "It can mean balance, or that it differs from person to person, or that the statements"
            " did not fit you."
        ),
        (
            _("Think of one person at a time: with whom are you at ease, and with whom less?"),
            _("What makes the difference between them is worth talking about."),
        ),
    ),
    (NEAR, HIGH): Region(
        _("You describe more distance than closeness, and about as much worry as ease"),
        _("You describe a clear wish for distance, and about as much worry as ease"),
        _(
            "People keep their distance for many reasons: their nature, earlier times, or the"
            " people around them now. Keeping away and worrying can go together."
        ),
        (
            _("Tell someone you trust what distance gives you, and what you miss."),
            _("Small steps towards others, planned ahead, are easier than big ones."),
        ),
    ),
    (HIGH, LOW): Region(
        _("You describe more worry than ease, and more closeness than distance"),
        _("You describe letting people near, and a lot of worry about losing them"),
        _(
            "Silence or distance may feel alarming. Sometimes there is a reason for alarm, and"
            " sometimes there is none. Such worry can have many roots: our nature, earlier times,"
            " or the people around us now. It can become calmer."
        ),
        (
            _("When worry comes, breathe out slowly and wait before you write, unless you are"
              " afraid."),
            _("Ask in plain words for what would help you right now."),
            _("Keep a friend, a task or a place that is yours, for the times between."),
        ),
    ),
    (HIGH, NEAR): Region(
        _("You describe more worry than ease, and about as much closeness as distance"),
        _(
            "You describe a lot of worry about losing people, and about as much closeness as"
            " distance"
        ),
        _(
            "With such worry some people move closer, some step back, and many do both by turns."
            " It can have many roots: our nature, earlier times, or the people around us now."
        ),
        (
            _("Notice what comes first: the worry, or the wish to step back."),
            _("If it is safe, tell someone you trust which of the two it is before you act."),
        ),
    ),
    (HIGH, HIGH): Region(
        _("You describe more worry than ease, and more distance than closeness"),
        _("You describe a lot of worry about losing people, and a clear wish for distance"),
        _(
            "Being pulled both ways can be tiring, and it is nobody’s fault. It can have many"
            " roots: our nature, earlier times, or the people around us now. It can change, and"
            " nobody has to do that alone."
        ),
        (
            _("Go slowly, and choose people who are steady and keep their word."),
            _("Breath, movement or rest may calm the body first, so that talking is easier."),
            _("With a therapist you can practise closeness at your own pace."),
        ),
    ),
}  # fmt: skip

SLIGHT = _("A difference here is small, so take it as a hint.")
SAME_ANSWER = Head(
    _("You gave the same answer throughout"),
    (_("This shows a way of answering more than a way of being close. That is fine."),),
    (_("You can take it again when you have ten quiet minutes."),),
)
CONTRADICTION = _(
    "Some statements point the other way, so one answer throughout contradicts itself."
)
MIDDLE_ANSWER = Head(
    _("You gave the middle answer throughout"),
    (
        _(
            "It can mean that everything is in between, or that the statements did not fit you, or"
            " that it was not the day for them. The numbers cannot show which."
        ),
    ),
    SAME_ANSWER.helps,
)
CONTRADICTORY = Head(
    _("Your answers point in both directions"),
    (
        _(
            "Many opposite statements got much the same answer, so the scores alone say little. It"
            " can mean that you feel both ways, that it differs from time to time, or that the"
            " statements did not fit you."
        ),
    ),
    SAME_ANSWER.helps,
)
MISSING = Head(
    _("There are too few answers for a whole picture"),
    (
        _(
            "Some statements stayed open, so at least one of the two sides cannot be worked out."
            " Leaving statements out is your right."
        ),
    ),
    (_("You can take it again, and talk with somebody about the statements that felt hard."),),
)
PLAIN = Head(
    _("Here is what your answers add up to"),
    (_("Each number is the average of your answers to the statements that belong together."),),
)

# What the answers describe, whatever the cut is.
AMOUNTS: dict[str, dict[Amount, Text]] = {
    "anxiety": {
        Amount.LITTLE: _("Your answers describe little worry about losing people."),
        Amount.LESS: _("Your answers describe some worry about losing people, but more ease."),
        Amount.MIXED: _("Your answers describe about as much worry as ease."),
        Amount.MORE: _("Your answers describe some ease, but more worry about losing people."),
        Amount.MUCH: _("Your answers describe a lot of worry about losing people."),
    },
    "avoidance": {
        Amount.LITTLE: _("Your answers describe leaning on others as easy."),
        Amount.LESS: _("Your answers describe some distance, but more leaning on others."),
        Amount.MIXED: _("Your answers describe about as much distance as leaning on others."),
        Amount.MORE: _("Your answers describe some leaning on others, but more distance."),
        Amount.MUCH: _("Your answers describe a clear wish for distance."),
    },
}
LEVELS: dict[Level, Text] = {
    LOW: _("The score is below the dashed line."),
    NEAR: _("The score is so close to the dashed line that it could belong on either side."),
    HIGH: _("The score is above the dashed line."),
}

# By dimension: its name at the end of a line, and the words at the two ends of its scale.
SHORT_NAMES: dict[str, Text] = {"anxiety": _("Anxiety"), "avoidance": _("Avoidance")}
ENDS: dict[str, tuple[Text, Text]] = {
    "anxiety": (_("worries little"), _("worries much")),
    "avoidance": (_("leans on others"), _("keeps distance")),
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
    Style.SECURE: _("little worry about losing people, and little distance from them"),
    Style.ANXIOUS: _("more worry about losing people, and little distance from them"),
    Style.AVOIDANT: _("little worry about losing people, and more distance from them"),
    Style.DISORGANIZED: _(
        "more worry about losing people, and more distance from them. Some call it disorganized;"
        " in research that word is about small children, and this page does not measure it."
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
        "No style is named, because many opposite statements were answered alike."
    ),
    Unnamed.BOTH_NEAR: _(
        "No style is named, because both scores lie near the lines that divide the styles."
    ),
}

UNTESTED = _("This questionnaire is for learning about yourself. It is not yet tested in research.")
UNMEASURED = _("How exact this version of the questionnaire is has not been recorded here.")


def head_of(anxiety: Position, avoidance: Position) -> Head:
    """The texts for two scores."""
    region = REGIONS[anxiety.side, avoidance.side]
    slight = anxiety.slight or avoidance.slight
    return Head(
        region.headline if slight else region.marked,
        (region.meaning, SLIGHT) if slight else (region.meaning,),
        region.helps,
    )
