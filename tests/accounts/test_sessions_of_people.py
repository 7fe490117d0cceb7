"""A person's account and sessions: ended at once or when idle, without losing any words."""

import time
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail, signing
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import AuditEvent, EmailChange, Mail, ParkedForm, User
from accounts.sign_in import devices, parked_forms
from clients.models import Note, Task
from tests.support.browsing import link_in
from tests.support.cast import PASSWORD
from tests.support.signing_in import BACKEND

HTML = {"HTTP_ACCEPT": "text/html,application/xhtml+xml"}


def leave_alone(browser: Browser, seconds: int) -> None:
    """Makes the session look idle for this long."""
    session = browser.session
    session[devices.SEEN] = time.time() - seconds
    session.save()


def again(browser: Browser, user: User) -> None:
    """Signs in again, on the same machine."""
    from tests.support.signing_in import session_of

    browser.cookies["sessionid"] = session_of(user)


@pytest.mark.trust
def test_rights_end_at_the_very_next_request(cast, browser_of, promise):
    """Each thing that ends a session or a right, and the next request of another session."""

    def deactivate(user: User) -> None:
        User.objects.filter(pk=user.pk).update(is_active=False)

    def password(user: User) -> None:
        mine = browser_of(user)
        new = dict.fromkeys(("password1", "password2"), "a new quiet room")
        answer = mine.post("/accounts/password/change/", new)
        assert answer.url == "/accounts/me/"
        assert mine.get("/accounts/me/").status_code == 200, "the present one stays"

    def no_role(user: User) -> None:
        user.groups.clear()  # As the owner: she has clients, so the web role may not.

    def sign_out_elsewhere(user: User) -> None:
        assert browser_of(user).post("/accounts/me/sessions/", {"others": "yes"}).status_code == 302

    def factor(user: User) -> None:
        assert browser_of(user).post("/accounts/2fa/app/remove/").url == "/accounts/me/"

    pages = ("/caseload/", f"/clients/{cast.asha.pk}/", "/admin/")
    ends, tried, stale = (sign_out_elsewhere, factor, password, no_role, deactivate), 0, []
    for end in ends:
        if not cast.meera.groups.exists():
            cast.meera.groups.set(cast.vikram.groups.all())
        other = browser_of(User.objects.get(pk=cast.meera.pk))
        for page in pages:
            assert other.get(page).status_code == 200, (end.__name__, page)
        end(User.objects.get(pk=cast.meera.pk))
        for page in pages:
            tried += 1
            if other.get(page).status_code == 200:
                stale.append((end.__name__, page))
    promise("at once", f"{len(ends)} endings, {tried} next requests, {len(stale)} stale")
    assert not stale


def test_idle_staff_sign_in_again(cast, browser_of, settings):
    browser = browser_of(cast.meera)
    assert browser.get("/caseload/").status_code == 200
    leave_alone(browser, settings.STAFF_IDLE_SECONDS - 60)
    assert browser.get("/caseload/").status_code == 200
    leave_alone(browser, settings.STAFF_IDLE_SECONDS + 60)
    answer = browser.get("/caseload/", follow=True)
    assert answer.redirect_chain[0][0] == "/accounts/login/?next=/caseload/"
    assert "You were away for a while" in answer.content.decode()


def test_a_clients_session_is_longer(cast, browser_of, settings):
    browser = browser_of(cast.asha.user)
    browser.get("/path/")
    leave_alone(browser, settings.STAFF_IDLE_SECONDS * 48)
    assert browser.get("/path/").status_code == 200


@pytest.fixture
def late(cast, browser_of, settings):
    """Meera's browser, and where it is sent after giving a task too late."""
    browser = browser_of(cast.meera)
    browser.get("/caseload/")
    leave_alone(browser, settings.STAFF_IDLE_SECONDS + 1)
    task = {
        "title": "canary-task\nof two lines",
        "text": "canary-text",
        "password": "canary-secret",
    }
    where = f"/clients/{cast.asha.pk}/tasks/"
    answer = browser.post(where, task, **HTML)
    assert answer.url.startswith("/accounts/login/?next=/accounts/me/unsent/")
    return browser, answer.url.partition("next=")[2]


