"""Known mistakes of such applications (docs/security.md), each tried over HTTP: what is reached
that is not theirs. The others are in
test_mistakes*.py, test_uploads.py and test_browser_leaving.py beside this, and in
tests/clients/test_csv_cells.py.
"""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.support.cast import PASSWORD
from tests.support.clients.strangers import (
    ASHA,
    ROHAN,
    TARA,
    body_of,
    children,
    of_client,
    own,
    refused,
    snapshot,
)
from tests.support.downloads import my_data
from tests.support.thorough import some


@pytest.mark.trust
def test_an_object_is_reached_by_its_bare_id(three, cast, browser_of, promise):
    """Somebody else's ids, put into one's own addresses."""
    asha, tried, before = three["asha"], 0, snapshot()
    strangers = (cast.vikram, cast.farah, cast.rohan.user, cast.esha, cast.manoj)
    for number, who in enumerate(strangers):
        browser = browser_of(who)
        manages = who == cast.manoj
        invites = reverse("client-invite-again", args=[asha.client.pk])
        addresses = of_client(asha.client) + children(asha.client, asha) + own(asha)
        for address in some(addresses, 3, start=number):
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
def test_a_child_is_reached_through_another_parent(three, cast, browser_of, promise):
    """Both clients are Meera's own; yet what is Tara's is not found under Asha."""
    tried, before = 0, snapshot()
    pairs = [(a, b) for a in three for b in three if a != b]
    for number, (parent, child) in enumerate(pairs):
        addresses = children(three[parent].client, three[child])
        for address in some(addresses, 3, start=number):
            refused(browser_of(cast.meera), address, three[child].mark)
            tried += 2
    for address in own(three["tara"]):
        refused(browser_of(cast.asha.user), address, TARA)
        tried += 2
    assert snapshot() == before
    assert browser_of(cast.meera).get(children(cast.asha, three["asha"])[0]).status_code == 200
    promise("mistakes", f"child of another parent: {tried} requests, 0 answered")


@pytest.mark.trust
def test_a_list_or_an_export_is_wider_than_its_scope(three, cast, browser_of, promise):
    tried = 0
    lists = ["/caseload/", "/caseload/?q=Rohan", "/caseload/?q=", "/caseload/?closed=on",
             "/caseload/?step=2&sort=contact", "/caseload/?page=9", "/admin/clients/client/",
             "/admin/clients/client/?q=Rohan", "/admin/clients/client/?on=2"]  # fmt: skip
    for address in lists:
        page = body_of(browser_of(cast.meera).get(address))
        assert ROHAN not in page
        assert str(cast.rohan.pk) not in page, address
        tried += 1
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
        tried += 1
    browser = browser_of(cast.asha.user)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    text = "".join(my_data(browser).values())
    assert f"{ASHA}-shared" in text
    for word in (ROHAN, TARA, f"{ASHA}-private", f"{ASHA}-draft", f"{ASHA}-added"):
        assert word not in text
    promise(
        "mistakes", f"list or export wider than its scope: {tried} lists, 1 export, 0 strangers"
    )


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
def test_clinical_rows_are_reached_through_the_admins_questions(three, cast, browser_of, promise):
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
            for path in some(FORGED, 3):
                assert browser.get(f"{base}?{path}=zebra").status_code == 400, (base, path)
                tried += 1
            for word in (f"{ASHA}-private", f"{ASHA}-reflection", f"{ASHA}-reason"):
                page = body_of(browser.get(base, {"q": word})).replace(word, "")
                assert "Asha" not in page, (base, word)
                tried += 1
            assert "zebra-asha-private" not in body_of(browser.get(base))
        for model in ("note", "task", "safetyplan", "stepevent", "carelink", "sharedresult"):
            parameters = {
                "app_label": "clients",
                "model_name": model,
                "field_name": "client",
                "term": "",
            }
            answer = browser.get("/admin/autocomplete/", parameters)
            # A therapist may choose among their own clients; nobody else finds any here.
            assert answer.status_code == 403 or who == cast.meera
            assert "Rohan" not in body_of(answer)
            assert "zebra" not in body_of(answer)
            tried += 1
    promise("mistakes", f"clinical rows through the admin's questions: {tried} asked, 0 answered")
