"""The texts of rhythms: for the therapist who sets them, and for the client who is asked."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.labels import Text
from clients.models import Rhythm
from clients.rhythm.occasions import State
from clients.rhythm.queries import Rest

STATES: dict[State, Text] = {
    State.ASKED: gettext_lazy("asked"),
    State.REMINDED: gettext_lazy("reminded"),
    State.FILLED_IN: gettext_lazy("filled in"),
    State.EXPIRED: gettext_lazy("not answered"),
    State.WITHDRAWN: gettext_lazy("withdrawn"),
}
RESTS: dict[Rest, Text] = {
    Rest.NOT_STARTED: gettext_lazy("Rests until the client has opened their account."),
    Rest.PATH: gettext_lazy("Rests while the path is paused or closed."),
    Rest.CONSENT: gettext_lazy("Rests because the client withdrew a consent."),
    Rest.THERAPIST: gettext_lazy(
        "Rests because this therapist no longer cares for the client. Change it to ask yourself."
    ),
    Rest.NO_GOAL: gettext_lazy("Rests until the client has a goal."),
    Rest.NOT_OFFERED: gettext_lazy("Rests because the questionnaire is no longer offered."),
    Rest.UNANSWERED: gettext_lazy("Rests because nobody answered three times in a row."),
}


def how_often(kind: str, every: int) -> str:
    """For the therapist."""
    if kind == Rhythm.Kind.STEPS:
        return _("On reaching each step")
    if kind == Rhythm.Kind.WEEKS:
        return ngettext("Every week", "Every %(n)d weeks", every) % {"n": every}
    return ngettext("Before every session", "Every %(n)d sessions, before the session", every) % {
        "n": every
    }


def title_of(rhythm: Rhythm, titles: dict[str, str]) -> str:
    """What it asks for. No query if the instrument is loaded."""
    return rhythm.asks_for(titles)


def told(kind: str, every: int, name: str) -> str:
    """For the client, before the reason."""
    values = {"name": name, "n": every}
    if kind == Rhythm.Kind.STEPS:
        return _("%(name)s asks you for this each time you reach a new step.") % values
    if kind == Rhythm.Kind.WEEKS:
        return (
            ngettext(
                "%(name)s asks you for this every week.",
                "%(name)s asks you for this every %(n)d weeks.",
                every,
            )
            % values
        )
    return (
        ngettext(
            "%(name)s asks you for this before each session.",
            "%(name)s asks you for this every %(n)d sessions, before the session.",
            every,
        )
        % values
    )


def task_title(questionnaire: str) -> str:
    """The title of the client's task, cut to the length of its column."""
    return (_("Fill in: %(title)s") % {"title": questionnaire})[:120]


def rate_goals() -> str:
    """The title of the task that asks a client to rate their goals."""
    return _("Rate your goals")


def default_reason() -> str:
    return _("So that we can both see what changes over time.")
