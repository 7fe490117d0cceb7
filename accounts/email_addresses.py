"""E-mail addresses: kept in one spelling, plain ASCII in lower case, and compared as they are.

Python, PostgreSQL and mail servers fold other letters onto ASCII, each in its own way: for
PostgreSQL `upper('ı')` is "I", and a domain's "ﬀ" arrives as "ff". Comparing folded addresses
takes one person for another, and mails their link to a third (CVE-2019-19844).
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# The same rule for PostgreSQL: visible ASCII characters without A to Z.
PLAIN = r"^[!-@[-~]+$"
NOT_PLAIN = _(
    "An address can only have the plain letters a to z, digits and signs. Please type it again."
)


def clean(typed: str) -> str:
    """The one spelling of an address. Raises ValidationError where it isn't ASCII.

    This is asked before the change to lower case, which makes a plain k of the Kelvin sign.
    """
    address = typed.strip()
    if not address.isascii():
        raise ValidationError(NOT_PLAIN, code="not_plain")
    return address.lower()
