"""A therapist with clients keeps the role until the clients are transferred; clients without a
therapist can be found."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.access import Role, roles
from accounts.database import row_security
from accounts.database.together import load
from accounts.models import Consent, ConsentKind, ConsentText, User
from accounts.models.consent import NEEDED
from accounts.people import actions as accounts
from accounts.people import consents
from clients.care import actions as care
from clients.care.waiting import load_unsettled
from clients.models import CareLink, Client, StepEvent
from tests.support.cast import in_care, person
from tests.support.consents import agree
from tests.support.sql import ask, refused


def main(answer):
    return LexborHTMLParser(answer.content.decode()).css_first("main")


def form_of(user, *names, active=True) -> dict:
    form = {"name": user.name, "email": user.email, "roles": list(names)}
    return form | ({"is_active": "on"} if active else {})


def address(user) -> str:
    return f"/admin/accounts/user/{user.pk}/change/"


@pytest.mark.parametrize(
    ("names", "active"), [([], True), (["editor"], True), (["therapist"], False)],
    ids=["no role", "another role", "closed"],
)  # fmt: skip
def test_the_form_lists_the_clients_and_links_to_a_transfer(cast, browser_of, names, active):
    soon = in_care(person("soon@example.org", "Sana Soon"), None)
    CareLink.objects.create(
        client=soon, therapist=cast.meera, starts_at=timezone.now() + timedelta(days=3)
    )
    browser = browser_of(cast.manoj)
    answer = browser.post(address(cast.meera), form_of(cast.meera, *names, active=active))
    assert answer.status_code == 200
    page = LexborHTMLParser(answer.content.decode())
    (error,) = [e for e in page.css(".errorlist") if "in the care of" in e.text()]
    links = {a.text(): a.attributes["href"] for a in error.css("a")}
    assert links["Asha Verma"] == f"/practice/care/{cast.asha.pk}/"
    assert links["Sana Soon"] == f"/practice/care/{soon.pk}/", "planned care counts"
    meera = User.objects.get(pk=cast.meera.pk)
    assert (meera.is_active, roles(meera)) == (True, {Role.THERAPIST})
    listed = main(browser.get(links["See the full list"])).text()
    assert "Asha Verma" in listed
    assert "Sana Soon" in listed
    assert "Rohan" not in listed


CLOSED_PATH = Q(caseload_index__last_kind="close")


def counted(manager) -> tuple[int, int]:
    """As the manager's page counts, and as the care links and the consents say."""
    now, texts = timezone.now(), ConsentText.all_current(NEEDED)
    cared = CareLink.objects.going_on().of_therapists().values("client")
    nobodys = set(Client.objects.exclude(pk__in=cared).exclude(CLOSED_PATH).values_list("pk"))
    behind = Client.objects.filter(user__is_active=True)
    behind = behind.exclude(user__in=Consent.objects.to_each(texts))
    with transaction.atomic(), row_security.web_role():
        row_security.set_actor(manager)
        found = load(load_unsettled(texts, now))
        listed = set(Client.objects.listed_to(manager).without_therapist().values_list("pk"))
    assert listed == nobodys
    assert found == {"without_therapist": len(nobodys), "not_agreed": behind.count()}
    return found["without_therapist"], found["not_agreed"]


def test_the_counts_of_the_practices_page_agree_with_its_lists(cast):
    """After each act that changes them; the database keeps them by triggers."""
    now, manager = timezone.now(), cast.manoj
    assert counted(manager) == (0, 2)
    agree(cast.asha.user, *NEEDED)
    assert counted(manager) == (0, 1)
    consents.withdraw(kind=ConsentKind.DATA, by=cast.asha.user)
    assert counted(manager) == (0, 2)
    agree(cast.asha.user, ConsentKind.DATA)
    for days, behind in ((-1, 1), (0, 2)):  # One that is to be published tomorrow; one of today.
        ConsentText.objects.create(
            kind=ConsentKind.DATA, version=ConsentText.next_version(ConsentKind.DATA),
            text="Another.", published_at=now - timedelta(days=days),
        )  # fmt: skip
        assert counted(manager) == (0, behind)
    new = in_care(person("new@example.org", "Nila New"), None)
    assert counted(manager) == (1, 3)
    planned = CareLink.objects.create(
        client=new, therapist=cast.meera, starts_at=now + timedelta(days=3)
    )
    assert counted(manager) == (0, 3)
    CareLink.objects.filter(pk=planned.pk).update(ends_at=planned.starts_at)
    assert counted(manager) == (1, 3), "called off"
    link = CareLink.objects.create(client=new, therapist=cast.vikram, starts_at=now)
    CareLink.objects.filter(pk=link.pk).update(ends_at=now + timedelta(days=1))
    assert counted(manager) == (0, 3)
    User.objects.filter(pk=cast.vikram.pk).update(is_active=False)
    assert counted(manager)[0] == 1 + cast.rohan.care_links.filter(therapist=cast.vikram).count()
    User.objects.filter(pk=cast.vikram.pk).update(is_active=True)
    cast.vikram.groups.clear()
    assert counted(manager)[0] == 2, "nor without the role"
    User.objects.filter(pk=new.user_id).update(is_active=False)
    assert counted(manager) == (2, 2), "nobody without an account is asked"
    StepEvent.objects.create(client=new, sequence=2, kind="close", step_id=1)
    assert counted(manager) == (1, 2), "and to a closed path no care is missing"
    with transaction.atomic(), row_security.web_role():
        row_security.set_actor(cast.meera)
        nothing = load(load_unsettled(ConsentText.all_current(NEEDED), now))
    assert set(nothing.values()) == {0}, "for managers alone"


