"""A client asks to be called; a therapist or a manager takes the call on, makes it, or puts it
back."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from selectolax.lexbor import LexborHTMLParser

from accounts.database import row_security
from accounts.models import AuditEvent
from clients.callbacks import actions as callbacks
from clients.models import Callback, Client
from tests.support.cast import in_care, person
from tests.support.counting import query_count
from tests.support.sql import written

CALL = "/path/call/"
FORM = {"number": "98450 00001", "good_time": "after 4"}


def main(page: bytes) -> str:
    return " ".join(LexborHTMLParser(page.decode()).css_first("main").text().split())


def ask(client: Client) -> Callback:
    return callbacks.ask(client=client, by=client.user, number="98450 00001", good_time="after 4")


def answer(browser, callback: Callback, what: str, **more):
    return browser.post(f"/calls/{callback.pk}/", {"answer": what} | more)


def test_a_client_asks_once_and_the_practice_sees_it(cast, browser_of, mailoutbox):
    browser = browser_of(cast.asha.user)
    page = main(browser.get(CALL).content)
    assert page.index("14416") < page.index("Your phone number"), "the help lines come first"
    assert browser.post(CALL, FORM).url == CALL
    assert browser.post(CALL, FORM | {"number": "98450 00002"}).url == CALL, "sent twice"
    callback = Callback.objects.get()
    assert (callback.number, callback.good_time) == ("98450 00001", "after 4")
    assert "We will call 98450 00001" in main(browser.get(CALL).content)
    caseload = main(browser_of(cast.meera).get("/caseload/").content)
    assert "Asked for a call on" in caseload
    assert "98450 00001" in caseload
    assert "nobody yet" in caseload
    manager = browser_of(cast.manoj)
    assert "1 client waits for a call" in main(manager.get("/practice/").content)
    assert "Asha Verma" in main(manager.get("/practice/calls/").content)
    assert {mail.to[0] for mail in mailoutbox} >= {cast.meera.email, cast.manoj.email}
    for mail in mailoutbox:
        assert "Asha" not in mail.subject + mail.body
        assert "98450" not in mail.body
    assert AuditEvent.objects.filter(verb="call asked for", client=cast.asha.pk).count() == 1


def test_a_call_is_taken_on_made_and_put_back(cast, browser_of):
    callback = ask(cast.asha)
    therapist, manager = browser_of(cast.meera), browser_of(cast.manoj)
    assert answer(therapist, callback, "take").url == "/caseload/"
    assert "Dr. Meera Nair will call you" in main(browser_of(cast.asha.user).get(CALL).content)
    refused = answer(manager, callback, "take", practice="yes")
    assert refused.url == "/practice/calls/"
    assert "Dr. Meera Nair has taken on this call" in main(manager.get(refused.url).content)
    answer(therapist, callback, "done")
    callback.refresh_from_db()
    assert (callback.taken_by, callback.done_by) == (cast.meera, cast.meera)
    page = main(therapist.get("/caseload/").content)
    assert "Asked for a call on" not in page
    assert "Called in the last 24 hours" in page
    answer(manager, callback, "back")
    callback.refresh_from_db()
    assert callback.is_waiting
    assert callback.taken_by is None
    answer(manager, callback, "done")
    callback.refresh_from_db()
    assert callback.done_by == cast.manoj
    verbs = AuditEvent.objects.filter(verb__startswith="call ").order_by("at")
    assert [event.verb for event in verbs] == [
        "call asked for", "call taken on", "call done", "call put back", "call done"
    ]  # fmt: skip


def test_what_is_answered_twice_or_too_late(cast):
    callback = ask(cast.asha)
    for _ in range(2):
        callbacks.take(callback=callback, by=cast.meera)
    callbacks.finish(callback=callback, by=cast.manoj)
    callbacks.finish(callback=callback, by=cast.meera)
    assert Callback.objects.get().done_by == cast.manoj
    with pytest.raises(ValidationError, match="no longer waiting"):
        callbacks.take(callback=callback, by=cast.meera)
    again = ask(cast.asha)
    with pytest.raises(ValidationError, match="asked again"):
        callbacks.put_back(callback=callback, by=cast.meera)
    callbacks.withdraw(client=cast.asha, by=cast.asha.user)
    callbacks.withdraw(client=cast.asha, by=cast.asha.user)
    for late in (callbacks.take, callbacks.finish, callbacks.put_back):
        with pytest.raises(ValidationError, match="no longer waiting"):
            late(callback=again, by=cast.meera)


def test_a_client_no_longer_needs_the_call(cast, browser_of):
    ask(cast.asha)
    browser = browser_of(cast.asha.user)
    page = main(browser.post(CALL, {"withdraw": "yes"}, follow=True).content)
    assert "We will not call you now" in page
    form = LexborHTMLParser(browser.get(CALL).content.decode()).css_first("main form")
    assert form.css_first("input[name=number]").attributes["value"] == "98450 00001"
    assert not Callback.objects.waiting().exists()


def test_a_number_that_cannot_be_dialled_is_refused_and_kept(cast, browser_of):
    reply = browser_of(cast.asha.user).post(CALL, FORM | {"number": "flat 3, 98450"})
    assert reply.status_code == 422
    assert "flat 3, 98450" in reply.content.decode()
    assert not Callback.objects.exists()


def test_who_may_answer(cast, browser_of):
    callback = ask(cast.asha)
    for other in (cast.vikram, cast.farah, cast.esha, cast.asha.user):
        for action in (callbacks.take, callbacks.finish, callbacks.put_back):
            with pytest.raises(PermissionDenied):
                action(callback=callback, by=other)
    for stranger, status in ((cast.vikram, 404), (cast.farah, 404), (cast.esha, 403)):
        assert answer(browser_of(stranger), callback, "take").status_code == status
    for other in (cast.meera, cast.rohan.user):
        with pytest.raises(PermissionDenied):
            callbacks.ask(client=cast.asha, by=other, number="98450 00001", good_time="")
    assert "98450" not in main(browser_of(cast.vikram).get("/caseload/").content)


def test_the_database_lets_nobody_answer_for_another(cast):
    """Past the code: a client changes only the withdrawal; a therapist and a manager take on and
    end a call in their own name; strangers see nothing."""
    callback = ask(cast.asha)
    where = f"WHERE id = '{callback.pk}'"
    taken = "UPDATE clients_callback SET taken_at = now(), taken_by_id = '{}' " + where
    withdrawn = f"UPDATE clients_callback SET withdrawn_at = now() {where}"

    def tried(actor, statement: str) -> int | str:
        with row_security.web_role():
            row_security.set_actor(actor)
            return written(statement)

    for stranger in (cast.vikram, cast.farah, cast.esha, cast.rohan.user):
        assert tried(stranger, taken.format(stranger.pk)) == 0
    for actor, statement in (
        (cast.meera, taken.format(cast.vikram.pk)),
        (cast.meera, withdrawn),
        (cast.asha.user, taken.format(cast.asha.user_id)),
        (cast.meera, f"DELETE FROM clients_callback {where}"),
    ):
        assert tried(actor, statement) == "42501", statement
    assert tried(cast.meera, taken.format(cast.meera.pk)) == 1
    assert tried(cast.manoj, taken.format(cast.manoj.pk)) == 1
    assert tried(cast.asha.user, withdrawn) == 1


def test_lists_take_the_same_number_of_queries(cast, browser_of):
    def queries(address: str, user) -> int:
        browser = browser_of(user)
        browser.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        return query_count(captured.captured_queries)

    def pages() -> list[int]:
        return [queries("/practice/calls/", cast.manoj), queries("/caseload/", cast.meera)]

    callbacks.take(callback=ask(in_care(person("q@example.org", "Q"), cast.meera)), by=cast.manoj)
    ask(cast.asha)
    before = pages()
    for n in range(18):
        ask(in_care(person(f"q{n}@example.org", f"Q {n}"), cast.meera))
    assert pages() == before
