"""The texts of the audit log: for the manager who searches it, and for the client.

What the manager reads about a verb is declared beside the verb (`<app>/audit_verbs.py`).
"""

from functools import cache
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from accounts.audit.verbs import AccountVerb, every_verb
from clients.audit_verbs import CareVerb
from clients.labels import Text

# Which page it was, where the verb alone does not say.
PAGES: dict[str, Text] = {
    "timeline": _("the timeline"),
    "client-contact": _("how to reach the client"),
    "client-safety": _("the safety plan"),
    "client-safety-edit": _("the safety plan"),
    "note": _("a note"),
    "note-share": _("a note, before it is shared"),
    "session-plan": _("the sessions"),
    "session-series": _("the page to plan sessions"),
    "session-change": _("the page to change a session"),
    "client-move": _("the page before a move"),
    "client-path": _("the page before a pause or a close"),
    "task-give": _("the page to give a task"),
    "client-goals": _("the goals"),
    "client-result": _("a result"),
    "client-history": _("results over time"),
    "admin:clients_client_change": _("the path, in the admin"),
    "admin:clients_client_history": _("the history, in the admin"),
    "admin:clients_client_move": _("the page before a move, in the admin"),
}

# A list shows many clients at once, and each of them is an event of its own.
LIST_TEXTS: dict[str, Any] = {
    CareVerb.AGENDA_OPENED: ngettext_lazy(
        "Saw %(n)d client in the agenda", "Saw %(n)d clients in the agenda", "n"
    ),
    CareVerb.CASELOAD_OPENED: ngettext_lazy(
        "Saw %(n)d client in the caseload", "Saw %(n)d clients in the caseload", "n"
    ),
    CareVerb.CLIENTS_LISTED: ngettext_lazy(
        "Saw %(n)d client in a list", "Saw %(n)d clients in a list", "n"
    ),
}

# For the client, after a name: "Dr. Meera Nair …". A verb that is in none of the next three is
# shown with the manager's text, beginning with a small letter.
CLIENT_TEXTS: dict[str, Text] = {
    CareVerb.AGENDA_OPENED: _(
        "saw you in their agenda, which can show the first lines of a note, and what you would like"
        " to talk about"
    ),
    CareVerb.CASELOAD_OPENED: _("saw you in the list of their clients"),
    CareVerb.CASELOAD_EXPORTED: _(
        "downloaded the list of their clients, with your step and your latest result"
    ),
    CareVerb.CLIENTS_LISTED: _("saw your name in the practice’s list of clients"),
    CareVerb.CARE_OPENED: _("viewed who cares for you"),
    CareVerb.RECORD_OPENED: _("opened your record"),
    CareVerb.RESULT_OPENED: _("read a result that you shared"),
    CareVerb.RESULT_SHARED: _("passed on the result that you attached to your request"),
    CareVerb.REPORT_MADE: _("made a report of your progress"),
    CareVerb.ENQUIRIES_LISTED: _("saw your first-session request in a list"),
    CareVerb.ENQUIRY_OPENED: _("read your first-session request"),
    CareVerb.ENQUIRY_REFERRED: _("asked a clinician to look at your first-session request"),
    CareVerb.ENQUIRY_LOOKED_AT: _("advised on your first-session request"),
    CareVerb.ENQUIRY_CONTACTED: _("noted that they called or wrote about your request"),
    CareVerb.ENQUIRY_CLOSED: _("answered your first-session request"),
    CareVerb.ERASURE_OPENED: _("read your request for erasure"),
    CareVerb.ERASURE_DECIDED: _("decided on your request for erasure"),
    CareVerb.STEP_MOVED: _("moved you on the path"),
    CareVerb.RHYTHM_RESTS: _(
        "stopped asking you for now, because you had not answered three times"
    ),
    CareVerb.RHYTHM_RESUMED: _("asks you again for what you had not answered"),
    CareVerb.MOVE_UNDONE: _("took back a move on your path"),
    CareVerb.PATH_CHANGED: _("paused, closed or resumed your path"),
    CareVerb.SESSION_PLANNED: _("planned a session with you"),
    CareVerb.SESSION_RECORDED: _("recorded a session"),
    CareVerb.SESSION_WAS_HELD: _("corrected a session that was recorded as held"),
    CareVerb.SESSION_WAS_MISSED: _("corrected a session that was recorded as missed"),
    CareVerb.SESSION_WAS_CANCELLED: _("corrected a session that was recorded as cancelled"),
    CareVerb.SESSION_MOVED: _("moved a session with you"),
    CareVerb.FEED_READ: _("had the time of your session, with your name, in their calendar"),
    CareVerb.CHANGE_REFUSED: _("kept a session as planned"),
    CareVerb.TASK_GIVEN: _("gave you a task"),
    CareVerb.RHYTHM_SET: _("set what you are asked for regularly"),
    CareVerb.RHYTHM_CHANGED: _("changed what you are asked for regularly"),
    CareVerb.RHYTHM_STOPPED: _("stopped asking you for something regularly"),
    CareVerb.GOAL_SET: _("wrote down a goal with you"),
    CareVerb.HANDED_OVER: _("made a code for you to fill in a questionnaire at the practice"),
    CareVerb.NOTE_DRAFTED: _("worked on notes"),
    CareVerb.NOTE_KEPT: _("worked on notes"),
    CareVerb.NOTE_DISCARDED: _("worked on notes"),
    CareVerb.NOTES_SEARCHED: _("searched the notes in your record"),
    CareVerb.NOTE_WRITTEN: _("signed a note"),
    # Somebody who looks over the client's shoulder must not learn that safety was asked about.
    CareVerb.SAFETY_MARKED: _("worked on notes"),
    CareVerb.SAFETY_UNMARKED: _("worked on notes"),
    CareVerb.CONTACT_WRITTEN: _("changed how you can be reached"),
    CareVerb.SAFETY_WRITTEN: _("wrote your safety plan"),
    CareVerb.SAFETY_FOLLOWED_UP: _("followed up on your safety plan"),
    CareVerb.TALKED_ABOUT: _("marked something on your list as talked about"),
    CareVerb.TALKING_POINT_PUT_BACK: _("put something back on your list for the next session"),
    CareVerb.CALLS_LISTED: _("saw that you asked for a call"),
    CareVerb.CALL_TAKEN: _("took on your request for a call"),
    CareVerb.CALL_DONE: _("noted that you were called"),
    CareVerb.CALL_PUT_BACK: _("put your request for a call back on the list"),
    AccountVerb.INVITED: _("invited you"),
    AccountVerb.INVITATION_WITHDRAWN: _("withdrew your invitation"),
    CareVerb.AUDIT_LOG_SEARCHED: _("looked up who opened your record"),
    CareVerb.AUDIT_LOG_EXPORTED: _("exported who opened your record"),
}
# They say only that something was read: the page says what.
PAGE_VERBS = (CareVerb.RECORD_OPENED, CareVerb.RESULT_OPENED)
CLIENT_PAGES: dict[str, Text] = {
    "timeline": _("read the timeline of your path"),
    "client-contact": _("looked at how you can be reached"),
    "client-safety": _("read your safety plan"),
    "client-safety-edit": _("read your safety plan"),
    "note": _("read a note"),
    "client-notes": _("read the notes in your record"),
    "client-results": _("looked at your goals and the results you share"),
    "client-goals": _("looked at your goals"),
    "client-tasks": _("looked at your tasks"),
    "path-and-care": _("looked at the steps of your path"),
    "client-history": _("read your shared results over time"),
    "session-change": _("looked at a session of yours, to change it"),
}
# Events about another person: `%(whom)s` is the therapist.
GRANTS: dict[str, Text] = {
    CareVerb.CARE_STARTED: _("gave %(whom)s access to your record"),
    CareVerb.CARE_EXTENDED: _("gave %(whom)s access to your record for longer"),
    CareVerb.CARE_ENDED: _("ended the care of %(whom)s, or set its end"),
    CareVerb.CARE_CALLED_OFF: _("cancelled the planned care of %(whom)s"),
    CareVerb.ROLE_OPENS: _("made %(whom)s a therapist here, which opens your record to them"),
}


