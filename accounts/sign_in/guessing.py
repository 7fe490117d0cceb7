"""How often a password, a code or a link may be tried, and a link for a new password requested.

allauth's own limits are switched off: `accounts/urls.py` puts these on its views.
"""

from dataclasses import replace

from accounts.rate_limits.counters import Rate
from accounts.rate_limits.limits import HOUR, MINUTE, POSTED, READ, Counts, RateLimit

PASSWORDS = RateLimit(
    Counts.FAILED,
    per_address=Rate(100, 15 * MINUTE),
    per_account=Rate(30, 15 * MINUTE),
    per_account_and_address=Rate(10, 5 * MINUTE),
    shown_by_view=True,
)
PASSWORDS_AT_SIGN_IN = replace(PASSWORDS, account_field="login")
PASSWORDS_AT_CHANGE = replace(PASSWORDS, shown_by_view=False)
# A code has six digits, and a person who guesses it knows the password already.
CODES = RateLimit(
    Counts.FAILED,
    per_address=Rate(60, 15 * MINUTE),
    per_account=Rate(20, HOUR),
    per_account_and_address=Rate(10, 15 * MINUTE),
)
PASSKEYS = RateLimit(Counts.FAILED, per_address=Rate(60, 5 * MINUTE))
# Each request may become an email to somebody.
RESET_EMAILS = RateLimit(
    Counts.ALL,
    per_address=Rate(60, HOUR),
    per_account=Rate(5, HOUR),
    per_account_and_address=Rate(5, HOUR),
    account_field="email",
    shown_by_view=True,
)
RESET_LINKS = RateLimit(Counts.ALL, per_address=Rate(60, 15 * MINUTE), methods=READ | POSTED)
