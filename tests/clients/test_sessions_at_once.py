"""Therapists and clients who act on one record at the same moment: nothing that was accepted is
lost, and the person who comes second is told."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.care import actions as care
from clients.models import ChangeRequest, Note, Session
from clients.sessions import actions
from tests.support.thorough import THOROUGH
from tests.support.threads import Threads

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust]
PEOPLE = 20 if THOROUGH else 10
TOLD = (
    "There is already a session at that time.",
    "This session has been changed already",
    "This session has another time or therapist by now.",
    "This session can no longer be changed here.",
)

KINDS = ("plan", "plan the same", "move", "cancel", "note", "ask")


def local(at) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def test_a_record_at_which_many_work_at_once(cast, browser_of, promise):
    """All at once: sessions are planned, one of them by several at the same time; one session is
    moved and cancelled; notes are written; and the client asks for a change."""
    care.start_care(client=cast.asha, therapist=cast.vikram, by=cast.manoj)
    start = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    contested, asked = (
        actions.plan_session(client=cast.asha, by=cast.meera, at=start + timedelta(days=n))
        for n in range(2)
    )
    record = f"/clients/{cast.asha.pk}/"
    change, own = f"{record}sessions/{contested.pk}/change/", f"/path/sessions/{asked.pk}/"
    therapists = [browser_of(cast.meera), browser_of(cast.vikram)]
    client = browser_of(cast.asha.user)

    def act(which: int) -> tuple[str, str, str]:
        at = start + timedelta(days=10, hours=2 * which)
        kinds = {
            "plan": (f"{record}sessions/", {"at": local(at)}),
            "plan the same": (f"{record}sessions/", {"at": local(start + timedelta(days=5))}),
            "move": (change, {"what": "move", "at": local(at + timedelta(days=20))}),
            "cancel": (change, {"what": "cancel"}),
            "note": (
                f"{record}notes/",
                {"text": f"by {which}", "audience": "private", "key": str(uuid.uuid4())},
            ),
            "ask": (own, {"wish": "cancel"}),
        }
        kind = KINDS[which % len(KINDS)]
        tab = Browser()
        tab.cookies = (client if kind == "ask" else therapists[which // 6 % 2]).cookies
        where, data = kinds[kind]
        answer = tab.post(where, data)
        if answer.status_code == 302:
            return kind, "accepted", data.get("at", data.get("text", ""))
        assert answer.status_code < 500
        page = answer.content.decode()
        assert any(words in page for words in TOLD), (kind, answer.status_code)
        return kind, "told", ""

    with Threads(PEOPLE) as threads:
        acts = threads.at_once(act)
    count = Counter((kind, how) for kind, how, _what in acts)
    planned = [local(one.at) for one in Session.objects.filter(state="planned")]
    accepted = {
        k: [what for kind, how, what in acts if (kind, how) == (k, "accepted")] for k in KINDS
    }
    lost = [at for at in accepted["plan"] + accepted["plan the same"] if at not in planned]
    lost += [at for at in accepted["move"] if at not in planned]
    lost += [text for text in accepted["note"] if text not in {n.text for n in Note.objects.all()}]
    entry = Session.objects.filter(calendar_uid=contested.calendar_uid)
    if accepted["cancel"] and entry.filter(state="planned").exists():
        lost.append("cancelled")
    lost += ["asked"] * (len(accepted["ask"]) > 0 and not ChangeRequest.objects.exists())
    assert not lost
    assert count["plan the same", "accepted"] == 1
    assert count["move", "accepted"] <= 1
    assert count["plan", "told"] == count["note", "told"] == count["ask", "told"] == 0
    assert planned.count(local(start + timedelta(days=5))) == 1
    assert ChangeRequest.objects.count() == 1
    told = sum(how == "told" for _kind, how, _what in acts)
    promise(
        "kept", f"{PEOPLE} people at one record: {len(acts)} acts, {len(lost)} lost,"
        f" {told} conflicts told",
    )  # fmt: skip


def test_cancelling_what_somebody_has_just_moved_is_told(cast, browser_of):
    """The session goes on at another time: "cancelled" would be untrue."""
    at = timezone.now() + timedelta(days=2)
    session = actions.plan_session(client=cast.asha, by=cast.meera, at=at)
    browser, page = browser_of(cast.meera), f"/clients/{cast.asha.pk}/sessions/{session.pk}/change/"
    actions.move_session(session=session, by=cast.meera, at=at + timedelta(days=1))
    answer = browser.post(page, {"what": "cancel"})
    assert "This session has another time or therapist by now." in answer.content.decode()
    assert cast.asha.sessions.coming().count() == 1
