"""Nobody reaches an account, or gets an email, by an address that only looks like its owner's."""

import time
import uuid

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import emails
from accounts.models import AuditEvent, EmailChange, Mail, User
from accounts.people import actions as people
from clients.models import Client, Enquiry
from tests.support.answers import comparable
from tests.support.cast import PASSWORD
from tests.support.lookalikes import FAMOUS, Lookalike, cases
from tests.support.rate_limits import without_rate_limits
from tests.support.thorough import some

EARNEST = 2 * len(FAMOUS)


@pytest.fixture
def tried() -> list[Lookalike]:
    """Those used in real attacks, and every nth of the others, or all of them if THOROUGH."""
    return cases()[:EARNEST] + some(cases()[EARNEST:], 150)


def invitation(typed: str, **more) -> dict:
    return {"name": "Sana", "email": typed, **more}


@pytest.fixture
def forms(cast, browser_of, monkeypatch) -> dict:
    """Every form of the project that takes an address: name -> what sends it."""
    without_rate_limits(monkeypatch)
    enquiry = Enquiry.objects.create(
        name="Sana", email="sana@example.org", consented_at=timezone.now()
    )
    waiting = people.open_account(email="waiting@example.org", name="Sana")
    therapist, manager = browser_of(cast.meera), browser_of(cast.manoj)
    client = browser_of(cast.asha.user)
    admin = "/admin/accounts/user"

    def visitor(where: str, **form: str):
        return browser_of().post(where, form)

    return {
        "sign-in": lambda to: visitor("/accounts/login/", login=to, password=PASSWORD),
        "forgotten password": lambda to: visitor("/accounts/password/reset/", email=to),
        "sign-up": lambda to: visitor("/accounts/signup/", email=to, password1=PASSWORD),
        "request": lambda to: visitor(
            "/enquiry/", name="Sana", email=to, consent="on", key=str(uuid.UUID(int=1))
        ),
        "change of address": lambda to: client.post("/accounts/me/address/", {"to": to}),
        "invitation by a therapist": lambda to: therapist.post("/clients/invite/", invitation(to)),
        "invitation by a manager": lambda to: manager.post(
            "/clients/invite/", invitation(to, therapist=cast.meera.pk)
        ),
        "answer to a request": lambda to: manager.post(
            f"/practice/enquiries/{enquiry.pk}/", invitation(to, therapist=cast.meera.pk)
        ),
        "a person added": lambda to: manager.post(
            f"{admin}/add/", invitation(to, roles="editor", is_active="on")
        ),
        "a person corrected": lambda to: manager.post(
            f"{admin}/{waiting.pk}/change/", invitation(to)
        ),
    }


def accounts_of(tried: list[Lookalike]) -> None:
    """An account for each address that is imitated, with the password that the tries send."""
    password = make_password(PASSWORD)
    owners = User.objects.bulk_create(
        User(email=address, name="Owner", password=password)
        for address in dict.fromkeys(one.address for one in tried)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=owner, email=owner.email, verified=True, primary=True) for owner in owners
    )


def things() -> list[int]:
    """What a try would leave behind."""
    models = (Mail, EmailChange, Client, Enquiry, User)
    signed_in = AuditEvent.objects.filter(verb="signed in").count()
    return [signed_in, len(mail.outbox), *(model.objects.count() for model in models)]


@pytest.mark.trust
def test_lookalikes_reach_nobody(forms, tried, promise):
    """Each at each form. The response is, byte for byte, that for one that imitates nobody."""
    accounts_of(tried)
    before, started = things(), time.monotonic()
    reached, told_apart = [], []
    for name, send in forms.items():
        nobody = tried[0].unknown
        send(nobody)  # The first page of a session sets its cookies.
        expected = comparable(send(nobody), nobody)
        told_apart += [
            (name, one) for one in tried if comparable(send(one.typed), one.typed) != expected
        ]
        if (now := things()) != before:
            reached.append((name, before, now))
            before = now
    tries = len(tried) * len(forms)
    promise(
        "owner",
        f"{len({one.typed for one in tried})} look-alikes at {len(forms)} forms, {tries} tries:"
        f" {len(reached)} forms with a mail to what was typed or an account reached,"
        f" {len(told_apart)} answers unlike those for an unknown address"
        f" ({time.monotonic() - started:.0f} s)",
    )
    assert not reached, reached[:10]
    assert not told_apart, told_apart[:10]
    stored = set(User.objects.values_list("email", flat=True))
    assert not {one.typed for one in tried} & stored


