"""Which routes have a rate limit, and of what size; and why the other open forms have none."""

import pytest
from django.urls import reverse

from accounts.rate_limits.limits import READ, RateLimit
from tests.support.assessments.attempts import published, started
from tests.support.declarations import assert_complete
from tests.support.matrix import NAMES, address, declared
from tests.support.rate_limits import declared_limits
from tests.support.routes import VISITOR

POST, BOTH = {"POST"}, READ | {"POST"}
MINUTE, HOUR, DAY = 60, 3600, 86_400
PASSWORDS = ((100, 15 * MINUTE), (30, 15 * MINUTE), (10, 5 * MINUTE), None)
CODES = ((60, 15 * MINUTE), (20, HOUR), (10, 15 * MINUTE), None)
FAILED, SUCCESSFUL, ALL = "those that fail", "those that succeed", "all of them"
# Route: which requests count; how many in how many seconds for an address, an account, an account
# from one address, an object; of which methods; whether the view shows the refusal in its form.
EXPECTED = {
    "account_login": (FAILED, *PASSWORDS, POST, True),
    "account_reauthenticate": (FAILED, *PASSWORDS, POST, True),
    "account_change_password": (FAILED, *PASSWORDS, POST, False),
    "mfa_authenticate": (FAILED, *CODES, POST, False),
    "mfa_reauthenticate": (FAILED, *CODES, POST, False),
    "mfa_login_webauthn": (FAILED, (60, 5 * MINUTE), None, None, None, POST, False),
    "account_reset_password": (ALL, (60, HOUR), (5, HOUR), (5, HOUR), None, POST, True),
    "account_reset_password_from_key": (ALL, (60, 15 * MINUTE), None, None, None, BOTH, False),
    "invitation": (FAILED, (60, 15 * MINUTE), None, None, None, BOTH, False),
    "address": (SUCCESSFUL, None, None, (10, DAY), None, POST, True),
    "call-me": (SUCCESSFUL, None, None, (10, DAY), None, POST, True),
    "own-session": (SUCCESSFUL, None, None, (10, DAY), None, POST, True),
    "calendar-feed": (ALL, (600, HOUR), None, None, (60, HOUR), READ, False),
    "caseload-export": (ALL, None, (20, HOUR), None, None, POST, False),
    "enquiry": (SUCCESSFUL, (60, HOUR), None, None, None, POST, True),
    "assessment-here": (FAILED, (20, 15 * MINUTE), None, None, None, POST, True),
    "assessment-start": (SUCCESSFUL, (300, HOUR), None, None, None, POST, True),
    "attempt": (ALL, (6000, 10 * MINUTE), None, None, (600, 10 * MINUTE), POST, True),
    "outside-review": (ALL, (600, HOUR), None, None, (600, HOUR), BOTH, False),
    "outside-review-finish": (ALL, (600, HOUR), None, None, (600, HOUR), BOTH, False),
    "outside-comment": (ALL, (600, HOUR), None, None, (600, HOUR), BOTH, False),
    "article-seen": (ALL, None, None, None, (6000, HOUR), POST, False),
    "article-helpful": (ALL, None, None, None, (300, HOUR), POST, False),
    "article-search-missed": (ALL, (60, HOUR), None, None, None, POST, False),
    "article-search": (ALL, (300, 5 * MINUTE), None, None, None, READ, True),
}
# Forms that a visitor can send as often as they like, and why that does no harm.
UNLIMITED = {
    "account_logout": "it ends the sender's own session, and nothing else",
    "account_signup": "nobody can sign up: the page says so, and stores nothing",
    "sitemap": "it answers like to a GET, and reads nothing of what was sent",
    "attempt-review": "only with the unguessable key of an attempt, which is submitted once",
    "attempt-keep": "only with the unguessable key of an attempt, and after signing in",
    "attempt-delete": "only with the unguessable key of an attempt, which is gone afterwards",
}


def in_figures(limit: RateLimit) -> tuple:
    rates = (
        limit.per_address, limit.per_account, limit.per_account_and_address, limit.per_object,
    )  # fmt: skip
    figures = [(rate.amount, rate.seconds) if rate else None for rate in rates]
    return (limit.counts.value, *figures, set(limit.methods), limit.shown_by_view)


@pytest.mark.quick
def test_each_route_has_the_limit_that_was_decided():
    limits = {name: in_figures(limit) for name, limit in declared_limits().items()}
    assert limits == EXPECTED


@pytest.mark.quick
def test_the_account_is_typed_only_where_a_form_asks_for_it():
    """Elsewhere a field of that name would count against whomever it names."""
    fields = {name: limit.account_field for name, limit in declared_limits().items()}
    assert {name: field for name, field in fields.items() if field} == {
        "account_login": "login",
        "account_reset_password": "email",
    }


def takes_a_post(browser, where: str) -> bool:
    """Whether a visitor's form gets further than the refusals that every page has."""
    answer = browser.post(where)
    sent_to_sign_in = answer.status_code == 302 and answer["Location"].startswith(
        reverse("account_login")
    )
    return answer.status_code not in (403, 404, 405) and not sent_to_sign_in


def test_every_form_of_a_visitor_has_a_limit_or_a_reason(scene, browser_of):
    version, taken = published(), set()
    for name in NAMES:
        route, _model = declared(name)
        if name.startswith("attempt"):  # Anonymous, and new, since one of the forms deletes it.
            scene["attempt_key"] = started(version).key
        elif VISITOR not in route.may:
            continue
        if takes_a_post(browser_of(), address(name, route, scene)):
            taken.add(name)
    assert_complete(
        UNLIMITED, taken - set(declared_limits()),
        file="UNLIMITED of tests/psywellpath/test_declared_limits.py",
        question="any visitor can send this form. Give its view @rate_limited(…), or why does it"
                 " need none?",
    )  # fmt: skip
