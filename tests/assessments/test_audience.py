"""Who may take a questionnaire: everyone, clients, or only people who were asked; on every page and
in the database."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.database import row_security
from assessments.catalogue import actions as catalogue
from assessments.models import Assignment, Attempt, Audience, Instrument, InstrumentVersion
from assessments.taking import actions as taking
from clients.models import Enquiry
from clients.tasks import actions as tasks
from tests.support.assessments.attempts import published, started, submitted
from tests.support.assessments.files import encoded, small
from tests.support.cast import QUESTIONNAIRE
from tests.support.page_parts import main, section

ADULT = {"adult": "on", "consent": "on"}
INTRO, START = "/assessments/small/", "/assessments/small/start/"
PUBLIC = ("/", "/assessments/", "/sitemap.xml", "/articles/", "/assessments/none/")
NARROW = [Audience.CLIENTS, Audience.ASKED]
TITLE = "A small questionnaire"


def begins(browser) -> int:
    """302 if an attempt begins, otherwise 404. The start page must open or be refused alike."""
    shown, posted = browser.get(START), browser.post(START, ADULT)
    assert shown.status_code in (posted.status_code, 200)
    return posted.status_code if "/attempts/" in posted.headers.get("Location", "") else 404


@pytest.mark.parametrize("audience", Audience.values)
def test_public_pages_list_only_what_is_for_everyone(cast, browser_of, audience):
    published(audience=Audience(audience))
    shown = audience == Audience.EVERYONE
    for user in (None, cast.asha.user, cast.meera, cast.manoj):
        browser = browser_of(user)
        for address in PUBLIC:
            page = browser.get(address).content.decode()
            listed = "assessments/small" in page or TITLE in page
            assert listed == (shown and address == "/assessments/"), (user, address)
        answer = browser.get(INTRO)
        assert answer.status_code == (200 if shown else 302)
        assert (TITLE in answer.content.decode()) == shown


@pytest.mark.parametrize("audience", NARROW)
def test_visitors_sign_in_first_and_staff_get_404(cast, browser_of, audience):
    published(audience=audience)
    visitor = browser_of()
    for answer in (visitor.get(START), visitor.post(START, ADULT), visitor.get(INTRO, follow=True)):
        assert TITLE not in answer.content.decode()
    assert visitor.post(START, ADULT).headers["Location"] == f"/accounts/login/?next={START}"
    for user in (cast.meera, cast.esha, cast.manoj, cast.neeshu):
        assert browser_of(user).get(START).status_code == 404
        assert browser_of(user).post(START, ADULT).status_code == 404
        assert browser_of(user).get(f"{INTRO}over-time/").status_code == 404
    assert not Attempt.objects.exists()


def test_what_is_for_clients_is_introduced_to_them(cast, browser_of):
    published(audience=Audience.CLIENTS, purpose="Why we ask this.")
    for client in (cast.asha, cast.rohan):
        browser = browser_of(client.user)
        results = section(browser.get("/path/results/"), "results")
        assert TITLE in results
        assert START in results
        assert "Why we ask this." in main(browser.get(INTRO, follow=True))
        address = browser.post(START, ADULT).headers["Location"]
        assert "Statement 1" in main(browser.get(address))
    assert set(Attempt.objects.values_list("user", flat=True)) == {
        cast.asha.user_id, cast.rohan.user_id,
    }  # fmt: skip


def give_task(browser, client, instrument: Instrument, title: str = "Fill it in") -> None:
    posted: dict[str, Any] = {
        "title": title,
        "text": "So that we see.",
        "instrument": str(instrument.pk),
    }
    posted["warned"] = [str(task.pk) for task in client.tasks.open()]
    assert browser.post(f"/clients/{client.pk}/tasks/", posted).status_code == 302


def test_only_people_who_were_asked_may_begin(cast, browser_of):
    """A task lets a client begin; once it is withdrawn, they no longer may. Through the pages."""
    version = published(audience=Audience.ASKED)
    asha, rohan, meera = (browser_of(u) for u in (cast.asha.user, cast.rohan.user, cast.meera))
    assert begins(asha) == 404
    give_task(meera, cast.asha, version.instrument)
    give_task(meera, cast.asha, version.instrument, "Fill it in again")
    first, second = cast.asha.tasks.order_by("created_at")
    assert f'href="{START}"' in main(asha.get(f"/path/tasks/{first.pk}/"))
    assert TITLE in section(asha.get("/path/results/"), "results")
    assert TITLE not in section(rohan.get("/path/results/"), "results")
    assert begins(asha) == 302
    assert begins(rohan) == 404
    meera.post(f"/clients/{cast.asha.pk}/tasks/{first.pk}/")
    assert begins(asha) == 302, "the second task still asks for it"
    meera.post(f"/clients/{cast.asha.pk}/tasks/{second.pk}/")
    assert begins(asha) == 404
    assert TITLE not in section(asha.get("/path/results/"), "results")
    # What was begun may be finished.
    attempt = Attempt.objects.first()
    address = f"/assessments/attempts/{attempt.pk}/"
    asha.post(address, {"item_q1": "6", "item_q2": "3", "item_q3": "2", "item_q4": "7"})
    asha.post(f"{address}review/")
    assert "5.5 on a scale from 1 to 7" in main(asha.get(f"{address}result/"))


def test_a_task_that_is_done_still_lets_a_client_begin(cast, browser_of):
    version = published(audience=Audience.ASKED)
    task = tasks.give_task(
        client=cast.asha, by=cast.meera, title="Fill it in", instrument=version.instrument
    )
    tasks.finish_task(task=task, by=cast.asha.user, reflection="")
    assert begins(browser_of(cast.asha.user)) == 302


def test_a_task_withdrawn_in_any_way_no_longer_lets_a_client_begin(cast, browser_of):
    """Also if a path or a care link ends, which withdraws tasks in bulk."""
    version = published(audience=Audience.ASKED)
    for client, by in ((cast.asha, cast.meera), (cast.rohan, cast.vikram)):
        tasks.give_task(client=client, by=by, title="Fill it in", instrument=version.instrument)
    cast.asha.tasks.update(withdrawn_at=timezone.now())
    assert begins(browser_of(cast.asha.user)) == 404
    assert begins(browser_of(cast.rohan.user)) == 302


def test_attempts_begun_in_public_can_be_finished_after_the_audience_is_narrowed(db, browser_of):
    """No answer is lost, as when a version is retired."""
    version, visitor = published(), browser_of()
    begun, done = started(version, answers={"q1": 5}), submitted(version)
    catalogue.set_audience(instrument=version.instrument, audience=Audience.ASKED)
    assert "Statement 2" in main(visitor.get(begun.get_absolute_url()))
    assert "5.5 on a scale from 1 to 7" in main(visitor.get(done.get_result_url()))
    enquiry = {"attempt_key": done.key, "attach": "on", "name": "Mira", "consent": "on"}
    answer = visitor.post("/enquiry/", enquiry | {"email": "mira@example.org"})
    assert answer.status_code == 302
    assert Enquiry.objects.get().attempt == done
    assert begins(visitor) == 404


def test_the_action_checks_the_audience_itself(cast):
    version = published(audience=Audience.CLIENTS)
    for user in (None, cast.meera, cast.manoj):
        with pytest.raises(taking.NotOffered):
            taking.start_attempt(version=version, by=user)
    taking.start_attempt(version=version, by=cast.asha.user)
    catalogue.set_audience(instrument=version.instrument, audience=Audience.ASKED)
    with pytest.raises(taking.NotOffered):
        taking.start_attempt(version=version, by=cast.asha.user)
    catalogue.assign(instrument=version.instrument, to=cast.asha.user)
    catalogue.assign(instrument=version.instrument, to=cast.asha.user)
    taking.start_attempt(version=version, by=cast.asha.user)
    assert Assignment.objects.count() == 1


def is_accepted(user, write) -> bool:
    """Whether the database accepts the write as the web role acting for the user; rolled back."""
    try:
        with transaction.atomic(), row_security.web_role():
            if user:
                row_security.set_actor(user)
            write()
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def test_the_database_enforces_the_audience_too(cast, monkeypatch):
    """As the web role, with the queryset's own rule switched off."""
    version = published(audience=Audience.ASKED)
    family = version.instrument
    monkeypatch.setattr(type(Instrument.objects.all()), "open_to", lambda self, user: self.all())

    def begin(user):
        return is_accepted(user, lambda: taking.start_attempt(version=version, by=user))

    people = [None, cast.asha.user, cast.rohan.user, cast.meera, cast.manoj]
    assert [begin(user) for user in people] == [False] * 5
    catalogue.assign(instrument=family, to=cast.asha.user)
    assert [begin(user) for user in people] == [False, True, False, False, False]
    catalogue.set_audience(instrument=family, audience=Audience.CLIENTS)
    assert [begin(user) for user in people] == [False, True, True, False, False]
    catalogue.set_audience(instrument=family, audience=Audience.EVERYONE)
    assert [begin(user) for user in people] == [True] * 5


