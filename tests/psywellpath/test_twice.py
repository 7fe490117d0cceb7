"""Double clicks, two tabs and two people at once, through real requests on real connections."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import AuditEvent, Invitation
from assessments.models import Result
from clients.care import actions as care
from clients.models import Client, Enquiry, Note, Session, StepEvent, Task
from tests.support.assessments.attempts import ANXIOUS, published, started
from tests.support.thorough import THOROUGH
from tests.support.threads import Threads, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust]
THREADS = 20 if THOROUGH else 8


def clicks(threads: Threads, browser: Browser, where: str, data: dict) -> list[int]:
    """One form of one page, sent by many clicks of the same person."""

    def click(_which: int) -> int:
        tab = Browser()
        tab.cookies = browser.cookies
        return tab.post(where, data).status_code

    return threads.at_once(click)


def test_one_submit_is_one_row(cast, browser_of, promise):
    record, key = f"/clients/{cast.asha.pk}/", lambda: str(uuid.uuid4())
    soon = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    asker = {"name": "S", "email": "s@example.org", "about": "x", "consent": "on", "key": key()}
    attempt = started(published(), answers=ANXIOUS)
    note = {"text": "once", "audience": "private", "key": key()}
    forms = {
        "attempt": (f"{attempt.get_absolute_url()}review/", {}, Result),
        "enquiry": ("/enquiry/", asker, Enquiry),
        "note": (f"{record}notes/", note, Note),
        "task": (f"{record}tasks/", {"title": "once", "key": key()}, Task),
        "session": (f"{record}sessions/", {"at": soon}, Session),
        "session of today": (f"{record}sessions/", {"today": "yes", "began": "00:00"}, Session),
        "invitation": ("/clients/invite/", {"name": "N", "email": "n@example.org"}, Invitation),
        "move": (f"{record}move/", {"to": 2, "seen": 1, "reason": ""}, StepEvent),
    }
    rows = {}
    with Threads(THREADS) as threads:
        for name, (where, data, model) in forms.items():
            before = model.objects.count()
            browser = browser_of(None if name in ("attempt", "enquiry") else cast.meera)
            answers = clicks(threads, browser, where, data)
            rows[name] = model.objects.count() - before
            assert 302 in answers, (name, answers)
            assert not [status for status in answers if status >= 500], (name, answers)
    assert rows == dict.fromkeys(forms, 1), rows
    promise("twice", f"{THREADS} threads with one submit of {', '.join(rows)}: "
                     f"{max(rows.values())} row each")  # fmt: skip


def test_two_therapists_move_at_once(cast, browser_of, promise):
    """One wins; the other is told, and what they typed is still there."""
    care.start_care(client=cast.asha, therapist=cast.vikram, by=cast.manoj)
    people, where = [cast.meera, cast.vikram], f"/clients/{cast.asha.pk}/move/"
    browsers = [browser_of(person) for person in people]
    rounds = refused = 0
    for to, back in ((2, ""), (3, ""), (1, "why "), (2, ""), (3, ""), (4, "")):
        seen = Client.objects.get(pk=cast.asha.pk).journey.version

        def go(which: int, to=to, seen=seen, back=back):
            data = {"to": to, "seen": seen, "reason": f"{back}said by {people[which].name}"}
            return which, browsers[which].post(where, data)

        answers = dict(at_once(go, 2))
        assert sorted(answer.status_code for answer in answers.values()) == [302, 409]
        loser = next(which for which, answer in answers.items() if answer.status_code == 409)
        page = answers[loser].content.decode()
        assert "Somebody else moved this client while you were on this page" in page
        assert StepEvent.objects.filter(client=cast.asha).count() == seen + 1
        winner = StepEvent.objects.get(client=cast.asha, sequence=seen + 1)
        assert winner.by == people[1 - loser]
        rounds, refused = rounds + 1, refused + 1
    promise("twice", f"two therapists moved one client at once {rounds} times: one won and the"
                     f" other was told {refused} times")  # fmt: skip


def test_two_therapists_write_at_once(cast, browser_of):
    care.start_care(client=cast.asha, therapist=cast.vikram, by=cast.manoj)
    browsers = [browser_of(person) for person in (cast.meera, cast.vikram)]

    def write(which: int) -> int:
        data = {"text": f"text {which}", "audience": "shared", "key": str(uuid.uuid4())}
        answer = browsers[which].post(f"/clients/{cast.asha.pk}/notes/", data)
        return browsers[which].post(answer.url, {"seen": 1}).status_code

    assert at_once(write, 2) == [302, 302]
    assert {note.text for note in Note.objects.signed()} == {"text 0", "text 1"}


def test_many_movers_lose_no_move(cast, browser_of, promise):
    """Each mover reads where the client is and moves on, or back, until one of theirs is taken."""
    where = f"/clients/{cast.asha.pk}/move/"
    signed_in = browser_of(cast.meera)

    def walk(which: int) -> int:
        tab = Browser()
        tab.cookies = signed_in.cookies
        for tries in range(1, 400):
            now = Client.objects.get(pk=cast.asha.pk).journey
            to = now.step + 1 if now.step < 7 and which % 3 else max(1, now.step - 1)
            to = 2 if now.step == 1 else to
            data = {"to": to, "seen": now.version, "reason": f"mover {which}"}
            if tab.post(where, data).status_code == 302:
                return tries
        raise AssertionError("never came through")

    tries = at_once(walk, THREADS)
    path = Client.objects.get(pk=cast.asha.pk)
    moves = path.step_events.filter(sequence__gt=1)
    assert sorted(event.reason for event in moves) == sorted(f"mover {n}" for n in range(THREADS))
    assert path.journey.version == 1 + THREADS, "replayed without a gap"
    assert AuditEvent.objects.filter(verb="step moved").count() == THREADS
    promise("kept", f"{THREADS} concurrent movers, {sum(tries)} tries, {moves.count()} moves taken,"
                    f" {THREADS - moves.count()} lost")  # fmt: skip


def test_two_tabs_on_one_draft(cast, browser_of, promise):
    """A conflict is shown, and both texts are kept."""
    browser, key = browser_of(cast.meera), str(uuid.uuid4())
    record = f"/clients/{cast.asha.pk}/"
    first = {"text": "as it began", "audience": "private", "key": key, "draft": "yes", "seen": 0}
    browser.post(f"{record}notes/", first)
    draft = Note.objects.get()

    def tab(which: int):
        own = Browser()
        own.cookies = browser.cookies
        data = first | {"text": f"tab {which}", "seen": draft.version}
        return own.post(f"{record}notes/{draft.pk}/", data, follow=True).content.decode()

    pages = at_once(tab, 2)
    conflicts = sum("changed in another window" in page for page in pages)
    texts = {note.text for note in Note.objects.all()}
    assert conflicts == 1
    assert texts == {"tab 0", "tab 1"}
    promise("twice", f"two tabs on one note: {conflicts} conflict shown, {len(texts)} texts kept")