def test_what_was_sent_too_late_comes_back(cast, late):
    browser, waiting = late
    assert not Task.objects.exists()
    assert b"canary" not in bytes(ParkedForm.objects.get().ciphertext)
    assert browser.get(waiting).url.startswith("/accounts/login/")
    again(browser, cast.meera)
    page = browser.get(waiting)
    text = page.content.decode()
    assert "canary-task\nof two lines" in text
    assert "canary-text" in text
    assert "canary-secret" not in text
    assert f'action="/clients/{cast.asha.pk}/tasks/"' in text
    assert "no-store" in page["Cache-Control"]
    browser.post(f"/clients/{cast.asha.pk}/tasks/", {"title": "canary-task", "text": "canary-text"})
    assert Task.objects.get().title == "canary-task"
    browser.post(waiting)
    assert not ParkedForm.objects.exists()


def test_nobody_else_reads_it_on_the_same_machine(cast, late, browser_of):
    browser, waiting = late
    for other in (cast.vikram, cast.manoj, cast.asha.user):
        again(browser, other)
        assert browser.get(waiting).status_code == 404
        assert browser.post(waiting).status_code == 404
    row = ParkedForm.objects.get()
    row.user = cast.vikram
    from accounts.encryption import cipher
    from accounts.sign_in import parked_forms

    with pytest.raises(cipher.Unreadable):
        parked_forms.read(row)


def test_it_is_stored_for_a_day(cast, late):
    browser, waiting = late
    ParkedForm.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    again(browser, cast.meera)
    assert browser.get(waiting).status_code == 404


def test_every_form_of_staff_comes_back(cast, browser_of, settings):
    """Whatever form it is, and also where the session was ended from elsewhere."""
    record = f"/clients/{cast.asha.pk}/"
    forms = [f"{record}tasks/", f"{record}notes/", f"{record}move/", f"{record}path/pause/",
             f"{record}sessions/", f"{record}safety/edit/", "/practice/cover/",
             "/admin/clients/carelink/add/", "/admin/articles/topic/add/"]  # fmt: skip
    for number, where in enumerate(forms):
        browser = browser_of(cast.neeshu)
        browser.get("/accounts/me/")
        if number % 2:
            UserSession.objects.get(session_key=browser.session.session_key).end()
        else:
            leave_alone(browser, settings.STAFF_IDLE_SECONDS + 1)
        answer = browser.post(where, {"words": f"canary-{number}", "twice": ["a", "b"]}, **HTML)
        again(browser, cast.neeshu)
        text = browser.get(answer.url.partition("next=")[2]).content.decode()
        assert f'value="canary-{number}"' in text, where
        assert text.count('name="twice"') == 2
    assert not Note.objects.exists()


def test_a_stranger_can_park_nothing(cast, browser_of):
    """Without a cookie, with a forged one, or one of a closed account, nothing is stored."""
    form = {"title": "canary"}
    for mark in ("", "forged", str(cast.meera.pk)):
        browser = Browser()
        if mark:
            browser.cookies["was_here"] = mark
        answer = browser.post("/caseload/", form, **HTML)
        assert answer.url == "/accounts/login/?next=/caseload/"
    browser = browser_of(cast.meera)
    browser.get("/caseload/")
    User.objects.filter(pk=cast.meera.pk).update(is_active=False)
    browser.post("/caseload/", form, **HTML)
    assert not ParkedForm.objects.exists()


def in_time(monkeypatch, **later) -> None:
    """Makes the signed cookie look this much older."""
    later_time = time.time() + timedelta(**later).total_seconds()
    monkeypatch.setattr("django.core.signing.time", SimpleNamespace(time=lambda: later_time))


def test_the_cookie_is_renewed_in_use_and_valid_for_days(cast, browser_of, monkeypatch):
    """A copy of it, or a browser that was left years ago, can park nothing."""
    browser = browser_of(cast.meera)
    browser.get("/caseload/")
    first = browser.cookies[parked_forms.MARK].value
    browser.get("/caseload/")
    assert browser.cookies[parked_forms.MARK].value == first
    in_time(monkeypatch, hours=7)
    browser.get("/caseload/")
    renewed = browser.cookies[parked_forms.MARK].value
    assert renewed != first
    for mark, later, count in ((first, {"days": 2}, 1), (first, {"days": 3, "minutes": 1}, 1),
                              (renewed, {"days": 3, "hours": 6}, 2),
                              (renewed, {"days": 3, "hours": 8}, 2)):  # fmt: skip
        in_time(monkeypatch, **later)
        stranger = Browser()
        stranger.cookies[parked_forms.MARK] = mark
        stranger.post("/caseload/", {"title": "canary"}, **HTML)
        assert ParkedForm.objects.count() == count, later