def test_only_therapists_assign_and_only_to_their_own_clients(cast):
    family = published(audience=Audience.ASKED).instrument
    attempts = [
        (by, to, is_accepted(by, lambda to=to: catalogue.assign(instrument=family, to=to)))
        for by in (*cast.users().values(), None)
        for to in (cast.asha.user, cast.rohan.user, cast.meera)
    ]
    assert [(by, to) for by, to, accepted in attempts if accepted] == [
        (cast.meera, cast.asha.user), (cast.vikram, cast.rohan.user),
    ]  # fmt: skip
    assert len(attempts) == 24
    catalogue.assign(instrument=family, to=cast.asha.user)
    seen = []
    for user in (*cast.users().values(), None):
        with row_security.web_role():
            if user:
                row_security.set_actor(user)
            seen.append((user, Assignment.objects.count()))
    assert [user for user, count in seen if count] == [cast.asha.user, cast.meera]


def test_the_database_refuses_an_unknown_audience(db):
    published()
    with pytest.raises(DatabaseError), transaction.atomic():
        Instrument.objects.update(audience="world")


def test_the_command_keeps_the_audience_unless_one_is_given(db, tmp_path, browser_of, capsys):
    file = tmp_path / "small.json"
    file.write_bytes(encoded(small()))

    def load(*options: str) -> tuple[str, int]:
        call_command("load_instrument", str(file), "--publish", *options)
        audience = Instrument.objects.get().audience
        assert capsys.readouterr().out.endswith(f"; published; audience: {audience}\n")
        return audience, browser_of().get(INTRO).status_code

    assert load() == ("asked", 302)
    assert load("--audience", "everyone") == ("everyone", 200)
    assert load() == ("everyone", 200)
    assert load("--audience", "clients") == ("clients", 302)


