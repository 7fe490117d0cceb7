"""A message is shown in the section where the person acted, and nowhere else."""

from datetime import timedelta

import pytest
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser, LexborNode

from assessments.models import Attempt
from clients.notes import actions as notes
from clients.sessions import actions as sessions
from clients.tasks import actions as tasks


def page_of(answer) -> LexborNode:
    return LexborHTMLParser(answer.content.decode()).css_first("main")


def messages_in(where: LexborNode) -> list[tuple[str, str]]:
    return [(one.attributes["role"], one.text(strip=True)) for one in where.css(".notice[role]")]


@pytest.fixture
def clicks(cast, shared) -> list[tuple]:
    """(who, what they submit, the section of the message) for everything that returns to a
    section."""
    record, both = f"/clients/{cast.asha.pk}/", {"client": cast.asha, "by": cast.meera}
    now = timezone.now()
    past = sessions.plan_session(**both, at=now - timedelta(days=2))
    task = tasks.give_task(**both, title="x")
    draft = notes.keep_draft(**both, text="x", audience="private", key=cast.asha.pk)
    attempt = Attempt.objects.of(cast.asha.user).submitted().latest("submitted_at")
    soon = timezone.localtime(now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    note = {"text": "x", "audience": "private"}
    meera, asha = cast.meera, cast.asha.user
    return [
        (meera, f"{record}sessions/", {"at": soon}, "sessions", "status"),
        (meera, f"{record}sessions/{past.pk}/", {"state": "x"}, "sessions", "alert"),
        (meera, f"{record}sessions/{past.pk}/", {"state": "planned"}, "sessions", "status"),
        (meera, f"{record}sessions/{past.pk}/", {"state": "held"}, "notes", "status"),
        (meera, f"{record}sessions/{past.pk}/", {"state": "planned"}, "sessions", "alert"),
        (meera, f"{record}sessions/", {"today": "yes", "began": "00:00"}, "notes", "status"),
        (meera, f"{record}tasks/", {"title": "y"}, "tasks", "status"),
        (meera, f"{record}notes/", note | {"draft": "yes"}, "notes", "status"),
        (meera, f"{record}notes/", note, "notes", "status"),
        (meera, f"{record}notes/{draft.pk}/", {"discard": "yes"}, "notes", "status"),
        (asha, f"/path/tasks/{task.pk}/", {"reflection": "x"}, "tasks", "status"),
        (asha, f"/path/results/{attempt.pk}/share/", {"share": "no"}, "results", "status"),
        (asha, f"/path/results/{attempt.pk}/share/", {}, "results", "status"),
        (meera, f"{record}tasks/{tasks.give_task(**both, title='z').pk}/", {}, "tasks", "status"),
    ]  # fmt: skip


def test_a_message_is_shown_in_the_section_of_the_action(cast, browser_of, clicks):
    browsers = {user: browser_of(user) for user in (cast.meera, cast.asha.user)}
    for user, address, data, section, role in clicks:
        browser = browsers[user]
        answer = browser.post(address, data)
        assert answer.status_code == 302, (address, data)
        assert answer.url.endswith(f"#{section}"), answer.url
        page = page_of(browser.get(answer.url))
        part = page.css_first(f"#{section}")
        assert part.attributes["tabindex"] == "-1", "the link moves the focus"
        assert [one for one, _text in messages_in(part)] == [role], (
            address,
            data,
            messages_in(page),
        )
        assert messages_in(page) == messages_in(part), "once, and nowhere else"
        assert not messages_in(page_of(browser.get(answer.url))), "and only once"


def test_an_invalid_form_says_so_in_its_section(cast, browser_of):
    record, browser = f"/clients/{cast.asha.pk}/", browser_of(cast.meera)
    for what, section in (("sessions/", "sessions"), ("notes/", "notes")):
        page = page_of(browser.post(record + what, {"at": "yesterday"}))
        part = page.css_first(f"#{section}")
        [(role, text)] = messages_in(part)
        assert role == "alert"
        assert text.startswith("Please look at this again")
        assert part.css_first(".error-summary a"), "it links to the field"
        assert part.css_first("form .invalid-feedback")
        assert messages_in(page) == messages_in(part)
        actions = [f.attributes["action"] for f in part.css("form")]
        assert f"{record}{what}#{section}" in actions, "the form itself links there"


def test_a_message_without_a_section_is_shown_at_the_top(cast, browser_of):
    browser, record = browser_of(cast.meera), f"/clients/{cast.asha.pk}/"
    browser.post(f"{record}path/pause/", {"seen": 1, "reason": "x"})
    page = page_of(browser.get(record))
    assert messages_in(page) == [("status", "The path is paused.")]
    assert not page.css("section .notice[role]")


def test_a_message_for_a_section_is_never_lost(cast, browser_of):
    """If another page is opened first, it shows the message at its top."""
    browser, record = browser_of(cast.meera), f"/clients/{cast.asha.pk}/"
    browser.post(f"{record}notes/", {"text": "x", "audience": "private"})
    assert messages_in(page_of(browser.get("/caseload/"))) == [
        ("status", "Signed. Only therapists can read it.")
    ]
