"""What the rules' reasons and the changes of a path are called on a page."""

from django.utils.translation import gettext_lazy as _

from clients.journey import Code, Kind

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
CHANGED = {
    Kind.PAUSE: _("The path is paused."),
    Kind.CLOSE: _("The path is closed."),
    Kind.RESUME: _("The path goes on."),
}
ASKED = {
    Kind.PAUSE: _("Why pause"),
    Kind.CLOSE: _("A summary of the way"),
    Kind.RESUME: _("A word about going on, if you like"),
}
