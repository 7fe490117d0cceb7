"""Known mistakes of such applications (docs/security.md), each tried over HTTP: what is sent along,
and what leads away. The others are in
test_mistakes*.py, test_uploads.py and test_browser_leaving.py beside this, and in
tests/clients/test_csv_cells.py.
"""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import User
from assessments.models import Result
from clients.models import CareLink, Enquiry, Note, SafetyPlan, Session, Task
from tests.support.assessments.attempts import fields, published, started
from tests.support.cast import PASSWORD
from tests.support.thorough import some


@pytest.mark.trust
def test_fields_are_assigned_that_no_form_has(three, cast, browser_of, promise):
    """Mass assignment: every column's name is sent along, with what one would like to be there."""
    key, foreign = uuid4(), str(three["rohan"].rows["note"])
    them, theirs, since = str(cast.vikram.pk), str(cast.rohan.pk), "2020-01-01"
    forged = {
        "client": theirs, "client_id": theirs, "id": foreign, "pk": foreign, "amends": foreign,
        "author": them, "user": str(cast.rohan.user_id), "written_by": them, "given_by": them,
        "therapist": them, "by": them, "closed_by": them, "signed_at": since, "created_at": since,
        "written_at": since, "done_at": since, "closed_at": since, "version": "99", "step": "7",
        "is_superuser": "on", "is_staff": "on", "is_active": "on", "groups": "1",
        "roles": "manager", "password": "x", "user_permissions": "1",
    }  # fmt: skip
    asha, tried = cast.asha, 0
    meera, client, visitor = browser_of(cast.meera), browser_of(asha.user), browser_of()
    for browser, address, form in [
        (meera, reverse("client-notes", args=[asha.pk]),
         {"text": "mine", "audience": "private", "key": str(key)}),
        (meera, reverse("client-tasks", args=[asha.pk]), {"title": "mine", "key": str(uuid4())}),
        (meera, reverse("session-plan", args=[asha.pk]), {"at": "2026-12-01T10:00"}),
        (client, reverse("safety-edit"), {"signs": "mine", "seen": "1"}),
        (client, reverse("task", args=[three["asha"].rows["task"]]), {"reflection": "mine"}),
        (visitor, "/enquiry/", {"name": "Mine", "email": "mine@example.org", "consent": "on",
                                "about": "mine"}),
        (meera, reverse("client-move", args=[asha.pk]), {"to": "3", "seen": "2"}),
    ]:  # fmt: skip
        answer = browser.post(address, forged | form)
        assert answer.status_code in (200, 302), (address, answer.status_code)
        tried += len(forged)
    note = Note.objects.get(idempotency_key=key)
    assert (note.client, note.author, note.amends) == (asha, cast.meera, None)
    assert note.signed_at
    assert note.signed_at.year > 2020
    task = next(t for t in Task.objects.all() if t.title == "mine")
    assert (task.client, task.given_by, task.done_at) == (asha, cast.meera, None)
    assert task.step_id == 2
    assert not Session.objects.filter(client=asha, therapist=cast.vikram).exists()
    plan = next(p for p in SafetyPlan.objects.all() if p.signs == "mine")
    assert (plan.client, plan.written_by, plan.version) == (asha, asha.user, 2)
    done = next(t for t in Task.objects.all() if t.reflection == "mine")
    assert done.done_at
    assert done.done_at.year > 2020
    enquiry = next(e for e in Enquiry.objects.all() if e.about == "mine")
    assert (enquiry.client, enquiry.closed_at, enquiry.closed_by) == (None, None, None)
    assert asha.step_events.order_by("sequence").last().by == cast.meera
    change = f"/admin/accounts/user/{asha.user_id}/change/"
    form = {"name": "Asha Verma", "email": asha.user.email, "is_active": "on"}
    browser_of(cast.manoj).post(change, {n: v for n, v in forged.items() if n != "roles"} | form)
    user = User.objects.get(pk=asha.user_id)
    assert not user.is_superuser
    assert not user.groups.exists()
    assert user.check_password(PASSWORD)
    link = CareLink.objects.get(client=asha, therapist=cast.meera)
    browser_of(cast.manoj).post(
        f"/admin/clients/carelink/{link.pk}/change/",
        forged | {"ends_at_0": "", "ends_at_1": "", "granted_by": str(cast.meera.pk)},
    )
    link.refresh_from_db()
    assert (link.client, link.therapist, link.granted_by) == (asha, cast.meera, None)
    promise("mistakes", f"mass assignment: {tried} foreign fields sent, 0 stored")


