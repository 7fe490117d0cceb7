"""Phone numbers as people write them: one number that a telephone in India can dial, or an error.

Pure. Nothing is guessed and nothing is completed: a wrong number in a safety plan is worse than
none.
"""

import re
import unicodedata

# What people put between the digits of one number.
_WRITTEN = re.compile(r"\+?[\d .()\-]{3,30}", re.ASCII)
# What can be dialled from any telephone in India, by the national numbering plan.
_WITHIN_INDIA = re.compile(
    r"1\d{2,4}"  # a short number: 112, 1098, 14416
    r"|1(?:80|86)0\d{6,7}"  # free of charge, or at the local rate
    r"|[6-9]\d{9}"  # a mobile number
    r"|0[1-9]\d{9}"  # a landline with its area code, or a mobile number, after the zero
    r"|91[1-9]\d{9}"
)
# With a country code: at most 15 digits (E.164); India's numbers have exactly ten after 91.
_WITH_CODE = re.compile(r"(?:\+|00)(?:91[1-9]\d{9}|(?!91)[1-9]\d{6,14})")


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
    digits = re.sub(r"[^\d+]", "", number, flags=re.ASCII)
    if _WITH_CODE.fullmatch(digits):
        # The zero is dialled within the country only, so this is ambiguous.
        return "" if "(0)" in number else digits
    return digits if _WITHIN_INDIA.fullmatch(digits) else ""
