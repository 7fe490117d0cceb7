"""The texts of the rules' reasons, of the changes of a path and of its statuses."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from clients.journey import Code, Kind, Status
from clients.labels import Text

REASONS = {
    Code.NO_SUCH_STEP: _("There is no such step."),
    Code.SAME_STEP: _("The client is already on this step."),
    Code.SKIPS_STEPS: _("A client moves forward one step at a time."),
    Code.REASON_MISSING: _("Please give a reason. The client reads it."),
    Code.NOT_WALKING: _("The path is paused or closed. Please resume it first."),
    Code.NOT_NOW: _("This change is not possible now."),
    Code.CONSENT_WITHDRAWN: _(
        "The client has withdrawn consent. Talk about it first: they can be moved once they agree"
        " again. You can pause or close the path."
    ),
    Code.NOTHING_TO_UNDO: _(
        "This move can’t be undone any more: something followed it on the path, or it has been"
        " undone already."
    ),
    Code.NOT_THE_AUTHOR: _("Only the person who made the move can undo it."),
    Code.TOO_LATE: _(
        "A move can be undone for ten minutes, and that time is over. You can move the client again"
        " instead."
    ),
    Code.NO_SAFETY_REVIEW: _("No safety review is noted within the last 30 days."),
    Code.NO_SETTLING_SKILL: _("No way to settle is noted as practised yet."),
    Code.VIOLENCE_NOT_ASKED: _(
        "Violence and coercion are not noted as asked about again on this step, with the client"
        " alone."
    ),
    Code.NO_RESULT_YET: _("No result of a self-assessment has been shared yet."),
    Code.TASKS_OPEN: _("These tasks are still open and stay with the client:"),
    Code.SHORT_STAY: _("Less than a week on this step."),
    Code.NO_CONSENT_YET: _("The client has not yet agreed to the texts about therapy and data."),
}


@dataclass(frozen=True)
class PathChange:
    """The texts of pausing, closing or resuming a path."""

    title: Text
    about: Text
    reason: Text
    button: Text
    done: Text
    event: Text


PATH_CHANGES = {
    Kind.PAUSE: PathChange(
        title=_("Pause the path"),
        about=_(
            "A client on a paused path cannot be moved. The client sees that the path is paused,"
            " and your message. Meanwhile they get no reminders of sessions."
        ),
        reason=_("Reason for the pause"),
        button=_("Pause"),
        done=_("The path is paused."),
        event=_("Paused"),
    ),
    Kind.CLOSE: PathChange(
        title=_("Close the path"),
        about=_(
            "Closing ends this part of therapy. Everything stays in the record, and the path can be"
            " resumed. Meanwhile the client gets no reminders of sessions. The care link continues"
            " until a manager ends it."
        ),
        reason=_("Closing summary"),
        button=_("Close"),
        done=_("The path is closed."),
        event=_("Closed"),
    ),
    Kind.RESUME: PathChange(
        title=_("Resume the path"),
        about=_("The client continues from the step where they were."),
        reason=_("A message about resuming (optional)"),
        button=_("Resume"),
        done=_("The path is resumed."),
        event=_("Resumed"),
    ),
}
# What an event did, apart from a move, which is named by its step.
EVENTS: dict[Kind, Text] = {kind: change.event for kind, change in PATH_CHANGES.items()}
EVENTS[Kind.UNDO] = _("Move undone")
# An active path has no label.
PATH_STATUSES: dict[Status, Text] = {Status.PAUSED: _("Paused"), Status.CLOSED: _("Closed")}
OWN_PATH_STATUSES: dict[Status, Text] = {
    Status.PAUSED: _("Your path is paused."),
    Status.CLOSED: _("Your path with us has come to its end, for now."),
}
