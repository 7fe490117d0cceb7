"""Second factors: staff have to show one before any page, and the session counts."""

import base64
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser
from django.urls import NoReverseMatch, reverse

from accounts.encryption import cipher
from accounts.models import AuditEvent, ConsentKind, Mail, User
from accounts.people import actions as people_actions
from accounts.sign_in import factor_secrets, second_factors
from tests.support import cast as people
from tests.support.cast import PASSWORD
from tests.support.consents import filled
from tests.support.matrix import address, declared, subject
from tests.support.routes import all_patterns
from tests.support.signing_in import BACKEND, code_of_secret, factor_of, session_of
from tests.support.thorough import some

CANARIES = (b"canary-private", b"canary-shared", b"canary-reason", b"canary-task", b"canary-plan",
            b"canary-enquiry", b"Asha Verma", b"Rohan Iyer")  # fmt: skip

STAFF = ("meera", "esha", "manoj", "neeshu", "boss")


def by_password(user: User) -> Browser:
    """Signed in at the sign-in page, with the password and nothing else."""
    browser = Browser()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return browser


def code_for(user: User, ahead: int = 0) -> str:
    secret = factor_secrets.opened(Authenticator.objects.get(user=user, type="totp"))
    return code_of_secret(secret, ahead)


def guarded(scene: dict) -> list[tuple[str, str]]:
    """(name, address) of every private page except those on which a factor is set up or shown."""
    addresses = {}
    for name, pattern in all_patterns():
        view = pattern.callback
        if not getattr(view, "login_required", True) or hasattr(view, "before_factor_reason"):
            continue
        route, model = declared(name)
        if model and not name.endswith(("_changelist", "_add")):
            try:
                addresses[name] = reverse(name, args=subject(model, scene))
                continue
            except NoReverseMatch:
                pass
        addresses[name] = address(name, route, scene)
    return sorted(addresses.items())


@pytest.mark.trust
@pytest.mark.parametrize("who", STAFF)
def test_the_password_alone_opens_no_staff_page(scene, promise, who):
    """Every private page, the admin's included, as each kind of staff, with and without a factor
    that this session has not shown; by GET and by POST."""
    boss = User.objects.create_superuser("boss@example.org", PASSWORD, name="Boss")
    user = getattr(scene["cast"], who, boss)
    pages, tried, reached = guarded(scene), 0, []
    assert len(pages) > 100
    assert {"caseload", "client", "practice", "admin:index"} <= {name for name, _where in pages}
    for enrolled in (False, True):
        browser = by_password(user)  # before the factor is enrolled, where one is
        if enrolled:
            factor_of(user)
        assert browser.session.get("_auth_user_id") == str(user.pk)
        for name, where in some(pages, 3, start=STAFF.index(who)):
            for method in ("get",) if enrolled else ("get", "post"):
                tried += 1
                answer = getattr(browser, method)(where)
                led = answer.status_code == 302 and answer.url.startswith("/accounts/2fa/")
                if not led or answer.content:
                    reached.append(f"{user} {method} {name} {where} {answer.status_code}")
    promise("factor", f"{tried} requests to private pages with a password only,"
            f" {len(reached)} reached", summed=True)  # fmt: skip
    assert not reached, "\n".join(reached[:20])


def test_nothing_before_the_factor_shows_anything_of_a_client(scene):
    browser = by_password(scene["cast"].meera)
    for name, pattern in all_patterns():
        if not hasattr(pattern.callback, "before_factor_reason"):
            continue
        body = browser.get(reverse(name), follow=True).content
        assert not [word for word in CANARIES if word in body], name


def test_a_client_is_offered_one_and_not_forced(cast):
    browser = by_password(cast.asha.user)
    assert browser.get("/path/").status_code == 200
    assert b"/accounts/2fa/" in browser.get("/accounts/me/").content
    assert b"It is your choice" in browser.get("/accounts/2fa/").content


def test_signing_in_asks_for_the_code_and_takes_each_once(cast):
    factor_of(cast.meera)
    browser = Browser()
    answer = browser.post("/accounts/login/", {"login": cast.meera.email, "password": PASSWORD})
    assert answer.url == "/accounts/2fa/sign-in/"
    assert browser.get("/caseload/").url.startswith("/accounts/login/"), "not signed in yet"
    assert browser.post(answer.url, {"code": "000000"}).status_code == 200
    code = code_for(cast.meera)
    assert browser.post(answer.url, {"code": code}).url == "/accounts/"
    assert browser.get("/caseload/").status_code == 200
    thief = Browser()
    thief.post("/accounts/login/", {"login": cast.meera.email, "password": PASSWORD})
    assert thief.post(answer.url, {"code": code}).status_code == 200
    assert thief.get("/caseload/").url.startswith("/accounts/login/")
    assert AuditEvent.objects.filter(
        verb="second factor failed", actor=None, target=f"accounts.user {cast.meera.pk}"
    ).exists()


