"""Secret keys are removed from every log line."""

import logging
import re

# Keys of attempts, calendars and reviews from outside, and the tokens of emailed links: the part
# after these words in an address.
KEYED = re.compile(
    r"(/assessments/attempts/|/accounts/invitations/|/password/reset/key/|/accounts/me/address/"
    r"|/calendar/|/review/)"
    r"[^/\s?\"']+"
)


# Search terms: the log must not reveal that a name is a client's.
SEARCHED = re.compile(r"(/(?:caseload|practice|admin)/[^\s\"']*[?&]q=)[^&\s\"']*")


def hide_keys(text: str) -> str:
    return SEARCHED.sub(r"\1(hidden)", KEYED.sub(r"\1(hidden)", text))


class HideKeys(logging.Filter):
    """Rewrites a record's message; it never drops one."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = hide_keys(message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True
