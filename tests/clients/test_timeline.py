"""The timeline: every kind, newest first, filtered and paged, and never a draft."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from accounts.models import ConsentKind
from accounts.people import consents
from articles.models import Article, Author, Topic
from clients.callbacks import actions as callbacks
from clients.check_ins import actions as check_ins
from clients.goals import actions as goals
from clients.models import ChangeRequest, Enquiry, Note, SafetyPlan, Session
from clients.notes import actions as notes
from clients.path import actions as path_actions
from clients.record import timeline
from clients.safety_plan import actions as safety_plan
from clients.sessions import actions as sessions
from clients.sessions import change_requests
from clients.talking_points import actions as talking_points
from clients.tasks import actions as tasks
from tests.support.clients.check_ins import NOTHING
from tests.support.consents import agree


@pytest.fixture
def lived(cast, shared):
    """One entry of every kind."""
    now, both = timezone.now(), {"client": cast.asha, "by": cast.meera}
    session = Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=now - timedelta(days=3), state="held",
        recorded_at=now,
    )  # fmt: skip
    path_actions.move(**both, to=2, seen=1, reason="canary-move")
    note = notes.write_note(**both, text="canary-note", audience="private")
    notes.amend(note=note, by=cast.meera, text="canary-added")
    notes.keep_draft(**both, text="canary-draft", audience="private", key=uuid.uuid4())
    task = tasks.give_task(**both, title="canary-given")
    tasks.finish_task(task=task, by=cast.asha.user, reflection="canary-reflection")
    withdrawn = tasks.give_task(**both, title="canary-withdrawn")
    tasks.withdraw_task(task=withdrawn, by=cast.meera)
    article = Article.objects.create(
        slug="a", title="canary-article", excerpt="x", body="<p>x</p>", status="published",
        topic=Topic.objects.create(slug="t", title="T", description="x"), publish_at=now,
        author=Author.objects.create(slug="b", name="B", credentials="x", bio="x"),
    )  # fmt: skip
    reading = tasks.give_task(**both, title="Read this", article=article)
    tasks.finish_task(task=reading, by=cast.asha.user, reflection="canary-read")
    goal = goals.add(client=cast.asha, by=cast.asha.user, text="canary-goal")
    goals.rate(client=cast.asha, by=cast.asha.user, values={goal.pk: 7})
    goals.end(goal=goal, by=cast.asha.user, ending="reached")
    values = NOTHING | {"heard": 4, "words": "canary-check-in"}
    check_ins.answer(session=session, by=cast.asha.user, values=values, seen=0)
    talking_points.add(client=cast.asha, by=cast.asha.user, text="canary-point")
    plan = SafetyPlan(signs="x")
    safety_plan.write(client=cast.asha, by=cast.asha.user, plan=plan, seen=0)
    ahead = sessions.plan_session(**both, at=now + timedelta(days=3))
    change_requests.ask(session=ahead, by=cast.asha.user, wish=ChangeRequest.Wish.MOVE)
    callbacks.ask(client=cast.asha, by=cast.asha.user, number="98450 00001", good_time="")
    agree(cast.asha.user, ConsentKind.THERAPY)
    consents.withdraw(kind=ConsentKind.THERAPY, by=cast.asha.user)
    Enquiry.objects.create(
        name="Asha", email="a@example.org", client=cast.asha, consented_at=now, closed_at=now
    )
    return f"/clients/{cast.asha.pk}/timeline/"


def test_every_kind_newest_first_and_no_draft(cast, browser_of, lived):
    index = list(timeline.index(cast.asha, list(timeline.KINDS)))
    assert {kind for kind, _at, _pk in index} == set(timeline.KINDS)
    times = [at for _kind, at, _pk in index]
    assert times == sorted(times, reverse=True)
    page = browser_of(cast.meera).get(lived).content.decode()
    for text in ("canary-move", "canary-note", "canary-given", "canary-reflection",
                 "canary-article", "canary-read", "canary-added", "canary-withdrawn"):  # fmt: skip
        assert text in page
    assert "canary-draft" not in page
    # The page as it is shown, with row-level security.
    shown = {kind for kind in timeline.KINDS if f'<li class="{kind}">' in page}
    assert shown == set(timeline.KINDS)
    rows = LexborHTMLParser(page)
    (result,) = rows.css("li.results")
    assert [one.text() for one in result.css(".score strong")] == ["4.0", "4.0"]
    (rated,) = rows.css("li.goals-rated")
    assert "7, on a line from 0 to 10" in rated.text()
    (ended,) = rows.css("li.care-ended")
    assert "Farah" in ended.text(), "her care ended yesterday"
    (addition,) = rows.css("li.additions")
    assert "to the note signed on" in " ".join(addition.text().split())


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [("?show=notes", "canary-note", "canary-given"),
     ("?show=moves&show=tasks", "canary-given", "canary-note"),
     ("?show=read", "canary-article", "canary-reflection"),
     ("?show=nonsense", "canary-note", "canary-draft"),
     ("?page=999", "canary-note", "canary-draft")],
)  # fmt: skip
def test_filters(cast, browser_of, lived, query, shown, hidden):
    page = browser_of(cast.meera).get(lived + query).content.decode()
    assert shown in page
    assert hidden not in page


def test_a_filter_survives_paging(cast, browser_of, lived):
    for number in range(45):
        notes.write_note(client=cast.asha, by=cast.meera, text=f"n{number}", audience="private")
    page = browser_of(cast.meera).get(lived + "?show=notes").content.decode()
    assert "show=notes&amp;page=2" in page or "page=2&amp;show=notes" in page
    second = browser_of(cast.meera).get(lived + "?show=notes&page=2").content.decode()
    assert "canary-note" in second


def test_a_corrected_note_is_shown_with_its_correction(cast, browser_of, lived):
    note = Note.objects.signed().get()
    notes.amend(note=note, by=cast.meera, text="canary-corrected")
    page = browser_of(cast.meera).get(f"{lived}?show=notes").content.decode()
    moments = LexborHTMLParser(page).css("ol.timeline > li.notes")
    assert len(moments) == 1
    text = moments[0].text()
    assert -1 < text.find("canary-note") < text.find("Added by Dr. Meera Nair")
    assert text.find("Added by Dr. Meera Nair") < text.find("canary-corrected")


def test_future_sessions_are_not_shown(cast, browser_of, lived):
    """A session that was held before its planned time is included."""
    now, both = timezone.now(), {"client": cast.asha, "therapist": cast.meera}
    Session.objects.create(**both, at=now + timedelta(days=2))
    held = {"state": "held", "recorded_at": now}
    early = Session.objects.create(**both, **held, at=now + timedelta(minutes=5))
    index = timeline.index(cast.asha, ["sessions"])
    old = Session.objects.get(at__lt=now)
    assert [pk for _kind, _at, pk in index] == [str(early.pk), str(old.pk)]
    page = browser_of(cast.meera).get(f"{lived}?show=sessions").content.decode()
    assert [li.css_first("p + p").text().strip() for li in
            LexborHTMLParser(page).css("li.sessions")] == ["Held, Dr. Meera Nair"] * 2  # fmt: skip


def test_an_empty_record(cast, browser_of):
    page = browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/timeline/?show=plans")
    assert "Nothing of this kind yet" in page.content.decode()


def test_queries_do_not_grow(cast, browser_of, lived):
    browser = browser_of(cast.meera)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(lived)
        return len(queries)

    count()
    few = count()
    for number in range(20):
        notes.write_note(client=cast.asha, by=cast.meera, text=f"n{number}", audience="private")
    assert count() <= few, "some kinds are on the next page by now"