def test_the_role_can_be_removed_after_a_transfer(cast, browser_of):
    care.transfer(
        client=cast.asha, from_therapist=cast.meera, to_therapist=cast.vikram, at=timezone.now(),
        by=cast.manoj,
    )  # fmt: skip
    answer = browser_of(cast.manoj).post(address(cast.meera), form_of(cast.meera, "editor"))
    assert answer.status_code == 302
    assert roles(User.objects.get(pk=cast.meera.pk)) == {Role.EDITOR}
    answer = browser_of(cast.manoj).post(address(cast.farah), form_of(cast.farah, active=False))
    assert answer.status_code == 302, "the therapist's care has ended"


def test_the_action_and_the_database_also_refuse(cast):
    for to in ([], [Role.EDITOR]):
        with pytest.raises(ValidationError, match="1 client is in the care of"):
            accounts.set_roles(user=cast.meera, to=to, by=cast.manoj)
    accounts.set_roles(user=cast.meera, to=[Role.THERAPIST, Role.EDITOR], by=cast.manoj)
    cast.meera.is_active = False
    with pytest.raises(ValidationError, match="in the care of"):
        accounts.correct_person(user=cast.meera, changed=["is_active"], by=cast.manoj)
    therapist = "group_id = (SELECT id FROM auth_group WHERE name = 'therapist')"
    gone = f"DELETE FROM accounts_user_groups WHERE user_id = %s AND {therapist}"
    closed = "UPDATE accounts_user SET is_active = false WHERE id = %s"
    with row_security.web_role():
        row_security.set_actor(cast.manoj)
        assert refused(gone, (cast.meera.pk,))
        assert refused(closed, (cast.meera.pk,))
        assert ask(gone.replace("'therapist'", "'editor'"), (cast.meera.pk,)) == [(1,)]
        assert ask(gone, (cast.farah.pk,)) == [(1,)]
        assert ask(closed, (cast.farah.pk,)) == [(1,)]


def test_clients_without_a_therapist_are_counted_found_and_assigned(cast, browser_of):
    """No care link yet, care that has ended, and a therapist who has lost the role."""
    in_care(person("new@example.org", "Nila New"), None)
    ended = in_care(person("old@example.org", "Omar Old"), cast.farah)
    ended.care_links.update(ends_at=timezone.now() - timedelta(days=1))
    planned = in_care(person("plan@example.org", "Pia Plan"), None)
    CareLink.objects.create(
        client=planned, therapist=cast.vikram, starts_at=timezone.now() + timedelta(days=2)
    )
    cast.meera.groups.clear()
    browser = browser_of(cast.manoj)
    page = main(browser.get("/practice/"))
    (link,) = [a for a in page.css("a") if "no therapist" in a.text()]
    assert link.text() == "3 clients have no therapist"
    listed = main(browser.get("/practice/" + link.attributes["href"]))
    names = [cell.text(strip=True) for cell in listed.css("td.who")]
    assert names == ["Asha Verma", "Nila New", "Omar Old"]
    links = [a.attributes["href"] for a in listed.css("a.tag.warn")]
    assert links[0] == f"/practice/care/{cast.asha.pk}/"
    for where, who, part in (
        (links[0], cast.manoj, "#now"), ("/path/", cast.asha.user, "#with-you"),
    ):  # fmt: skip
        assert "Meera" not in main(browser_of(who).get(where)).css_first(part).text(), where
    give = {"what": "give", "give-therapist": cast.vikram.pk, "give-day": timezone.localdate()}
    assert [browser.post(links[0], give).status_code for _ in range(2)] == [302, 302]
    assert cast.asha.care_links.filter(therapist=cast.vikram).count() == 1
    assert "2 clients have no therapist" in main(browser.get("/practice/")).text()
    past = give | {"give-day": timezone.localdate() - timedelta(days=1)}
    assert browser.post(links[1], past).status_code == 422
    own = main(browser_of(cast.asha.user).get("/path/")).text()
    assert "Vikram Sen" in own


def test_the_list_without_therapists_has_constant_queries(cast, browser_of):
    from django.db import connection

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser_of(cast.manoj).get(address).status_code == 200
        return len(queries)

    pages = ("/practice/?nobody=1", f"/practice/?therapist={cast.meera.pk}", "/practice/cover/")
    in_care(person("q@example.org", "Q"), None)
    count(pages[0])  # Fills the caches, so that both counts are made with them.
    few = [count(page) for page in pages]
    for number in range(15):
        client = in_care(person(f"q{number}@example.org", f"Q {number}"), None)
        if number % 2:
            CareLink.objects.create(client=client, therapist=cast.meera)
    assert [count(page) for page in pages] == few


@pytest.mark.parametrize("query", ["x", "", "00000000-0000-0000-0000-000000000000"])
def test_invalid_query_parameters_filter_nothing(cast, browser_of, query):
    page = main(browser_of(cast.manoj).get(f"/practice/?therapist={query}")).text()
    assert "Asha Verma" in page
    assert "Rohan Iyer" in page


def test_the_managers_list_asks_for_a_therapist_as_long_as_the_path_is_open(cast, browser_of):
    browser, new = browser_of(cast.manoj), in_care(person("new@example.org", "Nila New"), None)

    def shown() -> str:
        rows = main(browser.get("/practice/?q=Nila")).css(".data-table tbody tr")
        assert len(rows) == 1
        return rows[0].text()

    assert "assign a therapist" in shown()
    StepEvent.objects.create(client=new, sequence=2, kind="close", step_id=1)
    assert "assign a therapist" not in shown()
    assert "nobody" in shown()
