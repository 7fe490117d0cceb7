"""Why look: the pure rules, and that the database's filter says the same."""

from datetime import timedelta

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clients import flags, sessions, tasks
from clients.caseload import _signs
from clients.flags import Flag, Signs
from clients.models import Client, Session
from tests.cast import in_care, person

NOW = timezone.now()


def signs(**said) -> Signs:
    quiet = {"since": NOW, "last_contact": NOW, "overdue_tasks": 0, "unrecorded_sessions": 0}
    return Signs(**quiet | said)


def test_a_client_who_needs_nothing():
    assert flags.flags(signs(), NOW) == ()


def test_each_reason():
    assert flags.flags(signs(overdue_tasks=1), NOW) == (Flag.TASK_OVERDUE,)
    assert flags.flags(signs(unrecorded_sessions=2), NOW) == (Flag.SESSION_TO_RECORD,)
    month = NOW - timedelta(days=30)
    assert flags.flags(signs(last_contact=month), NOW) == ()
    late = month - timedelta(seconds=1)
    assert flags.flags(signs(last_contact=late), NOW) == (Flag.NOT_SEEN,)
    assert flags.flags(signs(since=late, last_contact=None), NOW) == (Flag.NOT_SEEN,)


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 90), st.none() | st.integers(0, 90))
def test_more_facts_never_take_a_reason_away(overdue, unrecorded, since, seen):
    fewer = signs(
        since=NOW - timedelta(days=since),
        last_contact=None if seen is None else NOW - timedelta(days=seen),
    )
    more = Signs(fewer.since, fewer.last_contact, overdue, unrecorded)
    assert set(flags.flags(fewer, NOW)) <= set(flags.flags(more, NOW))


def test_the_filter_and_the_rules_agree(cast, browser_of):
    """The caseload's "who needs me" is SQL; the reasons beside each name are Python."""
    now = timezone.now()
    made = [in_care(person(f"f{n}@example.org", f"F {n}"), cast.meera, days=5) for n in range(5)]
    late = made[0]
    tasks.give_task(client=late, by=cast.meera, title="x", due_on=now.date() - timedelta(days=3))
    sessions.plan_session(client=made[1], by=cast.meera, at=now - timedelta(hours=2))
    long_ago = now - timedelta(days=40)
    Client.objects.filter(pk=made[2].pk).update(created_at=long_ago)
    Client.objects.filter(pk=made[3].pk).update(created_at=long_ago)
    held = Session.objects.create(client=made[3], therapist=cast.meera, at=now - timedelta(days=1))
    sessions.record_session(session=held, by=cast.meera, state=Session.State.HELD)
    mine = Client.objects.visible_to(cast.meera).with_signs(now)
    by_rule = {c.pk for c in mine if flags.flags(_signs(c), now)}
    assert {c.pk for c in mine.needing(now)} == by_rule
    assert {made[0].pk, made[1].pk, made[2].pk} <= by_rule
    assert made[4].pk not in by_rule
    page = browser_of(cast.meera).get("/caseload/?needs=on").content.decode()
    assert "A task overdue" in page
    assert "F 4" not in page
