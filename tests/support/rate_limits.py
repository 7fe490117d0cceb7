"""The rate limits that the views declare, by the name of their route."""

import pytest

from accounts.rate_limits.limits import RateLimit, limit_of
from tests.support.routes import all_patterns


def declared_limits() -> dict[str, RateLimit]:
    limits = {name: limit_of(pattern.callback) for name, pattern in all_patterns()}
    return {name: limit for name, limit in limits.items() if limit}


def without_rate_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.rate_limits.requests.limit_of", lambda view: None)