class AccessKind(NamedTuple):
    """What somebody did with a record, in a word and with an icon."""

    icon: str
    label: Text


OPENED = AccessKind("eye", _("opened"))
CHANGED = AccessKind("pencil", _("changed"))
EXPORTED = AccessKind("download", _("exported"))
GRANTED = AccessKind("key", _("changed who has access"))
# A list was opened, and with it no record.
LISTING_VERBS = (
    AccountVerb.PEOPLE_LISTED,
    CareVerb.AGENDA_OPENED,
    CareVerb.CASELOAD_OPENED,
    CareVerb.CLIENTS_LISTED,
    CareVerb.ENQUIRIES_LISTED,
    CareVerb.CALLS_LISTED,
)
OPENING_VERBS = {
    *LISTING_VERBS,
    AccountVerb.PERSON_OPENED,
    CareVerb.CARE_OPENED,
    CareVerb.RECORD_OPENED,
    CareVerb.NOTES_SEARCHED,
    CareVerb.RESULT_OPENED,
    CareVerb.ENQUIRY_OPENED,
    CareVerb.ERASURE_OPENED,
    CareVerb.AUDIT_LOG_SEARCHED,
}
EXPORTING_VERBS = {
    CareVerb.REPORT_MADE,
    CareVerb.CASELOAD_EXPORTED,
    CareVerb.DATA_EXPORTED,
    CareVerb.AUDIT_LOG_EXPORTED,
}


def access_kind(verb: str) -> AccessKind:
    """Any other verb, also one that no app declares any more, changed something."""
    if verb in GRANTS:
        return GRANTED
    if verb in EXPORTING_VERBS:
        return EXPORTED
    return OPENED if verb in OPENING_VERBS else CHANGED


@cache
def _manager_texts() -> dict[str, Text]:
    return {verb.value: verb.label for verb in every_verb()}


def manager_text(verb: str) -> str:
    """A stored verb that no app declares any more is shown as it is stored."""
    return str(_manager_texts().get(verb) or capfirst(verb))


def group_text(verb: str, clients: int, events: int) -> str:
    """What a group of equal events says: about how many clients, and how many events it has."""
    if clients and (text := LIST_TEXTS.get(verb)):
        shown = str(text % {"n": clients})
        if clients == events:
            return shown
        many = ngettext("%(n)d event", "%(n)d events", events) % {"n": events}
        return f"{shown} · {many}"
    times = ngettext("%(n)d time", "%(n)d times", events) % {"n": events}
    return f"{manager_text(verb)} · {times}"


def client_text(verb: str, route: str, whom: str = "") -> str:
    """For the client, after the name of who did it."""
    if verb in GRANTS:
        return str(GRANTS[verb]) % {"whom": whom or _("a therapist")}
    text = manager_text(verb)
    page = CLIENT_PAGES.get(route) if verb in PAGE_VERBS else None
    return str(page or CLIENT_TEXTS.get(verb) or text[:1].lower() + text[1:])
