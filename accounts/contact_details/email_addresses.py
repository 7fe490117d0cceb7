"""Email addresses: stored in one spelling, plain ASCII in lower case, and compared exactly.

Python, PostgreSQL and mail servers fold other letters onto ASCII, each in its own way: for
PostgreSQL `upper('ı')` is "I", and a domain's "ﬀ" arrives as "ff". Comparing folded addresses
would take one person for another, and send their link to somebody else (CVE-2019-19844).
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# The same rule for PostgreSQL: visible ASCII characters without A to Z.
PLAIN = r"^[!-@[-~]+$"
NOT_PLAIN = _(
    "An address can only have the plain letters a to z, digits and signs. Please type it again."
)


def clean(typed: str) -> str:
    """The one spelling of an address. Raises ValidationError if it isn't ASCII.

    Checked before the change to lower case, which turns the Kelvin sign into a plain k.
    """
    address = typed.strip()
    if not address.isascii():
        raise ValidationError(NOT_PLAIN, code="not_plain")
    return address.lower()
