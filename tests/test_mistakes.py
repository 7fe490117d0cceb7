"""The mistakes that this kind of application makes (TRUST.md), each really tried, over HTTP, by
whoever would make use of it. Those about files and markup stand beside: test_uploads.py,
test_csv_cells.py, test_mistakes_markup.py, test_browser_leaving.py.
"""

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse

from accounts import limits
from accounts.access import Role
from accounts.models import User
from assessments.models import Attempt, Result
from clients.models import CareLink, Client, Enquiry, Note, SafetyPlan, Session, Task
from tests import cast as people
from tests import records
from tests.assessment_attempts import fields, published, started
from tests.cast import PASSWORD, in_care, person

ASHA, ROHAN, TARA = "zebra-asha", "quagga-rohan", "okapi-tara"


@pytest.fixture
def scene(cast):
    """Two clients of Meera, one of Vikram, each with a whole record."""
    version = people.questionnaire()
    tara = in_care(person("tara@example.org", "Tara Bose"), cast.meera)
    return {
        "asha": records.fill(cast.asha, cast.meera, version, ASHA),
        "rohan": records.fill(cast.rohan, cast.vikram, version, ROHAN),
        "tara": records.fill(tara, cast.meera, version, TARA),
    }


def body_of(answer) -> str:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data.decode(errors="replace")


def children(parent: Client, child: records.Record) -> list[str]:
    """Addresses that name a client and something of a (perhaps other) client's."""
    rows = child.rows
    return [
        reverse("note", args=[parent.pk, rows["note"]]),
        reverse("note", args=[parent.pk, rows["shared"]]),
        reverse("note", args=[parent.pk, rows["draft"]]),
        reverse("task-withdraw", args=[parent.pk, rows["task"]]),
        reverse("session-record", args=[parent.pk, rows["session"]]),
        reverse("client-result", args=[parent.pk, rows["attempt"]]),
    ]


def own(record: records.Record) -> list[str]:
    """Addresses of what a client has on their own pages."""
    rows = record.rows
    return [
        reverse("task", args=[rows["task"]]),
        reverse("task", args=[rows["done"]]),
        reverse("result-share", args=[rows["attempt"]]),
        *(reverse(name, args=[rows["attempt_key"]])
          for name in ("attempt", "attempt-review", "attempt-result", "attempt-keep",
                       "attempt-delete")),
    ]  # fmt: skip


def of_client(client: Client) -> list[str]:
    names = ("client", "client-move", "client-report", "timeline", "client-safety", "task-give",
             "client-safety-edit", "client-note-add", "note-autosave", "session-plan",
             "client-invite-again")  # fmt: skip
    return [reverse(name, args=[client.pk]) for name in names]


SENT = {"text": "x", "audience": "private", "signs": "x", "title": "x", "to": "3", "seen": "2",
        "reflection": "x", "state": "held", "at": "2026-12-01T10:00", "withdraw": "yes",
        "discard": "yes", "item_q1": "1"}  # fmt: skip


def snapshot() -> dict:
    return {m: list(m._base_manager.order_by("pk").values()) for m in records.clinical_models()}


def refused(browser, address: str, *marks: str) -> None:
    """A look and a change: 403 or 404, and no word of it."""
    for answer in (browser.get(address), browser.post(address, SENT)):
        assert answer.status_code in (403, 404, 405), (address, answer.status_code)
        assert not [mark for mark in marks if mark in body_of(answer)], address


@pytest.mark.trust
def test_an_object_is_reached_by_its_bare_id(scene, cast, browser_of, promise):
    """Somebody else's ids, put into one's own addresses."""
    asha, tried, before = scene["asha"], 0, snapshot()
    for who in (cast.vikram, cast.farah, cast.rohan.user, cast.esha, cast.manoj):
        browser = browser_of(who)
        manages = who == cast.manoj
        invites = reverse("client-invite-again", args=[asha.client.pk])
        for address in of_client(asha.client) + children(asha.client, asha) + own(asha):
            if manages and address == invites:
                continue
            refused(browser, address, ASHA)
            tried += 2
    for number in ("1", "2", "0", str(uuid4())):
        for address in (f"/clients/{number}/", f"/path/tasks/{number}/",
                        f"/practice/enquiries/{number}/"):  # fmt: skip
            assert browser_of(cast.meera).get(address).status_code in (403, 404)
            tried += 1
    assert snapshot() == before
    promise("mistakes", f"object by bare id: {tried} requests, 0 answered")