def test_the_projects_own_questionnaire_is_for_everyone(db, browser_of):
    call_command("load_instrument", QUESTIONNAIRE, "--publish")
    version = InstrumentVersion.objects.get()
    assert version.questionnaire.title in main(browser_of().get("/assessments/"))
    assert browser_of().get("/assessments/closeness/").status_code == 200


def test_a_manager_sets_the_audience_and_confirms_everyone(cast, browser_of):
    version = published(audience=Audience.ASKED)
    address = f"/admin/assessments/instrumentversion/{version.pk}/audience/"
    manager = browser_of(cast.manoj)

    def choose(**posted: str) -> tuple[int, str]:
        status = manager.post(address, posted).status_code
        return status, Instrument.objects.get().audience

    assert "Who may take it" in manager.get(address.replace("audience", "change")).content.decode()
    assert choose(audience="clients") == (302, "clients")
    refused = manager.post(address, {"audience": "everyone"})
    assert "Please confirm this" in refused.content.decode()
    assert 'value="everyone" required id="id_audience_0" checked' in refused.content.decode()
    assert Instrument.objects.get().audience == "clients"
    assert choose(audience="everyone", permitted="on") == (302, "everyone")
    assert choose(audience="everyone") == (302, "everyone"), (
        "it is not widened, so no confirmation is needed"
    )
    assert choose(audience="world") == (200, "everyone")
    assert choose(audience="asked") == (302, "asked")
    for user in (cast.esha, cast.meera, cast.asha.user, None):
        assert browser_of(user).post(address, {"audience": "clients"}).status_code in (302, 403)
    assert Instrument.objects.get().audience == "asked"
    # The message after publishing says who may take it.
    listing = "/admin/assessments/instrumentversion/"
    posted = {"action": "publish", "_selected_action": [str(version.pk)], "confirm": "yes"}
    page = manager.post(listing, posted, follow=True).content.decode()
    assert f"{TITLE} is published. It can be taken by: only people who were asked." in page
