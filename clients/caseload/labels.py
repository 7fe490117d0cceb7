"""What the reasons to look at a client are called on a page."""

from django.utils.translation import gettext_lazy as _

from clients.flags import Flag
from clients.labels import Text

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