def test_a_persons_latest_forms_are_kept(cast, browser_of):
    for user, number in ((cast.vikram, 1), (cast.meera, ParkedForm.MOST + 2)):
        stranger = Browser()
        stranger.cookies[parked_forms.MARK] = signing.dumps(str(user.pk), salt=parked_forms.SALT)
        for n in range(number):
            stranger.post("/caseload/", {"title": f"canary-{n}"}, **HTML)
    assert ParkedForm.objects.filter(user=cast.vikram).count() == 1
    titles = [
        dict(parked_forms.read(row)[1])["title"]
        for row in ParkedForm.objects.filter(user=cast.meera)
    ]
    assert titles == [f"canary-{n}" for n in range(ParkedForm.MOST + 1, 1, -1)]


def test_a_form_that_is_too_long_is_refused_with_a_message(cast, late):
    browser, _waiting = late
    ParkedForm.objects.all().delete()
    for _ in range(3):
        answer = browser.post("/caseload/", {"text": "\u0905" * 700_000}, **HTML)
        assert answer.url == "/accounts/login/?next=/caseload/"
    assert not ParkedForm.objects.exists()
    assert "too long for us to store" in browser.get(answer.url).content.decode()
    browser.post("/caseload/", {"text": "\u0905" * 130_000}, **HTML)
    assert ParkedForm.objects.count() == 1, "longer than any note"


