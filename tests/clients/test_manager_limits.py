"""What a manager cannot do, although they manage people and care links."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.access import Role
from accounts.models import AuditEvent, Invitation, User
from accounts.people import actions as accounts
from clients.care import actions as care
from clients.intake import actions as intake
from clients.models import CareLink, Client


def person_form(user: User, **changed) -> dict:
    form = {"name": user.name, "email": user.email, "is_active": "on" if user.is_active else ""}
    return form | {"roles": [r.name for r in user.groups.all()]} | changed


def change(user: User) -> str:
    return f"/admin/accounts/user/{user.pk}/change/"


def test_an_open_account_keeps_its_address(cast, browser_of):
    """Changing the address would allow them to take over the account by a password reset."""
    data = person_form(cast.meera, email="mallory@example.org", name="Dr. M. Nair")
    assert browser_of(cast.manoj).post(change(cast.meera), data).status_code == 302
    cast.meera.refresh_from_db()
    assert (cast.meera.email, cast.meera.name) == ("meera@example.org", "Dr. M. Nair")
    assert AuditEvent.objects.get(verb="person changed").actor == cast.manoj.pk


def test_a_corrected_address_ends_the_invitation(cast, browser_of):
    user = accounts.open_account(email="wrong@example.org", name="Sana")
    _invitation, token = accounts.invite(user=user, by=cast.manoj)
    browser_of(cast.manoj).post(change(user), person_form(user, email="right@example.org"))
    user.refresh_from_db()
    assert user.email == "right@example.org"
    assert browser_of().get(f"/accounts/invitations/{token}/").status_code == 410


def test_nobody_else_activates_a_waiting_account(cast, browser_of):
    user = accounts.open_account(email="sana@example.org", name="Sana")
    data = person_form(user, is_active="on")
    page = browser_of(cast.manoj).post(change(user), data)
    assert "They open it themselves" in page.content.decode()
    user.refresh_from_db()
    assert not user.is_active


def test_a_closed_account_is_not_opened_by_an_invitation(cast, browser_of):
    user = cast.asha.user
    browser_of(cast.manoj).post(change(user), person_form(user, is_active=""))
    user.refresh_from_db()
    assert not user.is_active
    with pytest.raises(ValidationError):
        accounts.invite(user=user, by=cast.meera)
    assert "send again" not in browser_of(cast.meera).get("/caseload/").content.decode()


def test_an_invitation_can_be_withdrawn(cast, browser_of):
    client, _invitation, token = intake.invite_client(
        email="sana@example.org", name="Sana", therapist=cast.meera, by=cast.meera
    )
    browser_of(cast.meera).post(f"/clients/{client.pk}/invitation/", {"withdraw": "yes"})
    assert browser_of().get(f"/accounts/invitations/{token}/").status_code == 410
    assert not Invitation.objects.open().exists()


def test_an_added_person_has_a_role_and_gets_a_link(cast, browser_of, mailoutbox):
    browser, add = browser_of(cast.manoj), "/admin/accounts/user/add/"
    data = {"name": "New", "email": "new@example.org", "is_active": "on"}
    assert "Choose at least one" in browser.post(add, data).content.decode()
    assert browser.post(add, data | {"roles": ["editor"]}).status_code == 302
    assert [m.to for m in mailoutbox] == [["new@example.org"]]
    assert "The practice manager has made an account for you" in mailoutbox[0].body
    assert mailoutbox[0].body.rstrip().endswith("Psywellpath")


@pytest.fixture
def both(cast) -> User:
    """A manager who is also a therapist."""
    accounts.set_roles(user=cast.manoj, to=[Role.MANAGER, Role.THERAPIST], by=cast.neeshu)
    return User.objects.get(pk=cast.manoj.pk)


def test_an_ended_link_stays_ended(cast, both):
    link = cast.asha.care_links.get(therapist=cast.farah)
    for at in (None, timezone.now() + timedelta(days=900)):
        with pytest.raises(ValidationError):
            care.set_end(link=link, by=both, at=at)


def test_nobody_extends_their_own_link(cast, both):
    end = timezone.now() + timedelta(days=1)
    link = care.start_care(client=cast.asha, therapist=both, by=cast.neeshu, ends_at=end)
    for at in (None, end + timedelta(days=1)):
        with pytest.raises(ValidationError):
            care.set_end(link=link, by=both, at=at)
    care.set_end(link=link, by=cast.neeshu, at=None)
    events = AuditEvent.objects.filter(verb="care link lengthened", client=cast.asha.pk)
    assert events.count() == 1


def test_saving_an_unchanged_link_changes_nothing(cast, browser_of):
    link = cast.asha.care_links.get(therapist=cast.meera)
    address = f"/admin/clients/carelink/{link.pk}/change/"
    browser_of(cast.manoj).post(address, {"ends_at_0": "", "ends_at_1": ""})
    link.refresh_from_db()
    assert link.ends_at is None
    assert Client.objects.visible_to(cast.meera).contains(cast.asha)


def test_care_can_be_ended_now_from_the_list(cast, browser_of):
    link = cast.asha.care_links.get(therapist=cast.meera)
    data = {"action": "end_now", "_selected_action": [str(link.pk)]}
    browser_of(cast.manoj).post("/admin/clients/carelink/", data)
    assert not Client.objects.visible_to(cast.meera).contains(cast.asha)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-11-02", "2026-11-01"), ("0001-01-01", ""), ("2026-11-02", "9999-12-31")],
)
def test_impossible_dates_of_a_link_are_refused(cast, browser_of, start, end):
    data = {
        "client": str(cast.rohan.pk), "therapist": str(cast.meera.pk),
        "starts_at_0": start, "starts_at_1": "00:00:00", "ends_at_0": end,
        "ends_at_1": "00:00:00" if end else "",
    }  # fmt: skip
    answer = browser_of(cast.manoj).post("/admin/clients/carelink/add/", data)
    assert answer.status_code == 200
    assert not CareLink.objects.filter(client=cast.rohan, therapist=cast.meera).exists()


def test_nobody_is_their_own_therapist(cast):
    accounts.set_roles(user=cast.asha.user, to=[Role.THERAPIST], by=cast.manoj)
    user = User.objects.get(pk=cast.asha.user_id)
    with pytest.raises(ValidationError):
        care.start_care(client=cast.asha, therapist=user, by=cast.manoj)
    CareLink.objects.create(client=cast.asha, therapist=user)
    assert not Client.objects.visible_to(user).contains(cast.asha)


@pytest.mark.parametrize(
    "question",
    ["password__startswith=a", "attempts__isnull=False", "client__notes__text__contains=x",
     "email__startswith=a"],
)  # fmt: skip
def test_forged_look_ups_are_refused(cast, browser_of, question):
    cast.asha.user.password = make_password("x")
    assert browser_of(cast.manoj).get(f"/admin/accounts/user/?{question}").status_code == 400


@pytest.mark.parametrize(
    ("who", "address"),
    [("manoj", "/admin/accounts/user/?groups__id__exact=1"),
     ("manoj", "/admin/accounts/user/?is_active__exact=1"),
     ("meera", "/admin/clients/client/?on=3"),
     ("manoj", "/admin/clients/enquiry/?closed_at__isempty=1")],
)  # fmt: skip
def test_the_declared_filters_work(cast, browser_of, who, address):
    assert browser_of(getattr(cast, who)).get(address).status_code == 200


def test_an_impossible_id_in_an_action_is_a_bad_request(cast, browser_of):
    data = {"action": "end_now", "_selected_action": ["zzz"]}
    assert browser_of(cast.manoj).post("/admin/clients/carelink/", data).status_code == 400


def test_failed_sign_ins_lock_nobody_out(cast, browser_of):
    guess = {"login": "asha@example.org", "password": "wrong"}
    thief = browser_of(REMOTE_ADDR="10.0.0.66")
    answers = [thief.post("/accounts/login/", guess).status_code for _ in range(14)]
    right = guess | {"password": "a quiet room with daylight"}
    assert thief.post("/accounts/login/", right).status_code == 429, (
        "too many tries from that address"
    )
    assert answers
    owner = browser_of(REMOTE_ADDR="10.0.0.7")
    assert owner.post("/accounts/login/", right).status_code == 302
