"""The texts of the audit log: for the manager who searches it, and for the client."""

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.audit.recording import Verb
from clients.labels import Text

# For the manager: what was done. A verb that is missing here is shown as it is stored.
MANAGER_TEXTS: dict[str, Text] = {
    Verb.SIGNED_IN: _("Signed in"),
    Verb.SIGNED_OUT: _("Signed out"),
    Verb.SIGN_IN_FAILED: _("Sign-in failed"),
    Verb.PASSWORD_CHANGED: _("Changed the password"),
    Verb.ROLES_CHANGED: _("Changed a person’s roles"),
    Verb.PERSON_ADDED: _("Added a person"),
    Verb.PERSON_CHANGED: _("Changed a person’s account"),
    Verb.PERSON_OPENED: _("Opened a person’s account"),
    Verb.PEOPLE_LISTED: _("Viewed the list of people"),
    Verb.ROLE_OPENS: _("Gave a role that opens the record"),
    Verb.REFUSED: _("Asked for a page and was refused"),
    Verb.INVITED: _("Invited"),
    Verb.INVITATION_WITHDRAWN: _("Withdrew an invitation"),
    Verb.INVITATION_ACCEPTED: _("Accepted the invitation"),
    Verb.CONSENTED: _("Gave consent"),
    Verb.CONSENT_WITHDRAWN: _("Withdrew consent"),
    Verb.DATA_EXPORTED: _("Downloaded their data"),
    Verb.ERASURE_ASKED: _("Asked for erasure"),
    Verb.ERASURE_TAKEN_BACK: _("Withdrew the request for erasure"),
    Verb.ERASURE_OPENED: _("Opened a request for erasure"),
    Verb.ERASURE_DECIDED: _("Decided on an erasure"),
    Verb.ERASED: _("Erased a client"),
    Verb.CASELOAD_OPENED: _("Saw the client in the caseload"),
    Verb.CLIENTS_LISTED: _("Saw the client in a list"),
    Verb.CARE_OPENED: _("Viewed who cares for the client"),
    Verb.RECORD_OPENED: _("Opened the record"),
    Verb.RESULT_OPENED: _("Read results"),
    Verb.RESULT_SHARED: _("Shared a result"),
    Verb.RESULT_UNSHARED: _("No longer shares a result"),
    Verb.ENQUIRIES_LISTED: _("Saw the first-session requests"),
    Verb.ENQUIRY_OPENED: _("Read a first-session request"),
    Verb.ENQUIRY_CLOSED: _("Answered a first-session request"),
    Verb.STEP_MOVED: _("Moved the client on the path"),
    Verb.PATH_CHANGED: _("Paused, closed or resumed the path"),
    Verb.SESSION_PLANNED: _("Planned a session"),
    Verb.SESSION_RECORDED: _("Recorded a session"),
    Verb.SESSION_CORRECTED: _("Corrected a session"),
    Verb.TASK_GIVEN: _("Gave a task"),
    Verb.TASK_WITHDRAWN: _("Withdrew a task"),
    Verb.TASK_DONE: _("Completed a task"),
    Verb.NOTE_DRAFTED: _("Began a note"),
    Verb.NOTE_KEPT: _("Changed a draft"),
    Verb.NOTE_DISCARDED: _("Discarded a draft"),
    Verb.NOTE_WRITTEN: _("Signed a note"),
    Verb.NOTE_AMENDED: _("Added to a note"),
    Verb.SAFETY_WRITTEN: _("Wrote the safety plan"),
    Verb.REPORT_MADE: _("Made a progress report"),
    Verb.CARE_STARTED: _("Gave a therapist access to the record"),
    Verb.CARE_EXTENDED: _("Extended a therapist’s care"),
    Verb.CARE_ENDED: _("Ended a therapist’s care, or set its end"),
    Verb.CARE_CALLED_OFF: _("Cancelled a therapist’s planned care"),
    Verb.RESULTS_RECOMPUTED: _("Results were recomputed"),
    Verb.AUDIT_LOG_SEARCHED: _("Searched the audit log"),
    Verb.AUDIT_LOG_EXPORTED: _("Exported the audit log"),
    Verb.TIDIED: _("Expired rows were deleted"),
    Verb.KEYS_ROTATED: _("Encryption keys were rotated"),
    Verb.BACKED_UP: _("A backup was made"),
    Verb.RESTORED: _("A backup was restored"),
    "second factor added": _("Added a second factor"),
    "second factor removed": _("Removed a second factor"),
    "second factor failed": _("Second factor failed"),
    "recovery codes made": _("Made recovery codes"),
    "sessions ended": _("Ended sign-ins"),
    "new address asked for": _("Asked for a new e-mail address"),
    "address changed": _("Changed the e-mail address"),
}