def test_a_code_is_not_accepted_again_after_allauth_has_forgotten_it(cast):
    """It forgets after half a minute, but with the tolerance the code is valid for longer."""
    from django.core.cache import cache

    factor_of(cast.meera)
    code = code_for(cast.meera, ahead=1)
    for expected in (True, False):
        browser = Browser()
        browser.post("/accounts/login/", {"login": cast.meera.email, "password": PASSWORD})
        browser.post("/accounts/2fa/sign-in/", {"code": code})
        assert (browser.get("/caseload/").status_code == 200) is expected
        cache.delete(f"allauth.mfa.totp.used?user={cast.meera.pk}&code={code}")


def test_codes_cannot_be_guessed_without_limit(cast):
    factor_of(cast.meera)
    for number in range(22):
        browser = Browser(REMOTE_ADDR=f"10.1.0.{number + 1}")
        browser.post("/accounts/login/", {"login": cast.meera.email, "password": PASSWORD})
        browser.post("/accounts/2fa/sign-in/", {"code": f"{number:06}"})
    answer = browser.post("/accounts/2fa/sign-in/", {"code": code_for(cast.meera)})
    assert answer.status_code == 429
    assert browser.get("/caseload/").status_code == 302


def test_an_earlier_session_continues_after_showing_the_factor(cast):
    browser = by_password(cast.meera)
    factor_of(cast.meera)
    way = browser.get("/caseload/?step=2").url
    assert way == "/accounts/2fa/again/?next=%2Fcaseload%2F%3Fstep%3D2"
    assert browser.post(way, {"code": "000000"}).status_code == 200
    failed = AuditEvent.objects.filter(verb="second factor failed", actor=cast.meera.pk)
    assert failed.get().target == f"accounts.user {cast.meera.pk}"
    answer = browser.post(way, {"code": code_for(cast.meera), "next": "/caseload/?step=2"})
    assert answer.url == "/caseload/?step=2"
    assert browser.get("/caseload/").status_code == 200


def test_a_password_does_not_add_or_remove_a_factor_if_there_is_one(cast):
    """Somebody who learned the password and holds an old session must not enrol their own."""
    browser = by_password(cast.meera)
    factor_of(cast.meera)
    for page in ("/accounts/2fa/app/remove/", "/accounts/2fa/passkeys/add/"):
        assert browser.get(page).url.startswith("/accounts/2fa/again/"), page
    answer = browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.url.startswith("/accounts/2fa/again/")
    assert browser.get("/accounts/2fa/passkeys/add/").url.startswith("/accounts/2fa/again/")


def test_an_accepted_invitation_does_not_count(cast):
    """The view signs in by itself; a role that was given meanwhile requires a factor at once."""
    from clients.intake import actions as intake

    client, _invitation, token = intake.invite_client(
        email="sana@example.org", name="Sana", therapist=cast.meera, by=cast.meera
    )
    browser = Browser()
    notice = filled(ConsentKind.DATA).fingerprint
    accepted = {"password": PASSWORD, "agree": "on", "shown": notice}
    browser.post(f"/accounts/invitations/{token}/", accepted)
    assert browser.get("/path/").status_code == 200
    from accounts.access import Role

    people_actions.set_roles(user=client.user, to=[Role.THERAPIST], by=cast.manoj)
    assert browser.get("/caseload/").url == "/accounts/2fa/"


def test_setting_an_app_up_counts_here_and_ends_the_other_sessions(cast, settings):
    here, elsewhere = by_password(cast.meera), by_password(cast.meera)
    elsewhere.get("/accounts/me/")
    assert here.get("/accounts/2fa/app/").url.startswith("/accounts/reauthenticate/")
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = here.get("/accounts/2fa/app/").content.decode()
    secret = re.search(r'class="secret[^"]*">([A-Z2-7]+)<', page).group(1)
    assert "data:image/svg+xml;base64," in page
    wrong = here.post("/accounts/2fa/app/", {"code": "12"})
    assert wrong.status_code == 200
    code = code_of_secret(secret)
    answer = here.post("/accounts/2fa/app/", {"code": code})
    assert answer.url == "/accounts/2fa/codes/"
    codes = re.findall(r"<li>(\d{8})</li>", here.get(answer.url).content.decode())
    assert len(set(codes)) == 10
    assert codes[0] not in here.get(answer.url).content.decode(), "shown once"
    assert here.get("/caseload/").status_code == 200
    assert elsewhere.get("/accounts/2fa/").url.startswith("/accounts/login/")
    message = mail.outbox[-1]
    assert message.to == [cast.meera.email]
    assert "authenticator app was set up" in message.body
    assert Mail.objects.filter(kind="accounts/notice").exists()
    lost = Browser()
    lost.post("/accounts/login/", {"login": cast.meera.email, "password": PASSWORD})
    assert lost.post("/accounts/2fa/sign-in/", {"code": codes[3]}).url == "/accounts/"
    assert lost.get("/caseload/").status_code == 200
    assert lost.get("/accounts/2fa/codes/new/").status_code == 200, "it was a proof, too"
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert lost.get("/accounts/2fa/codes/new/").url.startswith("/accounts/2fa/again/"), (
        "for a while"
    )
    again = Browser()
    again.post("/accounts/login/", {"login": cast.meera.email, "password": PASSWORD})
    assert again.post("/accounts/2fa/sign-in/", {"code": codes[3]}).status_code == 200
    verbs = set(AuditEvent.objects.filter(actor=cast.meera.pk).values_list("verb", flat=True))
    assert "second factor added" in verbs


