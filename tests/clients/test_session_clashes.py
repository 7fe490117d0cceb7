"""Sessions that overlap: the therapist is warned, sees no more than they may, and can go on."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from clients.care import actions as care
from clients.models import Session
from clients.sessions import actions, clashes
from clients.sessions.clashes import Clashing, Slot
from clients.sessions.queries import of_today

SLOTS = st.builds(
    Slot,
    st.integers(0, 600).map(lambda n: datetime(2026, 11, 3, tzinfo=UTC) + timedelta(minutes=n)),
    st.integers(10, 480),
)


@given(SLOTS, SLOTS)
def test_two_slots_overlap_if_they_share_a_minute(one, other):
    minutes = [
        {slot.at + timedelta(minutes=n) for n in range(slot.minutes)} for slot in (one, other)
    ]
    assert one.overlaps(other) == other.overlaps(one) == bool(minutes[0] & minutes[1])


@pytest.fixture
def at() -> datetime:
    return (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)


@pytest.fixture
def both(cast):
    """Meera cares for Rohan as well, and Vikram for Asha."""
    care.start_care(client=cast.rohan, therapist=cast.meera, by=cast.manoj)
    care.start_care(client=cast.asha, therapist=cast.vikram, by=cast.manoj)
    return cast


def local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def warned(answer) -> list[str]:
    inputs = LexborHTMLParser(answer.content.decode()).css("input[name=warned]")
    return [one.attributes["value"] or "" for one in inputs]


def test_the_therapists_own_session_is_named_and_can_be_overruled(both, browser_of, at):
    actions.plan_session(client=both.rohan, by=both.meera, at=at, minutes=80)
    browser, page = browser_of(both.meera), f"/clients/{both.asha.pk}/sessions/"
    form = {"at": local(at + timedelta(minutes=79))}
    answer = browser.post(page, form)
    assert answer.status_code == 422
    text = " ".join(answer.content.decode().split())
    ends = timezone.localtime(at + timedelta(minutes=80))
    assert "You have a session with Rohan Iyer" in text
    assert f"–{ends:%H:%M}" in text
    assert "Plan it all the same" in text
    assert not both.asha.sessions.exists()
    browser.post(page, form | {"warned": warned(answer)})
    assert both.asha.sessions.count() == 1


def test_the_clients_session_with_another_therapist_is_a_clash(both, at):
    actions.plan_session(client=both.asha, by=both.vikram, at=at)
    with pytest.raises(Clashing, match="Asha Verma has another session with Vikram Sen"):
        actions.plan_session(client=both.asha, by=both.meera, at=at + timedelta(minutes=10))


def test_another_therapists_session_is_said_without_a_name(both, at):
    """Meera moves Vikram's session with Asha; Vikram sees Rohan then."""
    session = actions.plan_session(client=both.asha, by=both.vikram, at=at)
    actions.plan_session(client=both.rohan, by=both.vikram, at=at + timedelta(hours=3))
    with pytest.raises(Clashing) as refused:
        actions.move_session(session=session, by=both.meera, at=at + timedelta(hours=3))
    (clash,) = refused.value.clashes
    assert clash.text.startswith("Vikram Sen has another session")
    assert "Rohan" not in clash.text


def test_moving_warns_and_can_be_overruled(both, browser_of, at):
    session = actions.plan_session(client=both.asha, by=both.meera, at=at)
    actions.plan_session(client=both.rohan, by=both.meera, at=at + timedelta(hours=3))
    browser = browser_of(both.meera)
    page = f"/clients/{both.asha.pk}/sessions/{session.pk}/change/"
    form = {"what": "move", "at": local(at + timedelta(hours=3, minutes=20))}
    answer = browser.post(page, form)
    assert answer.status_code == 422
    assert "You have a session with Rohan Iyer" in answer.content.decode()
    browser.post(page, form | {"warned": warned(answer)})
    assert both.asha.sessions.coming().get().at == at + timedelta(hours=3, minutes=20)


@pytest.mark.parametrize(
    ("state", "minutes", "clash"),
    [("planned", 49, True), ("planned", 50, False), ("held", 49, True), ("missed", 0, False),
     ("moved", 0, False)],
)  # fmt: skip
def test_what_takes_time(both, at, state, minutes, clash):
    Session.objects.create(
        client=both.rohan, therapist=both.meera, at=at, state=state,
        recorded_at=None if state == "planned" else timezone.now(),
    )  # fmt: skip
    slot = Slot(at + timedelta(minutes=minutes), 50)
    (found,) = clashes.find([slot], client=both.asha, therapist=both.meera, by=both.meera)
    assert bool(found) == clash


def test_a_session_does_not_clash_with_itself(both, at):
    session = actions.plan_session(client=both.asha, by=both.meera, at=at)
    moved = actions.move_session(session=session, by=both.meera, at=at + timedelta(minutes=10))
    assert moved.at == at + timedelta(minutes=10)


def test_a_past_session_is_entered_without_a_question(both, at):
    past = at - timedelta(days=9)
    for client in (both.rohan, both.asha):
        actions.plan_session(client=client, by=both.meera, at=past)
    assert not of_today(both.asha).exists()


@pytest.mark.parametrize("many", [2, 20])
def test_one_query_however_many_slots(both, at, many, django_assert_num_queries):
    for n in range(many):
        actions.plan_session(client=both.rohan, by=both.meera, at=at + timedelta(days=n))
    slots = [Slot(at + timedelta(days=n), 50) for n in range(many)]
    with django_assert_num_queries(1):
        found = clashes.find(slots, client=both.asha, therapist=both.meera, by=both.meera)
    assert [len(some) for some in found] == [1] * many