@pytest.mark.trust
def test_a_score_is_sent_by_the_browser(cast, browser_of, promise):
    attempt = started(published(), by=cast.asha.user, answers={"q1": 6, "q2": 3, "q3": 2, "q4": 7})
    browser = browser_of(cast.asha.user)
    forged = {
        "score": "1", "anxiety": "1.0", "avoidance": "1.0", "style": "secure", "result": "secure",
        "scores": json.dumps({"anxiety": 1}), "submitted_at": "2020-01-01", "version": str(uuid4()),
        "user": str(cast.rohan.user_id), "scale_anxiety": "1", "total": "1", "own": "1",
    }  # fmt: skip
    address = attempt.get_absolute_url()
    assert browser.post(address, fields({"q1": 6}, **forged)).status_code == 302
    assert browser.post(f"{address}review/", forged).status_code == 302
    row = Result.objects.get(attempt=attempt)
    assert [float(scale.mean or 0) for scale in row.scored.scales] == [5.5, 1.5]
    assert row.scored.style == "anxious"
    attempt.refresh_from_db()
    assert attempt.user == cast.asha.user
    assert attempt.submitted_at
    assert attempt.submitted_at.year > 2020
    late = browser.post(address, fields({"q1": 1}, **forged))
    assert late.status_code == 409
    outside = browser.post(address, fields({"q1": 9999, "anxiety": 1}))
    assert outside.status_code in (400, 409)
    promise("mistakes", f"a score sent by the browser: {len(forged)} fields, 0 believed")


AWAY = ["https://evil.example/", "//evil.example", "///evil.example", "https:evil.example",
        "https:/evil.example", "\\\\evil.example", "/\\evil.example", "\\/evil.example",
        "/%09/evil.example", "/\t/evil.example", "%2f%2fevil.example", "javascript:alert(1)",
        "data:text/html,x", " //evil.example", "\n//evil.example", "//evil.example\\@testserver",
        "https://testserver@evil.example", "https://testserver.evil.example", "http:///evil.example",
        "//%65vil.example", "https://evil.example%23@testserver", "/a/..//evil.example",
        "\x08//evil.example", "https://evil.example/?x=testserver", "/\\/evil.example",
        ".evil.example", "@evil.example", "ftp://evil.example"]  # fmt: skip


def leads_away(location: str) -> bool:
    """As a browser reads it: backslashes are slashes, and blanks around are dropped."""
    from urllib.parse import urljoin, urlsplit

    plain = location.strip("\x00\x08\t\n\r ").replace("\\", "/")
    plain = "".join(sign for sign in plain if sign not in "\t\n\r")
    target = urlsplit(urljoin("http://testserver/accounts/login/", plain))
    return target.hostname != "testserver" or target.scheme not in ("http", "https")


@pytest.mark.trust
def test_next_leads_to_another_site(cast, browser_of, promise):
    """An open redirect: after signing in, out, again, or with a form."""
    tried, rohan, same = 0, cast.rohan.user.pk, dict.fromkeys(("password1", "password2"), PASSWORD)
    for to in some(AWAY, 4):
        lead = [
            browser_of().post("/accounts/login/", {"login": cast.asha.user.email, "password":
                                                   PASSWORD, "next": to}),
            browser_of(cast.asha.user).get("/accounts/login/", {"next": to}),
            browser_of(cast.asha.user).post("/accounts/logout/", {"next": to}),
            browser_of().get("/admin/login/", {"next": to}),
            browser_of(cast.meera).get("/admin/login/", {"next": to}),
            browser_of(cast.asha.user).post(
                "/accounts/reauthenticate/", {"password": PASSWORD, "next": to}),
            # Each change ends the sessions of before: a new one each time.
            browser_of(User.objects.get(pk=rohan)).post("/accounts/password/change/",
                                                        same | {"next": to}),
        ]  # fmt: skip
        assert [answer.status_code for answer in lead] == [302] * len(lead), to
        for answer in [*lead, browser_of().get(f"/{to}")]:
            where = answer.headers.get("Location", "")
            assert not (where and leads_away(where)), (to, where)
            tried += 1
        # What a page offers as its next step, too.
        page = browser_of().get("/accounts/login/", {"next": to})
        assert "evil.example" not in page.headers.get("Location", "")
    assert leads_away("//evil.example")
    assert not leads_away("/path/")
    good = browser_of().post("/accounts/login/", {"login": cast.asha.user.email,
                             "password": PASSWORD, "next": "/path/looks/"})  # fmt: skip
    assert good.headers["Location"] == "/path/looks/"
    promise("mistakes", f"open redirect through next: {tried} tried, 0 led away")


@pytest.mark.trust
def test_the_admin_is_entered_with_a_password_alone(cast, browser_of, promise):
    pages = ["/admin/", "/admin/accounts/user/", "/admin/articles/article/add/", "/caseload/",
             "/practice/", "/admin/jsi18n/", "/admin/login/?next=/admin/", "/clients/invite/",
             f"/clients/{cast.asha.pk}/"]  # fmt: skip
    seen = 0
    for who in (cast.meera, cast.esha, cast.manoj, cast.neeshu):
        browser = browser_of()
        browser.post("/accounts/login/", {"login": who.email, "password": PASSWORD})
        browser.post("/admin/login/", {"username": who.email, "password": PASSWORD})
        seen += sum(browser.get(page).status_code == 200 for page in pages)
    assert not seen
    promise(
        "mistakes", f"admin sign-in that skips the second factor: {seen} of {len(pages) * 4} seen"
    )
