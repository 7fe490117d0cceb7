"""Users, roles, the audit log, signing in and out."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from accounts.access import GRANTS, Permission, Role, allows, public, roles
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.models import AuditEvent, User
from accounts.people import actions as people
from tests.support.cast import PASSWORD


def test_an_address_has_one_account_whatever_its_case(db):
    User.objects.create_user("a@example.org", name="A")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="A@Example.org", name="B")])


@pytest.mark.parametrize("role", Role)
def test_permissions_follow_the_grant_table(cast, role):
    user = {"editor": cast.esha, "therapist": cast.meera, "manager": cast.manoj}[role]
    assert {p for p in Permission if allows(user, p)} == GRANTS[role]


def test_a_superuser_has_no_role(db):
    boss = User.objects.create_superuser("boss@example.org", "x", name="Boss")
    assert roles(boss) == frozenset()
    assert not any(allows(boss, p) for p in Permission)
    assert boss.is_staff


def test_an_inactive_person_has_no_role(cast):
    cast.meera.is_active = False
    assert roles(User(pk=cast.meera.pk, is_active=False)) == frozenset()


def test_an_open_page_says_why():
    with pytest.raises(ValueError):
        public("")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET verb = 'nothing'",
        "DELETE FROM accounts_auditevent",
        "TRUNCATE accounts_auditevent",
    ],
)
def test_the_audit_log_is_append_only(cast, statement):
    audit.record(AccountVerb.INVITED, by=cast.meera)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert AuditEvent.objects.count() == 1


def test_nobody_gives_themselves_a_role(cast):
    with pytest.raises(ValidationError):
        people.set_roles(user=cast.manoj, to=[Role.MANAGER, Role.THERAPIST], by=cast.manoj)
    people.set_roles(user=cast.esha, to=[Role.EDITOR, Role.THERAPIST], by=cast.manoj)
    assert roles(User.objects.get(pk=cast.esha.pk)) == {Role.EDITOR, Role.THERAPIST}
    assert AuditEvent.objects.filter(verb="roles changed", actor=cast.manoj.pk).count() == 1


def test_a_role_ends_at_the_very_next_request(cast, browser_of):
    browser = browser_of(cast.meera)
    assert browser.get("/caseload/").status_code == 200
    cast.meera.groups.clear()  # As the owner: she has clients, so the web role may not.
    assert browser.get("/caseload/").status_code == 403
    assert browser.get(f"/clients/{cast.asha.pk}/").status_code == 403


def test_signing_in_and_out_is_recorded(cast, browser_of):
    browser = browser_of()
    data = {"login": "Meera@Example.org", "password": PASSWORD}
    answer = browser.post("/accounts/login/", data, follow=True)
    # The password alone leads only to the second factor.
    assert answer.redirect_chain[-1][0] == "/accounts/2fa/"
    assert browser.cookies["signed_in"].value == "1"
    browser.post("/accounts/logout/", follow=True)
    browser.get("/accounts/login/")
    assert not browser.cookies["signed_in"].value
    verbs = AuditEvent.objects.filter(actor=cast.meera.pk).values_list("verb", flat=True)
    assert {"signed in", "signed out"} <= set(verbs)
    browser.post("/accounts/login/", data | {"password": "wrong"})
    assert AuditEvent.objects.filter(verb="sign-in failed").count() == 1


@pytest.mark.parametrize(
    ("who", "home"),
    [
        ("meera", "/caseload/"),
        ("manoj", "/practice/"),
        ("esha", "/admin/"),
        ("neeshu", "/caseload/"),
    ],
)
def test_everybody_arrives_at_their_home_page(cast, browser_of, who, home):
    assert browser_of(getattr(cast, who)).get("/accounts/").url == home


def test_signing_in_never_leads_to_another_site(cast, browser_of):
    data = {"login": "meera@example.org", "password": PASSWORD, "next": "https://evil.example/"}
    assert "evil" not in browser_of().post("/accounts/login/", data).url


def test_a_password_reset_says_the_same_to_everyone(cast, browser_of):
    known = browser_of().post("/accounts/password/reset/", {"email": "asha@example.org"})
    unknown = browser_of().post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [m.to for m in mail.outbox] == [["asha@example.org"]], "an unknown mailbox gets nothing"


def test_a_new_member_of_staff_is_welcomed(cast, browser_of):
    """Not with "A new password": they have none yet. The link works once."""
    browser_of(cast.manoj).post(
        "/admin/accounts/user/add/",
        {"name": "Tara Bose", "email": "tara@example.org", "roles": ["therapist"],
         "is_active": "on"},
    )  # fmt: skip
    (email,) = mail.outbox
    assert (email.to, email.subject) == (["tara@example.org"], "Welcome: set up your account")
    assert "once, for three days" in " ".join(email.body.split())
    assert timedelta(days=3).total_seconds() == settings.PASSWORD_RESET_TIMEOUT
    link = next(line for line in email.body.splitlines() if "/password/reset/key/" in line)
    visitor = browser_of()
    page = visitor.get(link.strip(), follow=True)
    assert page.content.decode().count("Welcome: set up your account") == 2, "title and heading"
    assert "new password" not in page.content.decode()
    words = "seven stones on a line"
    address = page.redirect_chain[-1][0]
    assert visitor.post(address, {"password1": words, "password2": words}).status_code == 302
    assert User.objects.get(email="tara@example.org").check_password(words)
    assert "no longer works" in browser_of().get(link.strip(), follow=True).content.decode()


def test_a_forgotten_password_is_not_a_welcome(cast, browser_of):
    browser_of().post("/accounts/password/reset/", {"email": "meera@example.org"})
    (email,) = mail.outbox
    assert email.subject == "A new password"
    link = next(line for line in email.body.splitlines() if "/password/reset/key/" in line)
    page = browser_of().get(link.strip(), follow=True).content.decode()
    assert "Choose a new password" in page
    assert "Welcome" not in page


def test_nobody_signs_up_by_themselves(db, browser_of):
    data = {"email": "new@example.org", "password1": "seven stones on a line"}
    assert b"come by invitation" in browser_of().post("/accounts/signup/", data).content
    assert not User.objects.exists()


def test_the_founder_is_created_once(db, monkeypatch, capsys):
    from django.core.management import CommandError, call_command

    module = "accounts.management.commands.create_founder.getpass"
    monkeypatch.setattr(module, lambda prompt: "seven stones on a line")
    call_command("create_founder", "Founder@Example.org", "Dr. Neeshu Rathore")
    founder = User.objects.get(email="founder@example.org")
    assert roles(founder) == set(Role)
    with pytest.raises(CommandError, match="already a manager"):
        call_command("create_founder", "second@example.org", "Second")
