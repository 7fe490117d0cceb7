"""Invitations: a client accepts once, by a link in an email, with consent."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import (
    AuditEvent,
    Consent,
    ConsentKind,
    ConsentText,
    Invitation,
    User,
)
from accounts.people import actions as accounts
from clients.intake import actions as intake
from clients.models import Client
from tests.support.consents import filled

PASSWORD = "seven stones on a line"


def good(**changed) -> dict[str, str]:
    """What somebody sends who has read the notice as it is now."""
    notice = filled(ConsentKind.DATA).fingerprint
    return {"password": PASSWORD, "agree": "on", "shown": notice} | changed


def link_in(message) -> str:
    return re.search(r"http://testserver(/accounts/invitations/\S+/)", message.body).group(1)


@pytest.fixture
def invited(cast, browser_of):
    """The path of the link in the email of an invitation from Dr. Nair."""
    browser = browser_of(cast.meera)
    data = {"name": "Sana Qureshi", "email": "Sana@Example.org "}
    assert browser.post("/clients/invite/", data).status_code == 302
    return link_in(mail.outbox[-1])


def test_a_therapist_invites_into_their_own_care(cast, invited):
    client = Client.objects.get(user__email="sana@example.org")
    assert Client.objects.visible_to(cast.meera).contains(client)
    assert not Client.objects.visible_to(cast.vikram).contains(client)
    assert client.journey.step == 1
    assert not client.user.is_active
    message = mail.outbox[-1]
    assert message.to == ["sana@example.org"]
    words = ["therap", "attachment", "anxi", "avoid", "assessment", "diagnos", "session", "step"]
    text = (message.subject + message.body).lower()
    assert not [word for word in words if word in text]


def test_an_invitation_is_accepted_once(db, browser_of, invited):
    browser = browser_of()
    page = browser.get(invited)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page.headers["Cache-Control"]
    answer = browser.post(invited, good(), follow=True)
    assert answer.redirect_chain[-1][0] == "/path/"
    user = User.objects.get(email="sana@example.org")
    assert user.is_active
    assert user.check_password(PASSWORD)
    consent = Consent.objects.get(user=user)
    assert consent.text == ConsentText.current(ConsentKind.DATA)
    assert consent.values["grievance_officer"].startswith("canary grievance_officer")
    assert Invitation.objects.get(user=user).accepted_at
    verbs = set(AuditEvent.objects.filter(actor=user.pk).values_list("verb", flat=True))
    assert {"invitation accepted", "consented"} <= verbs
    again = browser_of().post(invited, good())
    assert again.status_code == 410
    assert b"already been used" in again.content


def test_an_account_requires_consent(browser_of, invited):
    answer = browser_of().post(invited, good(agree=""))
    assert answer.status_code == 422
    assert b"only begin once you agree" in answer.content
    assert not User.objects.get(email="sana@example.org").is_active


@pytest.mark.parametrize("password", ["short", "sanaqureshi", "password123", ""])
def test_weak_passwords_are_refused(browser_of, invited, password):
    answer = browser_of().post(invited, good(password=password))
    assert answer.status_code == 422
    assert not User.objects.get(email="sana@example.org").is_active


def test_an_expired_invitation_says_so(browser_of, invited):
    Invitation.objects.update(
        created_at=timezone.now() - timedelta(days=20), expires_at=timezone.now()
    )
    for answer in (browser_of().get(invited), browser_of().post(invited, good())):
        assert answer.status_code == 410
        assert b"has expired" in answer.content
    assert not User.objects.get(email="sana@example.org").is_active


def test_a_new_invitation_invalidates_the_first_link(cast, browser_of, invited):
    client = Client.objects.get(user__email="sana@example.org")
    browser_of(cast.meera).post(f"/clients/{client.pk}/invitation/")
    second = link_in(mail.outbox[-1])
    assert second != invited
    assert b"replaced or withdrawn" in browser_of().get(invited).content
    assert browser_of().get(second).status_code == 200


def test_an_unknown_token(browser_of, db):
    answer = browser_of().get("/accounts/invitations/nonsense/")
    assert answer.status_code == 410
    assert b"no such invitation" in answer.content


def test_an_address_that_is_taken(cast, browser_of):
    data = {"name": "Somebody", "email": "ASHA@example.org"}
    answer = browser_of(cast.meera).post("/clients/invite/", data)
    assert b"ask the practice manager" in answer.content, (
        "therapists do not learn which addresses are known"
    )
    assert b"Somebody" in answer.content, "what was typed is still there"
    data |= {"therapist": str(cast.meera.pk)}
    answer = browser_of(cast.manoj).post("/clients/invite/", data)
    assert b"already an account" in answer.content
    assert not mail.outbox


def test_a_therapist_cannot_invite_into_anothers_care(cast, browser_of):
    data = {"name": "Sana", "email": "s@example.org", "therapist": str(cast.vikram.pk)}
    browser_of(cast.meera).post("/clients/invite/", data)
    client = Client.objects.get(user__email="s@example.org")
    assert list(Client.objects.visible_to(cast.vikram)) == [cast.rohan]
    assert Client.objects.visible_to(cast.meera).contains(client)
    with pytest.raises(PermissionDenied):
        intake.invite_client(email="t@e.org", name="T", therapist=cast.vikram, by=cast.meera)


def test_a_manager_chooses_the_therapist(cast, browser_of):
    browser = browser_of(cast.manoj)
    data = {"name": "Sana", "email": "s@example.org", "therapist": str(cast.vikram.pk)}
    assert browser.post("/clients/invite/", data).url == "/practice/"
    assert Client.objects.visible_to(cast.vikram).filter(user__email="s@example.org").exists()
    bad = browser.post("/clients/invite/", data | {"email": "x@e.org", "therapist": cast.esha.pk})
    assert bad.status_code == 200
    assert not User.objects.filter(email="x@e.org").exists()


def test_the_token_is_not_in_the_database(invited):
    token = invited.split("/")[-2]
    assert not Invitation.objects.filter(token_hash__contains=token).exists()
    assert Invitation.objects.get().token_hash == Invitation.hash(token)


@pytest.mark.django_db(transaction=True)
def test_of_ten_people_with_one_link_one_accepts(cast):
    user = accounts.open_account(email="sana@example.org", name="Sana")
    invitation, _token = accounts.invite(user=user, by=cast.meera)
    done, refused = [], []

    def accept():
        try:
            done.append(
                accounts.accept_invitation(
                    invitation=invitation, password="x" * 12, notice=filled(ConsentKind.DATA)
                )
            )
        except ValidationError:
            refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused)) == (1, 9)
    assert Consent.objects.filter(user=user).count() == 1


def test_one_open_invitation_a_person(cast, invited):
    user = User.objects.get(email="sana@example.org")
    from django.db import IntegrityError

    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.issue(user, cast.meera, timezone.now())