def test_the_database_stores_no_form_that_is_too_long(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        ParkedForm.objects.create(user=cast.meera, ciphertext=b"x" * 500_001)


def test_old_ones_are_tidied_away(cast, late):
    ParkedForm.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    call_command("tidy", verbosity=0)
    assert not ParkedForm.objects.exists()


def test_signing_out_removes_the_cookie(cast, browser_of):
    browser = browser_of(cast.meera)
    browser.get("/caseload/")
    assert browser.cookies["was_here"].value
    assert browser.cookies["was_here"]["httponly"]
    browser.post("/accounts/logout/")
    browser.get("/accounts/logout/", follow=True)
    browser.post("/caseload/", {"title": "canary"}, **HTML)
    assert not ParkedForm.objects.exists()


def test_the_account_page_lists_and_ends_sessions(cast, browser_of):
    here = browser_of(cast.meera, HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Firefox/133.0")
    elsewhere = browser_of(
        cast.meera, HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Version/18 Safari/604.1",
        REMOTE_ADDR="203.0.113.9",
    )  # fmt: skip
    for browser in (here, elsewhere):  # Stored on the first page, as after signing in.
        session = browser.session
        del session[devices.SEEN]
        session.save()
    elsewhere.get("/caseload/")
    page = here.get("/accounts/me/").content.decode()
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    assert "203.0.113.9" in page
    assert page.count("This device") == 1
    session = UserSession.objects.get(ip="203.0.113.9")
    foreign = browser_of(cast.vikram)
    foreign.get("/caseload/")
    foreign.post("/accounts/me/sessions/", {"session": session.pk})
    assert elsewhere.get("/caseload/").status_code == 200, "another person's is not theirs to end"
    here.post("/accounts/me/sessions/", {"session": session.pk})
    assert elsewhere.get("/caseload/").status_code == 302
    assert here.get("/accounts/me/").status_code == 200
    for odd in ("", "x", "-1", "99999999999999999999"):
        assert here.post("/accounts/me/sessions/", {"session": odd}).status_code == 302


def test_the_address_changes_once_the_new_mailbox_confirms_it(cast, browser_of):
    browser, other = browser_of(cast.asha.user), browser_of(cast.asha.user)
    other.get("/path/")
    browser.post("/accounts/me/address/", {"to": " Asha.New@Example.org "})
    assert [m.to for m in mail.outbox] == [["asha.new@example.org"], ["asha@example.org"]]
    link = link_in(mail.outbox[0].body)
    assert link.startswith("/accounts/me/address/")
    token = link.split("/")[-2]
    assert token not in str(list(Mail.objects.values())) + str(list(EmailChange.objects.values()))
    assert browser_of(cast.rohan.user).get(link).status_code == 410
    assert browser_of(cast.rohan.user).post(link).status_code == 410
    browser.get(link)
    assert User.objects.get(pk=cast.asha.user_id).email == "asha@example.org", (
        "opening the page does not confirm it"
    )
    browser.post(link)
    assert User.objects.get(pk=cast.asha.user_id).email == "asha.new@example.org"
    assert mail.outbox[-1].to == ["asha@example.org"]
    assert other.get("/path/").status_code == 302
    assert browser.get("/path/").status_code == 200
    assert browser.post(link).status_code == 410
    data = {"login": "asha.new@example.org", "password": PASSWORD}
    assert Browser().post("/accounts/login/", data).status_code == 302
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"new address asked for", "address changed"} <= verbs


def test_an_address_with_an_account_gets_the_same_page(cast, browser_of):
    answers = []
    for to in ("rohan@example.org", "free@example.org"):
        browser = browser_of(cast.asha.user)
        answer = browser.post("/accounts/me/address/", {"to": to})
        answers.append((answer.status_code, answer.url))
    assert answers[0] == answers[1]
    assert "already belongs to an account" in mail.outbox[0].body
    assert EmailChange.objects.count() == 1, "the later request replaces the earlier one"
    EmailChange.objects.update(to="rohan@example.org")
    browser = browser_of(cast.asha.user)
    assert (
        browser.post(f"/accounts/me/address/{EmailChange.objects.get().token}/").status_code == 410
    )
    assert User.objects.get(pk=cast.asha.user_id).email == "asha@example.org"


def test_an_old_link_changes_nothing(cast, browser_of):
    browser = browser_of(cast.asha.user)
    browser.post("/accounts/me/address/", {"to": "new@example.org"})
    EmailChange.objects.update(asked_at=timezone.now() - timedelta(days=3))
    assert browser.post(link_in(mail.outbox[0].body)).status_code == 410


@pytest.mark.parametrize(
    ("who", "page", "form"),
    [
        ("asha", "/path/data/", {}),
        ("asha", "/path/erasure/", {"sure": "yes"}),
        ("asha", "/accounts/me/address/", {"to": "new@example.org"}),
        ("asha", "/accounts/password/change/", {"password1": "x" * 12, "password2": "x" * 12}),
        ("asha", "/accounts/2fa/app/", {"code": "1"}),
        ("asha", "/accounts/2fa/passkeys/add/", {}),
        ("asha", "/accounts/2fa/passkeys/remove/", {"key": "1"}),
        ("asha", "/accounts/2fa/codes/new/", {}),
    ],
)
def test_sensitive_pages_require_reauthentication(cast, who, page, form):
    browser = Browser()
    browser.force_login(cast.asha.user, backend=BACKEND)
    answer = browser.post(page, form, **HTML)
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/reauthenticate/")
    assert not mail.outbox
    session = str(list(browser.session.items()))
    assert "xxxxxxxxxxxx" not in session, "a new password is not stored in the session"


def test_deciding_an_erasure_requires_reauthentication_and_keeps_the_words(cast, browser_of):
    from clients.rights import erasure

    request = erasure.ask(client=cast.asha, by=cast.asha.user)
    browser = browser_of(cast.manoj)
    session = browser.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [r | {"at": time.time() - 400} for r in records]
    session.save()
    page = f"/practice/erasures/{request.pk}/"
    answer = browser.post(page, {"granted": "no", "words": "canary-answer of some length"}, **HTML)
    assert answer.url.startswith("/accounts/2fa/again/?next=%2Faccounts%2Fme%2Funsent%2F")
    request.refresh_from_db()
    assert request.decided_at is None
    assert "canary" not in str(list(browser.session.items()))
    row = ParkedForm.objects.get()
    assert b"canary-answer" in browser.get(f"/accounts/me/unsent/{row.pk}/").content


def test_an_unknown_key_is_not_found(cast, browser_of):
    assert browser_of(cast.meera).get(f"/accounts/me/unsent/{uuid.uuid4()}/").status_code == 404