def test_removing_the_last_factor_leads_back_to_the_set_up(cast, browser_of):
    browser = browser_of(cast.meera)
    assert browser.get("/caseload/").status_code == 200
    assert browser.post("/accounts/2fa/app/remove/").url == "/accounts/me/"
    assert browser.get("/caseload/").url == "/accounts/2fa/"
    assert "was removed" in mail.outbox[-1].body


def test_removing_a_factor_ends_the_other_sessions(cast, browser_of):
    """Also for a client, who is not redirected afterwards."""
    user = cast.asha.user
    second_factors.enrol_app(user)
    key = Authenticator.objects.create(
        user=user, type="webauthn", data={"name": "k", "credential": {}}
    )
    for page, form in (
        ("/accounts/2fa/app/remove/", {}),
        ("/accounts/2fa/passkeys/remove/", {"key": key.pk}),
    ):
        here, elsewhere = browser_of(user), browser_of(user)
        assert elsewhere.get("/path/").status_code == 200
        assert here.post(page, form).url == "/accounts/me/", page
        assert elsewhere.get("/path/").url.startswith("/accounts/login/"), page
        assert here.get("/path/").status_code == 200, page
    assert not Authenticator.objects.filter(user=user).exists()


def test_nobody_removes_another_persons_passkey(cast, browser_of):
    other = Authenticator.objects.create(user=cast.vikram, type="webauthn", data={"name": "k"})
    browser = browser_of(cast.meera)
    for key in (other.pk, "", "x", "-1"):
        answer = browser.post("/accounts/2fa/passkeys/remove/", {"key": key})
        assert answer.status_code == 404
    assert Authenticator.objects.filter(pk=other.pk).exists()


def test_no_secret_of_a_factor_is_stored_in_plain_text(cast, settings):
    factor = factor_of(cast.meera)
    secret = factor_secrets.opened(factor)
    seed = factor_secrets.encrypt_for(cast.meera.pk, "recovery_codes", "a" * 80)
    codes = Authenticator.objects.create(
        user=cast.meera, type="recovery_codes", data={"seed": seed, "used_mask": 0}
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, ' ') FROM mfa_authenticator")
        stored = cursor.fetchone()[0]
    assert secret not in stored
    assert "aaaaaaaa" not in stored
    old, new = settings.FIELD_KEYS[0], cipher.new_key()
    settings.FIELD_KEYS = [new, old]
    seen = []
    assert second_factors.reencrypt(lambda rows: seen.extend(rows) or seen) == 2 == len(seen)
    assert second_factors.reencrypt() == 0
    settings.FIELD_KEYS = [new]
    factor.refresh_from_db()
    codes.refresh_from_db()
    assert factor_secrets.opened(factor) == secret
    assert len(codes.wrap().get_unused_codes()) == 10
    damaged = bytearray(base64.b64decode(factor.data["secret"]))
    damaged[-1] ^= 1
    with pytest.raises(cipher.Unreadable):
        factor.data["secret"] = base64.b64encode(bytes(damaged)).decode()
        factor_secrets.opened(factor)


def test_a_lost_telephone(cast, capsys):
    browser = Browser()
    browser.cookies["sessionid"] = session_of(cast.meera)
    assert browser.get("/caseload/").status_code == 200
    call_command("forget_factors", "Meera@example.org")
    assert "1 removed" in capsys.readouterr().out
    assert browser.get("/caseload/").url.startswith("/accounts/login/")
    assert by_password(cast.meera).get("/caseload/").url == "/accounts/2fa/"
    with pytest.raises(CommandError, match="no account"):
        call_command("forget_factors", "nobody@example.org")


def test_the_founder_sets_one_up_first(cast):
    browser = Browser()
    browser.force_login(cast.neeshu, backend=BACKEND)
    assert browser.get("/accounts/").url == "/accounts/2fa/"
    assert b"A passkey" in browser.get("/accounts/2fa/").content


def test_the_demonstrations_codes_are_for_debug_only(db, settings, capsys):
    from psywellpath import demonstration

    user = people.person("therapist@example.com", "T", people.Role.THERAPIST)
    second_factors.enrol_app(user)
    assert demonstration.codes() == {}
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("demonstration_code")
    settings.DEBUG = True
    call_command("demonstration_code", "therapist@example.com")
    printed = capsys.readouterr().out.strip()
    assert printed in {code_for(user), code_for(user, -1)}
