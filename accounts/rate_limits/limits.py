"""What a rate limit says, and how a view declares its own.

The numbers are generous where somebody may be in need, even behind the one address of a school
or a clinic, and small where a secret could be guessed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TypeVar

from django.http import HttpRequest

from accounts.rate_limits.counters import Rate

MINUTE, HOUR, DAY = 60, 3600, 86_400
POSTED = frozenset({"POST"})
READ = frozenset({"GET", "HEAD"})

View = TypeVar("View", bound=Callable)


class Counts(StrEnum):
    """Which requests use up the limit; the counts of the others are given back."""

    FAILED = "those that fail"
    SUCCESSFUL = "those that succeed"
    ALL = "all of them"


@dataclass(frozen=True)
class RateLimit:
    """The rates of one view. A rate that is None is not limited.

    A device on which an account was signed in before has its own `per_account_and_address`
    counter: other people's guesses, even from the same address, do not count against it.
    """

    counts: Counts
    # For one address (one /64 network of IPv6), over all accounts.
    per_address: Rate | None = None
    # For one account, over all the addresses from which it was never signed in.
    per_account: Rate | None = None
    per_account_and_address: Rate | None = None
    # For one object, which the arguments in the URL name.
    per_object: Rate | None = None
    methods: frozenset[str] = POSTED
    # The form field in which the account is typed. Only where a page has one: elsewhere a field
    # of that name would count against whomever it names.
    account_field: str = ""
    # The view itself shows the refusal, with everything that was typed still in its form.
    shown_by_view: bool = False


def rate_limited(limit: RateLimit) -> Callable[[View], View]:
    """Declares the limit of a view.

    `RateLimitMiddleware` applies it before any other decorator runs, so its order among them does
    not matter. Counters are named after the route: one view on two routes has two sets of them.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args, **kwargs):
            return view(request, *args, **kwargs)

        limited.rate_limit = limit  # type: ignore[attr-defined]
        return limited  # type: ignore[return-value]

    return decorate


def limit_of(view: Callable) -> RateLimit | None:
    return getattr(view, "rate_limit", None)
