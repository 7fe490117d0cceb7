"""What the audit log says was done in the care of a client: by therapists, managers and clients.

What the client reads about it is in `clients/audit_log/labels.py`.
"""

from django.utils.translation import gettext_lazy as _

from accounts.audit.verbs import Verb


class CareVerb(Verb):
    ROLE_OPENS = "role opens the record", _("Gave a role that opens the record")
    DATA_EXPORTED = "data taken away", _("Downloaded their data")
    ERASURE_ASKED = "erasure asked for", _("Asked for erasure")
    ERASURE_TAKEN_BACK = "erasure no longer asked for", _("Withdrew the request for erasure")
    ERASURE_DECIDED = "erasure decided", _("Decided on an erasure")
    ERASED = "erased", _("Erased a client")
    ERASURE_OPENED = "erasure request opened", _("Opened a request for erasure")
    AGENDA_OPENED = "agenda opened", _("Saw the client in the agenda")
    CASELOAD_OPENED = "caseload opened", _("Saw the client in the caseload")
    CASELOAD_EXPORTED = "caseload exported", _("Downloaded the client’s row of the caseload")
    CLIENTS_LISTED = "clients listed", _("Saw the client in a list")
    CARE_OPENED = "care links opened", _("Viewed who cares for the client")
    RECORD_OPENED = "record opened", _("Opened the record")
    RESULT_OPENED = "result opened", _("Read results")
    RESULT_SHARED = "result shared", _("Shared a result")
    RESULT_UNSHARED = "result no longer shared", _("No longer shares a result")
    ENQUIRIES_LISTED = "enquiries listed", _("Saw the first-session requests")
    ENQUIRY_OPENED = "enquiry opened", _("Read a first-session request")
    ENQUIRY_REFERRED = "enquiry referred", _("Asked a clinician to look at a first-session request")
    ENQUIRY_LOOKED_AT = "enquiry looked at", _("Advised on a first-session request")
    ENQUIRY_CONTACTED = "enquiry contacted", _("Noted a contact about a first-session request")
    ENQUIRY_CLOSED = "enquiry closed", _("Answered a first-session request")
    STEP_MOVED = "step moved", _("Moved the client on the path")
    MOVE_UNDONE = "move undone", _("Undid a move on the path")
    PATH_CHANGED = "path changed", _("Paused, closed or resumed the path")
    SESSION_PLANNED = "session planned", _("Planned a session")
    SESSION_RECORDED = "session recorded", _("Recorded a session")
    # Each says what was recorded before: the row has the present state alone.
    SESSION_WAS_HELD = "session corrected from held", _("Corrected a session recorded as held")
    SESSION_WAS_MISSED = (
        "session corrected from missed",
        _("Corrected a session recorded as missed"),
    )
    SESSION_WAS_CANCELLED = (
        "session corrected from cancelled",
        _("Corrected a session recorded as rescheduled or cancelled"),
    )
    SESSION_MOVED = "session moved", _("Moved a session")
    CHANGE_ASKED = "session change asked for", _("Asked to move or cancel a session")
    CHANGE_WITHDRAWN = "session change no longer asked for", _("No longer asks to change a session")
    CHANGE_REFUSED = "session kept", _("Kept a session as planned")
    FEED_MADE = "calendar address made", _("Made an address for their calendar")
    FEED_MADE_WITH_NAMES = (
        "calendar address with names made",
        _("Made an address for their calendar, with the names of clients"),
    )
    FEED_OFF = "calendar address switched off", _("Switched off the address of their calendar")
    FEED_READ = "calendar read", _("Their calendar program read their sessions")
    TASK_GIVEN = "task given", _("Gave a task")
    TASK_WITHDRAWN = "task withdrawn", _("Withdrew a task")
    TASK_DONE = "task done", _("Completed a task")
    RHYTHM_SET = "rhythm set", _("Set what is asked for regularly")
    RHYTHM_CHANGED = "rhythm changed", _("Changed what is asked for regularly")
    RHYTHM_RESTS = "rhythm rests", _("Stopped asking for now, because nobody answered three times")
    RHYTHM_RESUMED = "rhythm resumed", _("Asks again although nobody had answered")
    RHYTHM_STOPPED = "rhythm stopped", _("Stopped asking for something regularly")
    GOAL_SET = "goal set", _("Wrote down a goal")
    GOAL_REWORDED = "goal reworded", _("Reworded a goal")
    GOAL_REACHED = "goal reached", _("Reached a goal")
    GOAL_SET_ASIDE = "goal set aside", _("Set a goal aside")
    GOALS_RATED = "goals rated", _("Rated their goals")
    CHECK_IN_ANSWERED = "check-in answered", _("Said how a session was")
    CHECK_IN_CHANGED = "check-in changed", _("Changed what they said about a session")
    CHECK_INS_OFF = "check-ins switched off", _("Switched off the question how a session was")
    CHECK_INS_ON = "check-ins switched on", _("Switched on the question how a session was")
    HANDED_OVER = "questionnaire handed over", _("Handed a questionnaire over at the practice")
    NOTE_DRAFTED = "note begun", _("Began a note")
    NOTE_KEPT = "note draft kept", _("Changed a draft")
    NOTE_DISCARDED = "note draft thrown away", _("Discarded a draft")
    NOTE_WRITTEN = "note signed", _("Signed a note")
    NOTES_SEARCHED = "notes searched", _("Searched the notes")
    NOTE_AMENDED = "note amended", _("Added to a note")
    SAFETY_WRITTEN = "safety plan written", _("Wrote the safety plan")
    SAFETY_FOLLOWED_UP = "safety plan followed up", _("Followed up on the safety plan")
    TALKING_POINT_ADDED = "talking point added", _("Added something for the next session")
    TALKING_POINT_CHANGED = "talking point changed", _("Changed something for the next session")
    TALKING_POINT_REMOVED = "talking point removed", _("Removed something for the next session")
    TALKED_ABOUT = "talking point talked about", _("Marked something as talked about")
    TALKING_POINT_PUT_BACK = (
        "talking point put back",
        _("Put something back on the list for the session"),
    )
    CALLS_LISTED = "calls listed", _("Saw who asked for a call")
    CALL_ASKED = "call asked for", _("Asked for a call")
    CALL_WITHDRAWN = "call no longer asked for", _("No longer asks for a call")
    CALL_TAKEN = "call taken on", _("Took on a call")
    CALL_DONE = "call done", _("Noted that a call was made")
    CALL_PUT_BACK = "call put back", _("Put a call back on the list")
    CONTACT_WRITTEN = "contact details written", _("Changed how the client can be reached")
    PEOPLE_NAMED = "people named", _("Changed whom they name")
    SAFETY_MARKED = "safety mark added", _("Noted what was asked or practised for safety")
    SAFETY_UNMARKED = "safety mark removed", _("Removed a note of what was asked for safety")
    DISCRETION_CHOSEN = "discreet e-mails chosen", _("Chose how emails to them are written")
    REPORT_MADE = "report made", _("Made a progress report")
    CARE_STARTED = "care link started", _("Gave a therapist access to the record")
    CARE_EXTENDED = "care link lengthened", _("Extended a therapist’s care")
    CARE_ENDED = "care link ended", _("Ended a therapist’s care, or set its end")
    CARE_CALLED_OFF = "care link called off", _("Cancelled a therapist’s planned care")
    AUDIT_LOG_SEARCHED = "audit log searched", _("Searched the audit log")
    AUDIT_LOG_EXPORTED = "audit log exported", _("Exported the audit log")
