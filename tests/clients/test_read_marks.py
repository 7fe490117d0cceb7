"""What is marked as new for a client, until when, and that nobody else learns of it."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateformat import format as date_format
from selectolax.lexbor import LexborHTMLParser

from accounts.audit import recording as audit
from accounts.database import row_security
from accounts.database.together import load
from clients import read_marks
from clients.audit_verbs import CareVerb
from clients.models import ReadMark, Session, Task
from clients.notes import actions as notes
from clients.sessions import actions as sessions
from clients.tasks import actions as tasks
from tests.support.sql import ask, written

PATH, NOTES = "/path/", "/path/notes/"


def parts(browser, address: str, selector: str) -> list[str]:
    page = LexborHTMLParser(browser.get(address).content.decode())
    return [" ".join(node.text().split()) for node in page.css(selector)]


def rows(browser) -> list[str]:
    found = parts(browser, PATH, "#tasks .checklist li")
    return [row for row in found if "texts of the practice" not in row]


def share(cast, text: str = "x"):
    return notes.write_note(client=cast.asha, by=cast.meera, text=text, audience="shared")


def test_a_note_is_new_until_the_notes_were_opened(cast, browser_of):
    own = browser_of(cast.asha.user)
    first = share(cast, "First")
    notes.write_note(client=cast.asha, by=cast.meera, text="y", audience="private")
    for _ in range(2):  # Seeing the path does not read a note.
        day = date_format(timezone.localtime(first.signed_at), "j F")
        assert rows(own)[0] == f"A note from your therapist New {day}"
    assert parts(own, NOTES, ".own-note .tag.info") == ["New"]
    assert parts(own, NOTES, ".own-note .tag.info") == []
    assert not any("note" in row for row in rows(own))
    notes.amend(note=first, by=cast.meera, text="Something was missing.")
    share(cast, "Second")
    assert rows(own)[0] == f"2 notes from your therapist New {day}"


def test_a_task_is_new_until_a_task_was_opened(cast, browser_of):
    own = browser_of(cast.asha.user)
    task = tasks.give_task(client=cast.asha, by=cast.meera, title="One", text="x")
    assert rows(own)[0] == "One New A task from your therapist"
    own.get(f"/path/tasks/{task.pk}/")
    assert rows(own)[0] == "One A task from your therapist"
    tasks.give_task(client=cast.asha, by=cast.meera, title="Two", text="x")
    assert rows(own)[:2] == ["One A task from your therapist", "Two New A task from your therapist"]


def test_a_session_is_new_until_it_was_seen_and_again_when_it_is_moved(cast, browser_of):
    own, card = browser_of(cast.asha.user), ".next-session .tag.info"
    at = timezone.now() + timedelta(days=2)
    first = sessions.plan_session(client=cast.asha, by=cast.meera, at=at)
    assert parts(own, PATH, card) == ["New"]
    assert parts(own, PATH, card) == []
    sessions.record_session(session=first, by=cast.meera, state=Session.State.MOVED)
    sessions.plan_session(client=cast.asha, by=cast.meera, at=at + timedelta(days=1))
    assert parts(own, PATH, card) == ["New"]
    assert parts(own, PATH, card) == []


def test_a_page_with_nothing_new_writes_nothing(cast, browser_of):
    own = browser_of(cast.asha.user)
    share(cast)
    task = tasks.give_task(client=cast.asha, by=cast.meera, title="One", text="x")
    sessions.plan_session(client=cast.asha, by=cast.meera, at=timezone.now() + timedelta(days=2))
    addresses = (PATH, NOTES, f"/path/tasks/{task.pk}/")
    for address in addresses:
        own.get(address)
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            own.get(address)
        wrote = [q["sql"] for q in queries if "readmark" in q["sql"] and "SELECT" not in q["sql"]]
        assert not wrote, address


def test_nobody_else_learns_what_a_client_has_read(cast, browser_of):
    share(cast)
    browser_of(cast.asha.user).get(NOTES)
    assert ReadMark.objects.get().notes_at
    everyone = [cast.meera, cast.farah, cast.manoj, cast.neeshu, cast.rohan.user]
    for user in everyone:
        with row_security.web_role():
            row_security.set_actor(user)
            assert ask("SELECT count(*) FROM clients_readmark") == [(0,)], user
            assert written("UPDATE clients_readmark SET notes_at = now()") == 0, user
            made = f"INSERT INTO clients_readmark (client_id) VALUES ('{cast.asha.pk}')"
            assert written(made) == "42501", user


def test_what_the_client_did_themselves_is_not_new(cast):
    session = Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=timezone.now() + timedelta(days=1)
    )
    audit.record(CareVerb.SESSION_WAS_HELD, by=cast.asha.user, client=cast.asha.pk, target=session)
    coming = Session.objects.filter(pk=session.pk)
    assert not load(read_marks.news(cast.asha, Task.objects.none(), coming)).session
