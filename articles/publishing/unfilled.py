"""The blanks of a text: what our drafts of pages leave for the practice to fill in, as in
[[your fee for a session]].

No imports of Django.
"""

import re

# Nobody writes these by accident. What is never closed ends with the line's other brackets or text.
_BLANK = re.compile(r"\[\[([^\[\]]{0,200})(?:\]\])?")


def blanks(text: str) -> list[str]:
    """What is to be filled in, each once, in the order of a text without markup."""
    return list(dict.fromkeys(found.strip() for found in _BLANK.findall(text)))