@pytest.mark.trust
def test_a_child_is_reached_through_another_parent(scene, cast, browser_of, promise):
    """Both clients are Meera's own; yet what is Tara's is not found under Asha."""
    tried, before = 0, snapshot()
    pairs = [(a, b) for a in scene for b in scene if a != b]
    for parent, child in pairs:
        for address in children(scene[parent].client, scene[child]):
            refused(browser_of(cast.meera), address, scene[child].mark)
            tried += 2
    for address in own(scene["tara"]):
        refused(browser_of(cast.asha.user), address, TARA)
        tried += 2
    assert snapshot() == before
    assert browser_of(cast.meera).get(children(cast.asha, scene["asha"])[0]).status_code == 200
    promise("mistakes", f"child of another parent: {tried} requests, 0 answered")


@pytest.mark.trust
def test_a_list_or_an_export_is_wider_than_its_scope(scene, cast, browser_of, promise):
    looks = 0
    lists = ["/caseload/", "/caseload/?q=Rohan", "/caseload/?q=", "/caseload/?closed=on",
             "/caseload/?step=2&sort=contact", "/caseload/?page=9", "/admin/clients/client/",
             "/admin/clients/client/?q=Rohan", "/admin/clients/client/?on=2"]  # fmt: skip
    for address in lists:
        page = body_of(browser_of(cast.meera).get(address))
        assert ROHAN not in page
        assert str(cast.rohan.pk) not in page, address
        looks += 1
    for address in (
        "/practice/",
        "/practice/figures/",
        "/practice/measurement/",
        "/practice/enquiries/",
        "/practice/erasures/",
        "/admin/clients/carelink/",
    ):
        page = body_of(browser_of(cast.manoj).get(address))
        for mark in (ASHA, ROHAN, TARA):
            assert f"{mark}-private" not in page, address
            assert f"{mark}-task" not in page, address
            assert f"{mark}-reason" not in page, address
        looks += 1
    browser = browser_of(cast.asha.user)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    folder = browser.post("/path/data/")
    with zipfile.ZipFile(BytesIO(folder.content)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert f"{ASHA}-shared" in text
    for word in (ROHAN, TARA, f"{ASHA}-private", f"{ASHA}-draft", f"{ASHA}-added"):
        assert word not in text
    promise(
        "mistakes", f"list or export wider than its scope: {looks} lists, 1 export, 0 strangers"
    )


@pytest.mark.trust
def test_fields_are_assigned_that_no_form_has(scene, cast, browser_of, promise):
    """Mass assignment: every column's name is sent along, with what one would like to be there."""
    key, foreign = uuid4(), str(scene["rohan"].rows["note"])
    them, theirs, since = str(cast.vikram.pk), str(cast.rohan.pk), "2020-01-01"
    wanted = {
        "client": theirs, "client_id": theirs, "id": foreign, "pk": foreign, "amends": foreign,
        "author": them, "user": str(cast.rohan.user_id), "written_by": them, "given_by": them,
        "therapist": them, "by": them, "closed_by": them, "signed_at": since, "created_at": since,
        "written_at": since, "done_at": since, "closed_at": since, "version": "99", "step": "7",
        "is_superuser": "on", "is_staff": "on", "is_active": "on", "groups": "1",
        "roles": "manager", "password": "x", "user_permissions": "1",
    }  # fmt: skip
    asha, tried = cast.asha, 0
    meera, client, visitor = browser_of(cast.meera), browser_of(asha.user), browser_of()
    for browser, address, said in [
        (meera, reverse("client-note-add", args=[asha.pk]),
         {"text": "mine", "audience": "private", "key": str(key)}),
        (meera, reverse("task-give", args=[asha.pk]), {"title": "mine", "key": str(uuid4())}),
        (meera, reverse("session-plan", args=[asha.pk]), {"at": "2026-12-01T10:00"}),
        (client, reverse("safety-edit"), {"signs": "mine", "seen": "1"}),
        (client, reverse("task", args=[scene["asha"].rows["task"]]), {"reflection": "mine"}),
        (visitor, "/enquiry/", {"name": "Mine", "email": "mine@example.org", "consent": "on",
                                "about": "mine"}),
        (meera, reverse("client-move", args=[asha.pk]), {"to": "3", "seen": "2"}),
    ]:  # fmt: skip
        answer = browser.post(address, wanted | said)
        assert answer.status_code in (200, 302), (address, answer.status_code)
        tried += len(wanted)
    note = Note.objects.get(pk=key)
    assert (note.client, note.author, note.amends) == (asha, cast.meera, None)
    assert note.signed_at
    assert note.signed_at.year > 2020
    task = Task.objects.get(title="mine")
    assert (task.client, task.given_by, task.done_at) == (asha, cast.meera, None)
    assert task.step_id == 2
    assert not Session.objects.filter(client=asha, therapist=cast.vikram).exists()
    plan = SafetyPlan.objects.get(signs="mine")
    assert (plan.client, plan.written_by, plan.version) == (asha, asha.user, 2)
    done = Task.objects.get(reflection="mine")
    assert done.done_at
    assert done.done_at.year > 2020
    enquiry = Enquiry.objects.get(about="mine")
    assert (enquiry.client, enquiry.closed_at, enquiry.closed_by) == (None, None, None)
    assert asha.step_events.order_by("sequence").last().by == cast.meera
    change = f"/admin/accounts/user/{asha.user_id}/change/"
    said = {"name": "Asha Verma", "email": asha.user.email, "is_active": "on"}
    browser_of(cast.manoj).post(change, {n: v for n, v in wanted.items() if n != "roles"} | said)
    user = User.objects.get(pk=asha.user_id)
    assert not user.is_superuser
    assert not user.groups.exists()
    assert user.check_password(PASSWORD)
    link = CareLink.objects.get(client=asha, therapist=cast.meera)
    browser_of(cast.manoj).post(
        f"/admin/clients/carelink/{link.pk}/change/",
        wanted | {"ends_at_0": "", "ends_at_1": "", "granted_by": str(cast.meera.pk)},
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


FORGED = [
    "notes__text__contains", "notes__audience", "step_events__reason__startswith",
    "tasks__reflection__contains", "safety_plans__signs__contains", "id__in", "pk__gt",
    "user__password__startswith", "client__notes__text__contains", "about__contains",
    "client__tasks__title__contains", "user__email__contains", "enquiry__about__contains",
    "shared_results__attempt__result__style", "user__attempts__answers__value",
    "therapist__password__startswith", "phone__startswith", "attempt__key__startswith",
    "attempts__key__startswith", "care_links__client__notes__text__contains",
    "given_by__password__contains", "clients_client__notes__text__contains",
]  # fmt: skip


@pytest.mark.trust
def test_clinical_rows_are_reached_through_the_admins_questions(scene, cast, browser_of, promise):
    """Filters, searches, choices and look-ups that nobody declared, by those who may come in."""
    tried = 0
    lists = {
        cast.meera: ["/admin/clients/client/"],
        cast.manoj: ["/admin/clients/carelink/", "/admin/clients/enquiry/", "/admin/accounts/user/",
                     "/admin/accounts/invitation/", "/admin/assessments/instrumentversion/"],
    }  # fmt: skip
    for who, bases in lists.items():
        browser = browser_of(who)
        for base in bases:
            for path in FORGED:
                assert browser.get(f"{base}?{path}=zebra").status_code == 400, (base, path)
                tried += 1
            for word in (f"{ASHA}-private", f"{ASHA}-reflection", f"{ASHA}-reason"):
                page = body_of(browser.get(base, {"q": word})).replace(word, "")
                assert "Asha" not in page, (base, word)
                tried += 1
            assert "zebra-asha-private" not in body_of(browser.get(base))
        for model in ("note", "task", "safetyplan", "stepevent", "carelink", "sharedresult"):
            told = {"app_label": "clients", "model_name": model, "field_name": "client", "term": ""}
            answer = browser.get("/admin/autocomplete/", told)
            # A therapist may choose among their own clients; nobody else finds any here.
            assert answer.status_code == 403 or who == cast.meera
            assert "Rohan" not in body_of(answer)
            assert "zebra" not in body_of(answer)
            tried += 1
    promise("mistakes", f"clinical rows through the admin's questions: {tried} asked, 0 answered")


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
    there = urlsplit(urljoin("http://testserver/accounts/login/", plain))
    return there.hostname != "testserver" or there.scheme not in ("http", "https")


@pytest.mark.trust
def test_next_leads_to_another_site(cast, browser_of, promise):
    """An open redirect: after signing in, out, again, or with a form."""
    tried = 0
    for to in AWAY:
        answers = [
            browser_of().post("/accounts/login/", {"login": cast.asha.user.email, "password":
                                                   PASSWORD, "next": to}),
            browser_of(cast.asha.user).get("/accounts/login/", {"next": to}),
            browser_of(cast.asha.user).post("/accounts/logout/", {"next": to}),
            browser_of().get("/admin/login/", {"next": to}),
            browser_of(cast.meera).get("/admin/login/", {"next": to}),
            browser_of(cast.asha.user).post(
                "/accounts/reauthenticate/", {"password": PASSWORD, "next": to}),
            browser_of(cast.asha.user).post("/accounts/password/change/", {"next": to,
                "oldpassword": PASSWORD, "password1": "another quiet room"}),
            browser_of().get(f"/{to}"),
        ]  # fmt: skip
        for answer in answers:
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


FACTORS = importlib.util.find_spec("accounts.factors")


@pytest.mark.trust
@pytest.mark.skipif(
    FACTORS is None, reason="second factors (accounts/factors.py) are not built yet"
)
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


ELSEWHERE = """
import django, os, sys
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = os.environ["OTHER_DATABASE"]
from accounts import limits
print(sum(limits.count(limits.key_of("two"), limits.Rate(10, 86400)) == 0 for _ in range(20)))
"""


@pytest.mark.trust
@pytest.mark.django_db(transaction=True)
def test_limits_are_kept_by_each_process(promise):
    rate, key = limits.Rate(10, 86_400), limits.key_of("two")
    here = sum(limits.count(key, rate) == 0 for _ in range(6))
    told = {"OTHER_DATABASE": str(connection.settings_dict["NAME"]),
            "DJANGO_SETTINGS_MODULE": "tests.settings"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], env=os.environ | told, text=True, capture_output=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    there = int(done.stdout)
    assert (here, there) == (6, 4)
    promise("mistakes", f"limits kept per process: of 10, one let in {here}, another {there}")


@pytest.mark.trust
def test_a_session_outlives_the_role(scene, cast, browser_of, promise):
    """Signed in before, and asking right after; nobody signs out."""
    asha, stale, asked = scene["asha"], [], 0

    def still(browser, pages: list[str]) -> None:
        nonlocal asked
        for page in pages:
            asked += 1
            if browser.get(page).status_code == 200:
                stale.append(page)

    caseload = ["/caseload/", f"/clients/{cast.asha.pk}/", "/admin/clients/client/"]
    desk = ["/admin/articles/article/", "/admin/articles/article/add/"]
    practice = ["/practice/", "/admin/accounts/user/", "/practice/enquiries/"]
    meera, esha, manoj = (browser_of(who) for who in (cast.meera, cast.esha, cast.manoj))
    for browser, pages in ((meera, caseload), (esha, desk), (manoj, practice)):
        assert [browser.get(page).status_code for page in pages] == [200] * len(pages)
    past = {"starts_at": "2025-01-01T00:00Z", "ends_at": "2026-01-01T00:00Z"}
    cast.asha.care_links.filter(therapist=cast.meera).update(**past)
    still(meera, [f"/clients/{cast.asha.pk}/", *children(cast.asha, asha)])
    for who in (cast.meera, cast.esha, cast.manoj):
        who.groups.remove(*Group.objects.filter(name__in=[r.value for r in Role]))
    still(meera, caseload)
    still(esha, [*desk, "/admin/"])
    still(manoj, practice)
    owner = browser_of(cast.asha.user)
    assert owner.get("/path/").status_code == 200
    User.objects.filter(pk=cast.asha.user_id).update(is_active=False)
    still(owner, ["/path/", "/path/safety/", "/path/data/"])
    other = browser_of(cast.rohan.user)
    cast.rohan.user.set_password("something quite else")
    cast.rohan.user.save()
    still(other, ["/path/"])
    assert not stale
    promise("mistakes", f"sessions that outlive a role: {asked} asked after, {len(stale)} answered")


@pytest.mark.trust
def test_a_timeout_eats_a_draft(cast, browser_of, promise):
    """The session ends while somebody writes; what was typed is there after signing in."""
    text, browser = "Long and not yet signed. " * 200, browser_of(cast.meera)
    said = {"text": text, "audience": "private", "key": str(uuid4()), "seen": "0"}
    kept = browser.post(reverse("note-autosave", args=[cast.asha.pk]), said)
    assert kept.json()["key"]
    browser.session.flush()
    late = browser.post(reverse("client-note-add", args=[cast.asha.pk]), said)
    assert late.status_code == 302
    assert "/accounts/login/" in late.headers["Location"]
    back = browser_of(cast.meera).get(reverse("note", args=[cast.asha.pk, UUID(said["key"])]))
    assert back.status_code == 200
    assert text.strip() in back.content.decode()
    attempt = started(published(), by=cast.asha.user, answers={"q1": 6, "q2": 3})
    client = browser_of(cast.asha.user)
    client.session.flush()
    assert client.post(attempt.get_absolute_url(), fields({"q3": 1})).status_code == 302
    again = Attempt.objects.get(pk=attempt.pk)
    assert again.answers_by_item == {"q1": 6, "q2": 3}
    promise(
        "mistakes", f"a timeout that eats a draft: {len(text.strip())} letters and 2 answers kept"
    )
