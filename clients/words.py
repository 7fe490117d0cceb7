"""What the rules' reasons are called on a page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.endings import Outcome
from clients.flags import Flag
from clients.journey import Code, Kind

Text = str | Promise

# What a select says before anything is chosen.
CHOOSE = _("Choose …")
# What a client reads after writing something for their therapist: nobody promises to read it soon.
SAVED_OWN = _(
    "Saved. Your therapist can read it, but perhaps not today. If you are not safe now, please call"
    " one of the help lines on this page."
)

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
FLAGS: dict[Flag, Text] = {
    Flag.PLAN_CHANGED: _("Safety plan changed by the client"),
    Flag.SESSION_TO_RECORD: _("A session to record"),
    Flag.HIGHER: _("Reliably higher: %(titles)s"),
    Flag.RESULT_UNREAD: _("A result to read"),
    Flag.REFLECTION_UNREAD: _("Words about a task to read"),
    Flag.NOT_SEEN: _("No session for %(unseen)s days"),
    Flag.TASK_OVERDUE: _("A task overdue since %(overdue)s"),
    Flag.LONG_ON_STEP: _("Long on this step: usually %(usual)s days"),
}

OUTCOMES: dict[Outcome, Text] = {
    Outcome.HAND_OVER: _("Hand over at the same time"),
    Outcome.CALL_OFF: _("Call off"),
    Outcome.TAKE_BACK: _("Take back"),
    Outcome.KEEP: _("Keep"),
}
