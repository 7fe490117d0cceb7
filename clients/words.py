"""What the rules' reasons are called on a page."""

from django.utils.translation import gettext_lazy as _

from clients.journey import Code

REASONS = {
    Code.NO_SUCH_STEP: _("There is no such step."),
    Code.SAME_STEP: _("The client is on this step already."),
    Code.SKIPS_STEPS: _("A client moves forward one step at a time."),
    Code.REASON_MISSING: _("Please say why you are going back. The client sees this reason."),
    Code.MOVED_MEANWHILE: _(
        "Somebody moved this client while you were looking. Nothing was changed: see below where"
        " the client is now, and decide again."
    ),
    Code.NO_RESULT_YET: _("No result of a self-assessment has been shared yet."),
    Code.TASKS_OPEN: _("Tasks of this step are still open."),
    Code.SHORT_STAY: _("Less than a week on this step."),
}
