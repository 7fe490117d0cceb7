"""Phone numbers as people write them: one number that a telephone in India can dial, or an error.

Pure. Nothing is guessed and nothing is completed: a wrong number in a safety plan is worse than
none.
"""

import re
import unicodedata

# What people put between the digits of one number.
_WRITTEN = re.compile(r"\+?[0-9 .()\-]{3,30}")
# By the national numbering plan of India, a whole number that could be nothing else.
WHOLE = re.compile(
    r"1(?:80|86)0[0-9]{6,7}"  # free of charge, or at the local rate
    r"|[6-9][0-9]{9}"  # a mobile number
    r"|(?:\+91|0)[1-9][0-9]{9}"  # a landline with its area code, or a mobile number
)
# What can be dialled, too: a short number (112, 1098, 14416), or the country code without its plus.
_DIALLED = re.compile(r"1[0-9]{2,4}|91[1-9][0-9]{9}")
# With a country code: at most 15 digits (E.164); India's numbers have exactly ten after 91.
_WITH_CODE = re.compile(r"(?:\+|00)(?:91[1-9][0-9]{9}|(?!91)[1-9][0-9]{6,14})")


class NotOneNumber(ValueError):
    """What was typed is not exactly one whole phone number."""


def cleaned(typed: str) -> str:
    """One phone number as it was typed, with ASCII digits and single spaces; "" where empty.

    Raises NotOneNumber if there is anything but digits and the usual signs between them (a name, a
    flat, hours, a second number), or if a digit or the area code is missing.
    """
    digits = "".join(str(unicodedata.digit(c, c)) for c in unicodedata.normalize("NFKC", typed))
    number = " ".join(digits.split())
    if number and not dialled(number):
        raise NotOneNumber(number)
    return number


def dialled(number: str) -> str:
    """What a telephone dials: the digits, after a + if there is one; "" unless it is one number."""
    if not _WRITTEN.fullmatch(number):
        return ""
    digits = re.sub(r"[^0-9+]", "", number)
    if _WITH_CODE.fullmatch(digits):
        # The zero is dialled within the country only, so this is ambiguous.
        return "" if "(0)" in number else digits
    return digits if WHOLE.fullmatch(digits) or _DIALLED.fullmatch(digits) else ""
