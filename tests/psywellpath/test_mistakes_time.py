"""Known mistakes of such applications (docs/security.md), each tried over HTTP: rate limits,
sessions and drafts over time. The others are in test_mistakes*.py, test_uploads.py and
test_browser_leaving.py beside this one, and in tests/clients/test_csv_cells.py.
"""

import os
import subprocess
import sys
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse

from accounts.access import Role
from accounts.models import User
from accounts.rate_limits import counters
from assessments.models import Attempt
from clients.models import Note
from tests.support.assessments.attempts import fields, published, started
from tests.support.clients.strangers import children

ELSEWHERE = """
import django, os, sys
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = os.environ["OTHER_DATABASE"]
from accounts.rate_limits import counters
print(sum(counters.count(counters.key_of("two"), counters.Rate(10, 86400)) == 0 for _ in range(20)))
"""


@pytest.mark.trust
@pytest.mark.django_db(transaction=True)
def test_limits_are_kept_by_each_process(promise):
    rate, key = counters.Rate(10, 86_400), counters.key_of("two")
    here = sum(counters.count(key, rate) == 0 for _ in range(6))
    names = {"OTHER_DATABASE": str(connection.settings_dict["NAME"]),
            "DJANGO_SETTINGS_MODULE": "tests.settings"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], env=os.environ | names, text=True, capture_output=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    elsewhere = int(done.stdout)
    assert (here, elsewhere) == (6, 4)
    promise("mistakes", f"limits kept per process: of 10, one let in {here}, another {elsewhere}")


@pytest.mark.trust
def test_a_session_outlives_the_role(three, cast, browser_of, promise):
    """Signed in before, and asking right after; nobody signs out."""
    asha, stale, requests = three["asha"], [], 0

    def still(browser, pages: list[str]) -> None:
        nonlocal requests
        for page in pages:
            requests += 1
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
    promise(
        "mistakes",
        f"sessions that outlive a role: {requests} requests after, {len(stale)} answered",
    )


@pytest.mark.trust
def test_a_timeout_eats_a_draft(cast, browser_of, promise):
    """The session ends while somebody writes; what was typed is there after signing in."""
    text, browser = "Long and not yet signed. " * 200, browser_of(cast.meera)
    note = {"text": text, "audience": "private", "key": str(uuid4()), "seen": "0"}
    saved = browser.post(reverse("note-autosave", args=[cast.asha.pk]), note)
    assert saved.json()["key"]
    browser.session.flush()
    late = browser.post(reverse("client-notes", args=[cast.asha.pk]), note)
    assert late.status_code == 302
    assert "/accounts/login/" in late.headers["Location"]
    draft = Note.objects.get(idempotency_key=note["key"])
    back = browser_of(cast.meera).get(draft.get_absolute_url())
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