# Which page it was, where the verb alone does not say.
PAGES: dict[str, Text] = {
    "timeline": _("the timeline"),
    "client-safety": _("the safety plan"),
    "client-safety-edit": _("the safety plan"),
    "note": _("a note"),
    "note-share": _("a note, before it is shared"),
    "session-plan": _("the sessions"),
    "client-move": _("the page before a move"),
    "client-path": _("the page before a pause or a close"),
    "task-give": _("the page to give a task"),
    "client-result": _("a result"),
    "client-history": _("results over time"),
    "admin:clients_client_change": _("the path, in the admin"),
    "admin:clients_client_history": _("the history, in the admin"),
    "admin:clients_client_move": _("the page before a move, in the admin"),
}

# For the client, after a name: "Dr. Meera Nair …". A verb that is in none of the next three is
# shown with the manager's text, beginning with a small letter.
CLIENT_TEXTS: dict[str, Text] = {
    Verb.CASELOAD_OPENED: _("saw you in the list of their clients"),
    Verb.CLIENTS_LISTED: _("saw your name in the practice’s list of clients"),
    Verb.CARE_OPENED: _("viewed who cares for you"),
    Verb.RECORD_OPENED: _("opened your record"),
    Verb.RESULT_OPENED: _("read a result that you shared"),
    Verb.RESULT_SHARED: _("passed on the result that you attached to your request"),
    Verb.REPORT_MADE: _("made a report of your progress"),
    Verb.ENQUIRIES_LISTED: _("saw your first-session request in a list"),
    Verb.ENQUIRY_OPENED: _("read your first-session request"),
    Verb.ENQUIRY_CLOSED: _("answered your first-session request"),
    Verb.ERASURE_OPENED: _("read your request for erasure"),
    Verb.ERASURE_DECIDED: _("decided on your request for erasure"),
    Verb.STEP_MOVED: _("moved you on the path"),
    Verb.PATH_CHANGED: _("paused, closed or resumed your path"),
    Verb.SESSION_PLANNED: _("planned a session with you"),
    Verb.SESSION_RECORDED: _("recorded a session"),
    Verb.SESSION_CORRECTED: _("corrected a session"),
    Verb.TASK_GIVEN: _("gave you a task"),
    Verb.NOTE_DRAFTED: _("worked on notes"),
    Verb.NOTE_KEPT: _("worked on notes"),
    Verb.NOTE_DISCARDED: _("worked on notes"),
    Verb.NOTE_WRITTEN: _("signed a note"),
    Verb.SAFETY_WRITTEN: _("wrote your safety plan"),
    Verb.INVITED: _("invited you"),
    Verb.INVITATION_WITHDRAWN: _("withdrew your invitation"),
    Verb.AUDIT_LOG_SEARCHED: _("looked up who opened your record"),
    Verb.AUDIT_LOG_EXPORTED: _("exported who opened your record"),
}
CLIENT_PAGES: dict[str, Text] = {
    "timeline": _("read the timeline of your path"),
    "client-safety": _("read your safety plan"),
    "client-safety-edit": _("read your safety plan"),
    "note": _("read a note"),
    "client-history": _("read your shared results over time"),
}
# Events about another person: `%(whom)s` is the therapist.
GRANTS: dict[str, Text] = {
    Verb.CARE_STARTED: _("gave %(whom)s access to your record"),
    Verb.CARE_EXTENDED: _("gave %(whom)s access to your record for longer"),
    Verb.CARE_ENDED: _("ended the care of %(whom)s, or set its end"),
    Verb.CARE_CALLED_OFF: _("cancelled the planned care of %(whom)s"),
    Verb.ROLE_OPENS: _("made %(whom)s a therapist here, which opens your record to them"),
}


def manager_text(verb: str) -> str:
    return str(MANAGER_TEXTS.get(verb) or capfirst(verb))


def client_text(verb: str, route: str, whom: str = "") -> str:
    """For the client, after the name of who did it."""
    if verb in GRANTS:
        return str(GRANTS[verb]) % {"whom": whom or _("a therapist")}
    text = manager_text(verb)
    page = CLIENT_PAGES.get(route) if verb in (Verb.RECORD_OPENED, Verb.RESULT_OPENED) else None
    return str(page or CLIENT_TEXTS.get(verb) or text[:1].lower() + text[1:])