def test_the_comparison_would_notice_a_difference(forms, cast):
    """What is compared does change when the owner's own address is typed."""
    accounts_of(cases()[:1])
    known = cases()[0].address
    assert forms["sign-in"](known).status_code == 302
    assert forms["forgotten password"](known).status_code == 302
    assert [m.to for m in mail.outbox] == [[known]]
    assert "/password/reset/key/" in mail.outbox[0].body
    left = things()
    for name in ("request", "change of address"):
        assert forms[name]("somebody@example.org").status_code == 302, name
        assert things() != left, name
        left = things()
    for name in ("invitation by a therapist", "invitation by a manager", "answer to a request",
                 "a person added"):  # fmt: skip
        free = f"{name.replace(' ', '-')}@example.org"
        assert forms[name](free).status_code == 302, name
        assert User.objects.filter(email=free).exists(), name
    assert forms["a person corrected"]("right@example.org").status_code == 302
    assert User.objects.filter(email="right@example.org").exists()


def test_a_lookalike_is_refused_with_a_reason_and_stays_in_the_form(forms):
    for name, send in forms.items():
        if name == "sign-up":
            continue
        page = send("s\u0131na@example.org").content.decode()
        assert "plain letters a to z" in page, name
        assert 'value="s\u0131na@example.org"' in page, name


def test_no_look_up_takes_a_lookalike_for_an_owner(db):
    """Below the forms: the look-up itself, and the back end that compares passwords."""
    accounts_of(cases()[:EARNEST])
    for one in cases()[:EARNEST]:
        assert User.objects.by_email(one.address), one
        assert authenticate(None, email=one.address, password=PASSWORD), one
        assert User.objects.by_email(one.typed) is None, one
        assert authenticate(None, email=one.typed, password=PASSWORD) is None, one
    spelled = " " + cases()[0].address.upper() + " "
    assert User.objects.by_email(spelled).email == cases()[0].address


def test_commands_accept_no_lookalike_either(db, monkeypatch):
    accounts_of(cases()[:EARNEST])
    monkeypatch.setattr(
        "accounts.management.commands.create_founder.getpass", lambda _said: PASSWORD
    )
    for one in cases()[:EARNEST]:
        with pytest.raises(CommandError):
            call_command("forget_factors", one.typed)
        with pytest.raises(CommandError, match="plain letters"):
            call_command("create_founder", one.typed, "Founder")


def test_an_email_goes_to_the_stored_address_or_nowhere(cast):
    """Whatever the row says: a link is sent to the owner of the account."""
    emails.post(emails.PASSWORD_RESET, to="asha@example.org")
    assert [m.to for m in mail.outbox] == [[cast.asha.user.email]]
    emails.post(emails.PASSWORD_RESET, to="nobody@example.org")
    assert len(mail.outbox) == 1, "a stranger's mailbox gets nothing from this practice"
    assert Mail.objects.get(to="nobody@example.org").given_up_at


ROWS = {
    "accounts_user": "UPDATE accounts_user SET email = %s",
    "account_emailaddress": "UPDATE account_emailaddress SET email = %s",
    "the new address of a change": 'UPDATE accounts_emailchange SET "to" = %s',
    "the old address of a change": "UPDATE accounts_emailchange SET was = %s",
    "accounts_mail": 'UPDATE accounts_mail SET "to" = %s',
}


def test_the_database_stores_plain_addresses_only(db):
    """The owner's statements are refused, too."""
    owner = User.objects.create_user("owner@example.org", PASSWORD, name="Owner")
    EmailAddress.objects.create(user=owner, email=owner.email)
    EmailChange.objects.create(user=owner, was="a@example.org", to="b@example.org")
    Mail.objects.create(kind="x/y", to="b@example.org")
    odd = [one.typed for one in cases()[:EARNEST]]
    for name, statement in ROWS.items():
        for address in [*odd, "Owner@example.org", "ow ner@example.org", "owner@example.org\n"]:
            with pytest.raises(IntegrityError), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(statement, [address])
                raise AssertionError(f"{name} takes {address!r}")
        with connection.cursor() as cursor:
            cursor.execute(statement, ["plain+1@example.org"])
