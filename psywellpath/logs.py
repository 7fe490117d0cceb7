"""Keys that open something stay out of every log line."""

import logging
import re

# Attempt keys, and the tokens of mailed links: whatever follows these words in an address.
KEYED = re.compile(
    r"(/assessments/attempts/|/accounts/invitations/|/password/reset/key/|/accounts/me/address/)"
    r"[^/\s?\"']+"
)


# Whom somebody looked for: that a name is a client's is nobody's business.
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
