"""The labels of the reasons for which a client needs attention."""

from django.utils.translation import gettext_lazy as _

from clients.flags import Flag
from clients.labels import Text

FLAGS: dict[Flag, Text] = {
    Flag.CALL_WAITS: _("Asked for a call on %(called)s"),
    Flag.PLAN_CHANGED: _("Client changed the safety plan on %(plan)s"),
    Flag.PLAN_FOLLOW_UP: _("Follow up on the safety plan by %(follow_up)s"),
    Flag.PLAN_REVIEW: _("Safety plan to review since %(review)s"),
    Flag.CONSENT_WITHDRAWN: _("Client withdrew consent: talk about it first"),
    Flag.CHANGE_WAITS: _("Asked on %(change)s to change a session"),
    Flag.SESSION_TO_RECORD: _("Session to record"),
    Flag.HIGHER: _("Reliably higher: %(titles)s"),
    Flag.UNCHANGED: _("No reliable change over three results: %(unchanged)s"),
    Flag.RESULT_UNREAD: _("Unread result"),
    Flag.REFLECTION_UNREAD: _("Unread reflection on a task"),
    Flag.NOT_SEEN: _("No session for %(unseen)s days"),
    Flag.TASK_OVERDUE: _("Task overdue since %(overdue)s"),
    Flag.UNANSWERED: _("Requests not answered three times: they rest (see Results)"),
    Flag.LONG_ON_STEP: _("%(days)s days on this step (usually %(usual)s)"),
}
# What only waits to be read; all others are to be looked at.
TO_READ = frozenset({Flag.RESULT_UNREAD, Flag.REFLECTION_UNREAD})
