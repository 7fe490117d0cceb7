"""Our forms fill nobody's mailbox, and no response reveals that an email was left out."""

import pytest
from django.core import mail

from accounts import emails
from accounts.models import Mail
from accounts.rate_limits import counters
from accounts.rate_limits.counters import Rate
from clients import emails as care_mails
from clients.models import Enquiry
from tests.support.rate_limits import without_rate_limits

MOST = emails.FOR_ONE_READER.amount
STRANGER = "third.party@example.org"


@pytest.fixture
def no_rate_limits(monkeypatch):
    """Somebody with many addresses and devices, whom no rate limit stops."""
    without_rate_limits(monkeypatch)


def to(address: str, kind: str) -> int:
    return sum(m.to == [address] for m in mail.outbox if kind in m.body)


def answers(send, tries: int = MOST + 4) -> set[tuple]:
    return {(answer.status_code, answer.headers.get("Location")) for answer in
            (send(n) for n in range(tries))}  # fmt: skip


def test_enquiries_in_another_persons_name(cast, browser_of, no_rate_limits):
    spelled = [STRANGER, "Third.Party@Example.org", " third.party@example.org"]
    form = {"name": "Somebody", "consent": "on"}
    assert answers(lambda n: browser_of().post("/enquiry/", form | {"email": spelled[n % 3]})) == {
        (302, "/enquiry/thanks/")
    }
    assert [m.to for m in mail.outbox].count([STRANGER]) == MOST
    assert Enquiry.objects.count() == MOST + 4, "each request is stored"
    browser_of().post("/enquiry/", form | {"email": "another@example.org"})
    assert [m.to for m in mail.outbox].count(["another@example.org"]) == 1


def test_managers_get_a_limited_number_of_emails_about_enquiries(cast, monkeypatch):
    for number in range(35):
        care_mails.notify_managers(
            "clients/enquiry_waits", once=f"x {number}", at_most=Rate(30, 900)
        )
    assert Mail.objects.filter(user=cast.manoj).count() == 30
    care_mails.notify_managers("clients/practice_waits", once="erasure")
    assert Mail.objects.filter(user=cast.manoj).count() == 31, "what no visitor can cause"


def test_links_for_a_password(cast, browser_of, no_rate_limits):
    """Known or not: the same responses, and the same number of rows."""
    reactions = {
        email: answers(lambda _n: browser_of().post("/accounts/password/reset/", {"email": email}))  # noqa: B023
        for email in ("asha@example.org", STRANGER)
    }
    assert (
        reactions["asha@example.org"]
        == reactions[STRANGER]
        == {(302, "/accounts/password/reset/done/")}
    )
    assert [m.to for m in mail.outbox] == [["asha@example.org"]] * MOST
    assert Mail.objects.filter(to=STRANGER).count() == MOST
    browser_of().post("/enquiry/", {"name": "A", "email": "asha@example.org", "consent": "on"})
    assert [m.to for m in mail.outbox].count(["asha@example.org"]) == MOST + 1, "by themselves"


def test_a_change_of_address(cast, browser_of, no_rate_limits):
    browser = browser_of(cast.asha.user)
    assert answers(lambda _n: browser.post("/accounts/me/address/", {"to": STRANGER})) == {
        (302, "/accounts/me/")
    }
    assert [m.to for m in mail.outbox].count([STRANGER]) == MOST


def test_one_account_does_not_write_to_many_addresses(cast, browser_of):
    browser, last = browser_of(cast.asha.user), None
    for number in range(12):
        last = browser.post("/accounts/me/address/", {"to": f"n{number}@example.org"})
    page = last.content.decode()
    assert last.status_code == 429
    assert "too often" in page
    assert 'value="n11@example.org"' in page
    strangers = [m for m in mail.outbox if m.to != ["asha@example.org"]]
    assert len(strangers) <= 11


def test_the_counters_name_nobody(cast):
    emails.post(emails.PASSWORD_RESET, to="asha@example.org", at_most=emails.FOR_ONE_READER)
    key = counters.key_of("mail", emails.PASSWORD_RESET, "asha@example.org")
    assert "asha" not in key
    assert counters.count(key, Rate(1, 86_400)) > 0, "it was counted"
