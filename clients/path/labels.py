"""What the rules' reasons, the changes of a path and its statuses are called on a page."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from clients.journey import Code, Kind, Status
from clients.labels import Text

REASONS = {
    Code.NO_SUCH_STEP: _("There is no such step."),
    Code.SAME_STEP: _("The client is on this step already."),
    Code.SKIPS_STEPS: _("A client moves forward one step at a time."),
    Code.REASON_MISSING: _("Please say why. The client reads it."),
    Code.MOVED_MEANWHILE: _(
        "Somebody moved this client while you were looking. Nothing was changed: see below where"
        " the client is now, and decide again."
    ),
    Code.NOT_WALKING: _("The path is paused or closed: take it up again first."),
    Code.NOT_NOW: _("This does not fit where the path stands now."),
    Code.NO_RESULT_YET: _("No result of a self-assessment has been shared yet."),
    Code.TASKS_OPEN: _("Tasks that are still open stay with the client:"),
    Code.SHORT_STAY: _("Less than a week on this step."),
}


@dataclass(frozen=True)
class PathChange:
    """The texts of a pause, an end and a return of the path."""

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
            "Nobody moves on a paused path. The client sees that it rests, and your words. Nobody"
            " is reminded of a session meanwhile."
        ),
        reason=_("Why pause"),
        button=_("Pause"),
        done=_("The path is paused."),
        event=_("Paused"),
    ),
    Kind.CLOSE: PathChange(
        title=_("Close the path"),
        about=_(
            "Closing ends this stretch of therapy; everything stays in the record, and the path can"
            " be taken up again. Nobody is reminded of a session meanwhile. The care link goes on"
            " until a manager ends it."
        ),
        reason=_("A summary of the way"),
        button=_("Close"),
        done=_("The path is closed."),
        event=_("Closed"),
    ),
    Kind.RESUME: PathChange(
        title=_("Take the path up again"),
        about=_("The client goes on from the step where they were."),
        reason=_("A word about going on, if you like"),
        button=_("Take it up"),
        done=_("The path goes on."),
        event=_("Taken up again"),
    ),
}
# A path that is being walked needs no word.
PATH_STATUSES: dict[Status, Text] = {Status.PAUSED: _("Paused"), Status.CLOSED: _("Closed")}
OWN_PATH_STATUSES: dict[Status, Text] = {
    Status.PAUSED: _("Your path is paused."),
    Status.CLOSED: _("Your path with us has come to its end, for now."),
}
