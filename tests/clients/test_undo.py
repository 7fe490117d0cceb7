"""A move made by mistake: its author undoes it, for ten minutes, as long as nothing followed it."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.models import AuditEvent, Mail
from clients.dates import Span
from clients.download import letter
from clients.journey import Code, Kind
from clients.models import CareLink, CaseloadIndex, Client, StepEvent
from clients.path import actions as path
from clients.record import report

MISTAKE = "canary-meant-for-somebody-else"


@pytest.fixture
def moved(cast) -> Client:
    """Asha was moved to step 2, and then to step 3 by mistake."""
    path.move(client=cast.asha, to=2, by=cast.meera, seen=1, reason="canary-reason")
    path.move(client=cast.asha, to=3, by=cast.meera, seen=2, reason=MISTAKE)
    return again(cast.asha)


def again(client: Client) -> Client:
    return Client.objects.with_path().get(pk=client.pk)


def blockers(**arguments) -> tuple[Code, ...]:
    with pytest.raises(path.MoveRefused) as refused:
        path.undo(**arguments)
    return refused.value.verdict.blockers


def later(monkeypatch, **time: int) -> None:
    then = timezone.now() + timedelta(**time)
    monkeypatch.setattr(path.timezone, "now", lambda: then)


def test_the_client_sees_neither_the_move_nor_its_undoing(cast, moved, browser_of):
    before = Mail.objects.count()
    path.undo(client=moved, by=cast.meera, seen=3)
    undone = again(moved)
    assert (undone.journey.step, undone.journey.walked, undone.journey.version) == (2, {1}, 4)
    own = browser_of(cast.asha.user).get("/path/").content.decode()
    assert "canary-reason" in own, "the message of the move before is shown again"
    assert MISTAKE not in own
    with_letter = letter.render(undone, timezone.now())
    assert "canary-reason" in with_letter
    assert MISTAKE not in with_letter
    assert "You moved on to step 3" not in with_letter
    assert "You went back" not in with_letter
    today = timezone.localdate()
    printed = report.report(undone, Span(today, today), by=cast.meera)
    assert [event.reason for event in printed["events"]] == ["canary-reason"]
    assert [step.number for step, _stay in printed["stays"]][-1] == 2
    assert Mail.objects.count() == before, "neither a move nor its undoing is mailed"


def test_the_staff_see_both(cast, moved, browser_of):
    browser, record = browser_of(cast.meera), moved.get_absolute_url()
    answer = browser.post(f"{record}path/undo/", {"seen": 3}, follow=True)
    page = LexborHTMLParser(answer.content)
    moves = " ".join(page.css_first("#moves").text().split())
    assert "The move is undone." in moves
    assert "Move undone: back on 2. Building Trust" in moves
    assert "3. Exploration of Past Relationships Undone" in moves
    assert MISTAKE in moves
    timeline = " ".join(LexborHTMLParser(browser.get(f"{record}timeline/").content).text().split())
    assert "3. Exploration of Past Relationships Undone" in timeline
    assert "2. Building Trust · move undone" in timeline
    assert AuditEvent.objects.filter(client=moved.pk, verb="move undone").count() == 1
    stored = CaseloadIndex.objects.get(client=moved)
    assert (stored.step_id, stored.since) == (2, again(moved).journey.since)


def test_the_button_is_on_every_page_for_the_author_alone(cast, moved, browser_of, monkeypatch):
    CareLink.objects.create(client=moved, therapist=cast.vikram)
    for tab in ("", "path/", "notes/"):
        address = moved.get_absolute_url() + tab
        page = LexborHTMLParser(browser_of(cast.meera).get(address).content)
        form = page.css_first("form[action$='/path/undo/']")
        assert "for 10 more minutes" in " ".join(form.text().split())
        assert form.css_first("[name=seen]").attributes["value"] == "3"
        other = LexborHTMLParser(browser_of(cast.vikram).get(address).content)
        assert other.css_first("form[action$='/path/undo/']") is None
    later(monkeypatch, minutes=11)
    page = LexborHTMLParser(browser_of(cast.meera).get(moved.get_absolute_url()).content)
    assert page.css_first("form[action$='/path/undo/']") is None


def test_a_double_click_undoes_once(cast, moved, browser_of):
    browser, address = browser_of(cast.meera), f"{moved.get_absolute_url()}path/undo/"
    for _ in range(2):
        answer = browser.post(address, {"seen": 3}, follow=True)
        assert "The move is undone." in answer.content.decode()
    assert moved.step_events.filter(kind=Kind.UNDO.value).count() == 1
    assert again(moved).journey.step == 2


def test_it_is_refused_with_a_reason(cast, moved, browser_of, monkeypatch):
    CareLink.objects.create(client=moved, therapist=cast.vikram)
    assert blockers(client=moved, by=cast.vikram, seen=3) == (Code.NOT_THE_AUTHOR,)
    assert blockers(client=moved, by=cast.meera, seen=2) == (Code.NOTHING_TO_UNDO,)
    with pytest.raises(PermissionDenied):
        path.undo(client=moved, by=cast.farah, seen=3)
    browser, address = browser_of(cast.meera), f"{moved.get_absolute_url()}path/undo/"
    assert "something followed it" in browser.post(address, {"seen": "x"}, follow=True).text
    later(monkeypatch, minutes=10, seconds=1)
    assert blockers(client=moved, by=cast.meera, seen=3) == (Code.TOO_LATE,)
    answer = browser.post(address, {"seen": 3}, follow=True).content.decode()
    assert "A move can be undone for ten minutes, and that time is over." in answer
    assert again(moved).journey.step == 3


def test_not_once_something_followed(cast, moved):
    path.change_path(client=moved, kind=Kind.PAUSE, by=cast.meera, seen=3, reason="Exams.")
    assert blockers(client=moved, by=cast.meera, seen=4) == (Code.NOTHING_TO_UNDO,)
    assert blockers(client=moved, by=cast.meera, seen=3) == (Code.NOTHING_TO_UNDO,)


def event(moved: Client, at: datetime, **fields) -> None:
    values = {"sequence": 4, "step_id": 2, "at": at, "kind": "undo", **fields}
    with transaction.atomic():
        StepEvent.objects.create(client=moved, **values)


def test_the_database_holds_the_rule_too(cast, moved):
    at = moved.step_events.get(sequence=3).at
    soon = at + timedelta(minutes=10)
    for wrong in (
        {"by": cast.vikram}, {"by": None}, {"step_id": 1}, {"step_id": 3},
        {"at": soon + timedelta(seconds=1)}, {"at": at - timedelta(seconds=1)},
        {"sequence": 5}, {"sequence": 3},
    ):  # fmt: skip
        with pytest.raises(IntegrityError):
            event(moved, **{"at": soon, "by": cast.meera, **wrong})
    event(moved, soon, by=cast.meera)
    with pytest.raises(IntegrityError):
        event(moved, soon, by=cast.meera, sequence=5)
