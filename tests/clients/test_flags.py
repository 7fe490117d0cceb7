"""Flags: the pure rules, and the database filter, which must agree with them."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from accounts.models import ConsentKind
from accounts.models.consent import ASKED
from assessments.models import Instrument
from clients import flags
from clients.callbacks import actions as callbacks
from clients.caseload.labels import FLAGS
from clients.flags import Flag, Signs
from clients.journey import Kind
from clients.models import (
    CaseloadIndex,
    Client,
    ReliableChange,
    Rhythm,
    SafetyPlan,
    Session,
    Step,
    StepEvent,
)
from clients.models.caseload_index import flag_conditions
from clients.models.result import ChangeVerdict
from clients.path import actions as path_actions
from clients.safety_plan import actions as safety_plan
from clients.sessions import actions as sessions
from clients.tasks import actions as tasks
from tests.support.cast import in_care, person, unflagged
from tests.support.consents import agree
from tests.support.declarations import assert_complete, names
from tests.support.page_parts import markup

NOW = timezone.now()


def signs(**facts) -> Signs:
    quiet = {"since": NOW, "last_contact": NOW, "overdue_since": None}
    quiet["unrecorded_sessions"] = False
    return Signs(**quiet | facts)


def test_a_client_who_needs_nothing():
    assert flags.flags(signs(), NOW) == ()


@pytest.mark.quick
def test_each_flag():
    assert flags.flags(signs(overdue_since=NOW.date()), NOW) == (Flag.TASK_OVERDUE,)
    assert flags.flags(signs(unrecorded_sessions=True), NOW) == (Flag.SESSION_TO_RECORD,)
    month = NOW - timedelta(days=30)
    assert flags.flags(signs(last_contact=month), NOW) == ()
    late = month - timedelta(seconds=1)
    assert flags.flags(signs(last_contact=late), NOW) == (Flag.NOT_SEEN,)
    assert flags.flags(signs(since=late, last_contact=None), NOW) == (Flag.NOT_SEEN,)
    assert flags.flags(signs(last_contact=late, walking=False), NOW) == ()
    assert flags.flags(signs(last_contact=late, planned_at=NOW), NOW) == (), "one lies ahead"
    passed = NOW - timedelta(seconds=1)
    assert flags.flags(signs(last_contact=late, planned_at=passed), NOW) == (Flag.NOT_SEEN,)
    assert flags.flags(signs(unanswered=True), NOW) == (Flag.UNANSWERED,)
    assert flags.flags(signs(unanswered=True, walking=False), NOW) == ()
    assert flags.flags(signs(higher=True), NOW) == (Flag.HIGHER,)
    assert flags.flags(signs(unchanged=True), NOW) == (Flag.UNCHANGED,)
    assert flags.flags(signs(unchanged=True, walking=False), NOW) == ()
    assert flags.flags(signs(unread_results=True), NOW) == (Flag.RESULT_UNREAD,)
    assert flags.flags(signs(new_plan_at=NOW), NOW) == (Flag.PLAN_CHANGED,)
    assert flags.flags(signs(call_asked_at=NOW), NOW) == (Flag.CALL_WAITS,)
    assert flags.flags(signs(review_since=NOW.date()), NOW) == (Flag.PLAN_REVIEW,)
    in_two_days = NOW + timedelta(hours=48)
    assert flags.flags(signs(follow_up_by=in_two_days), NOW) == (Flag.PLAN_FOLLOW_UP,)
    assert flags.flags(signs(follow_up_by=in_two_days + timedelta(seconds=1)), NOW) == ()
    assert flags.flags(signs(follow_up_by=late), NOW) == (Flag.PLAN_FOLLOW_UP,)
    assert flags.flags(signs(consent_withdrawn=True), NOW) == (Flag.CONSENT_WITHDRAWN,)
    assert flags.flags(signs(consent_withdrawn=True, walking=False), NOW) == ()
    assert flags.flags(signs(new_reflection=True), NOW) == (Flag.REFLECTION_UNREAD,)
    assert flags.flags(signs(on_step_since=month, long_days=30), NOW) == ()
    assert flags.flags(signs(on_step_since=late, long_days=30), NOW) == (Flag.LONG_ON_STEP,)
    assert flags.flags(signs(on_step_since=late, long_days=None), NOW) == ()
    # A paused path is never long on a step.
    assert flags.flags(signs(on_step_since=late, long_days=30, walking=False), NOW) == ()


@pytest.mark.quick
@pytest.mark.django_db
def test_each_flag_has_its_rule_its_condition_and_its_label():
    for declared, file, question in [
        (flags.RULES, "RULES of clients/flags.py", "when is it raised?"),
        (
            flag_conditions(NOW, []),
            "flag_conditions of clients/models/caseload_index.py",
            "how does the database find these clients?",
        ),
        (FLAGS, "FLAGS of clients/caseload/labels.py", "what is it called?"),
    ]:
        assert_complete(declared, Flag, file=file, question=question)


def test_missing_facts_raise_no_flag():
    plain = signs()
    values = (plain.unread_results, plain.higher, plain.new_reflection)
    assert values == (False, False, False)
    assert (plain.on_step_since, plain.long_days, plain.walking) == (None, None, True)
    assert (plain.new_plan_at, plain.call_asked_at) == (None, None)
    assert (plain.follow_up_by, plain.review_since) == (None, None)
    assert not plain.consent_withdrawn
    assert (plain.planned_at, plain.unanswered) == (None, False)


def test_the_most_pressing_reason_comes_first():
    long_ago = NOW - timedelta(days=90)
    everything = Signs(
        since=long_ago, last_contact=None, overdue_since=NOW.date(), unrecorded_sessions=True,
        unread_results=True, higher=True, new_plan_at=NOW, new_reflection=True,
        on_step_since=long_ago, long_days=30, call_asked_at=NOW, follow_up_by=NOW,
        review_since=NOW.date(), consent_withdrawn=True, unanswered=True,
    )  # fmt: skip
    assert [str(flag) for flag in flags.flags(everything, NOW)] == [
        "call asked for", "safety plan changed", "follow-up on the safety plan",
        "safety plan to review", "consent withdrawn", "session to record", "reliably higher",
        "result unread", "reflection unread", "not seen for a month", "task overdue",
        "requests not answered", "long on a step",
    ]  # fmt: skip


def test_a_paused_path_is_neither_unseen_nor_long():
    long_ago = NOW - timedelta(days=90)
    resting = signs(
        since=long_ago, last_contact=long_ago, on_step_since=long_ago, long_days=30, walking=False
    )
    assert flags.flags(resting, NOW) == ()
    assert set(flags.flags(replace(resting, walking=True), NOW)) == {
        Flag.NOT_SEEN, Flag.LONG_ON_STEP
    }  # fmt: skip


def test_long_on_a_step_needs_a_known_usual_stay():
    """Without a usual stay, or the client's time on the step, the flag is never raised."""
    long_ago = NOW - timedelta(days=90)
    assert flags.flags(signs(on_step_since=None, long_days=1), NOW) == ()
    assert flags.flags(signs(on_step_since=long_ago, long_days=0), NOW) == (Flag.LONG_ON_STEP,)
    assert flags.flags(signs(on_step_since=long_ago, long_days=90), NOW) == ()
    assert flags.flags(signs(on_step_since=long_ago, long_days=89), NOW) == (Flag.LONG_ON_STEP,)


@given(
    st.none() | st.just(NOW.date()),
    st.booleans(),
    st.integers(0, 90),
    st.none() | st.integers(0, 90),
)
def test_more_facts_never_remove_a_flag(overdue, unrecorded, since, seen):
    fewer = signs(
        since=NOW - timedelta(days=since),
        last_contact=None if seen is None else NOW - timedelta(days=seen),
    )
    more = Signs(fewer.since, fewer.last_contact, overdue, unrecorded)
    assert set(flags.flags(fewer, NOW)) <= set(flags.flags(more, NOW))


@pytest.mark.quick
def test_the_filter_and_the_rules_agree(cast, browser_of):
    """The caseload's "Needs attention" filter is SQL; the reasons beside each name are Python."""
    now = timezone.now()
    Step.objects.filter(number=1).update(usual_days=20, long_days=28)
    clients = [unflagged(person(f"f{n}@example.org", f"F {n}"), cast.meera) for n in range(8)]
    late = clients[0]
    tasks.give_task(
        client=late, by=cast.meera, title="x", due_on=timezone.localdate() - timedelta(days=3)
    )
    sessions.plan_session(client=clients[1], by=cast.meera, at=now - timedelta(hours=2))
    long_ago = now - timedelta(days=40)
    Client.objects.filter(pk__in=[clients[2].pk, clients[3].pk, clients[7].pk]).update(
        created_at=long_ago
    )
    session = Session.objects.create(
        client=clients[3], therapist=cast.meera, at=now - timedelta(days=1)
    )
    sessions.record_session(session=session, by=cast.meera, state=Session.State.HELD)
    safety_plan.write(client=clients[4], by=clients[4].user, plan=SafetyPlan(signs="x"), seen=0)
    task = tasks.give_task(client=clients[6], by=cast.meera, title="x")
    tasks.finish_task(task=task, by=clients[6].user, reflection="it was hard")
    calm = unflagged(person("calm@example.org", "Calm"), cast.meera)
    done = tasks.give_task(client=calm, by=cast.meera, title="x")
    tasks.finish_task(task=done, by=calm.user, reflection="")
    safety_plan.write(client=calm, by=cast.meera, plan=SafetyPlan(signs="x"), seen=0)
    called, planned, again = (
        unflagged(person(f"s{n}@example.org", f"S {n}"), cast.meera) for n in range(3)
    )
    callbacks.ask(client=called, by=called.user, number="98450 00001", good_time="")
    for client, hours in ((planned, 47), (again, 50)):
        plan = SafetyPlan(signs="x")
        safety_plan.write(client=client, by=cast.meera, plan=plan, seen=0, follow_up=True)
        client.safety_plans.update(follow_up_by=now + timedelta(hours=hours))
    plan = SafetyPlan(signs="y", review_on=timezone.localdate(now))
    safety_plan.write(client=again, by=cast.meera, plan=plan, seen=1)
    slow = unflagged(person("slow@example.org", "Slow"), cast.meera, days=29)
    away = unflagged(person("away@example.org", "Away"), cast.meera, days=29)
    booked, silent = (
        unflagged(person(f"b{n}@example.org", f"B {n}"), cast.meera) for n in range(2)
    )
    Client.objects.filter(pk=booked.pk).update(created_at=long_ago)
    sessions.plan_session(client=booked, by=cast.meera, at=now + timedelta(days=3))
    Rhythm.objects.create(
        client=silent, set_by=cast.meera, kind="weeks", begins_on=now.date(), reason="x",
        rests_since=now,
    )  # fmt: skip
    measured(clients[5], ChangeVerdict.HIGHER)
    measured(clients[6], ChangeVerdict.LOWER)
    for paused in (away, clients[7]):
        StepEvent.objects.create(
            client=paused, sequence=2, kind=Kind.PAUSE.value, step_id=1, by=cast.meera,
            reason="away",
        )  # fmt: skip
    agree(slow.user, ConsentKind.THERAPY)
    agree(away.user, ConsentKind.DATA)
    agree(calm.user, *ASKED)
    for one, kind in ((slow, "therapy"), (away, "data"), (calm, "statistics")):
        browser_of(one.user).post(f"/path/consents/{kind}/", {"withdraw": "yes"})
    mine = CaseloadIndex.objects.visible_to(cast.meera).with_signs(now)
    flags_of = {row.pk: flags.flags(row.signs, now) for row in mine}
    needing = CaseloadIndex.objects.visible_to(cast.meera).with_needs(now, Step.objects.all())
    needing = needing.filter(needy=True)
    assert {s.pk for s in needing} == {pk for pk, why in flags_of.items() if why}
    for flag, condition in flag_conditions(now, Step.objects.all()).items():
        flagged = CaseloadIndex.objects.visible_to(cast.meera).filter(condition)
        assert {s.pk for s in flagged} == {pk for pk, why in flags_of.items() if flag in why}, flag
    assert [flags_of[clients[n].pk] for n in range(8)] == [
        (Flag.TASK_OVERDUE,), (Flag.SESSION_TO_RECORD,), (Flag.NOT_SEEN,), (),
        (Flag.PLAN_CHANGED,), (Flag.HIGHER,), (Flag.REFLECTION_UNREAD,), (),
    ]  # fmt: skip
    assert [flags_of[client.pk] for client in (called, planned, again)] == [
        (Flag.CALL_WAITS,), (Flag.PLAN_FOLLOW_UP,), (Flag.PLAN_REVIEW,)
    ]  # fmt: skip
    assert flags_of[slow.pk] == (Flag.CONSENT_WITHDRAWN, Flag.LONG_ON_STEP)
    assert flags_of[away.pk] == (), "paused"
    assert flags_of[booked.pk] == (), "nobody seen for 40 days, and a session is planned"
    assert flags_of[silent.pk] == (Flag.UNANSWERED,)
    page = browser_of(cast.meera).get("/caseload/?needs=on").content.decode()
    assert "Task overdue since" in page
    assert "No session for 40 days" in page
    assert "Reliably higher: Anxiety" in page
    assert "days on this step (usually 20)" in page
    assert f"Client changed the safety plan on {date_format(timezone.localdate(), 'j M')}" in page
    assert "Unread reflection on a task" in page
    assert "Client withdrew consent" in page
    assert "Calm" not in page
    record = browser_of(cast.meera).get(slow.get_absolute_url()).content.decode()
    assert "days on this step (usually 20)" in record, "the record shows the reason too"
    assert (
        "Needs attention"
        not in browser_of(cast.meera).get(calm.get_absolute_url()).content.decode()
    )


def test_a_clients_text_is_new_until_the_record_is_opened(cast, browser_of):
    """The flag is shown when the record is first opened and is gone the next time. Other pages of
    the record, which do not show the text, do not clear it."""
    asha, browser = cast.asha, browser_of(cast.meera)

    def why(address: str = "/caseload/") -> set[str]:
        page = browser.get(address).content.decode()
        reasons = {"Client changed the safety plan", "Unread reflection on a task"}
        return {reason for reason in reasons if reason in page}

    task = tasks.give_task(client=asha, by=cast.meera, title="x")
    assert browser_of(asha.user).post(f"/path/tasks/{task.pk}/", {"reflection": "hard"})
    assert why() == {"Unread reflection on a task"}
    browser.get(f"/clients/{asha.pk}/timeline/")
    assert browser_of(asha.user).post("/path/safety/edit/", {"signs": "x", "seen": 0})
    both = {"Client changed the safety plan", "Unread reflection on a task"}
    assert why() == both
    assert why(asha.get_absolute_url()) == both
    assert why() == why(asha.get_absolute_url()) == set()
    # Saving the same text again is nothing new; a different text is.
    tasks.finish_task(task=task, by=asha.user, reflection="hard")
    assert why() == set()
    tasks.finish_task(task=task, by=asha.user, reflection="harder")
    assert why() == {"Unread reflection on a task"}


def measured(client: Client, verdict: ChangeVerdict) -> None:
    ReliableChange.objects.create(
        client=client, instrument=Instrument.objects.get_or_create(slug="x")[0], scale="anxiety",
        title="Anxiety", at=NOW, since_first=verdict,
    )  # fmt: skip


def test_the_support_makes_clients_without_a_flag(cast):
    unflagged(person("calm@example.org", "Calm"), cast.meera)
    row = CaseloadIndex.objects.with_signs(timezone.now()).get(client__user__name="Calm")
    raised = flags.flags(row.signs, timezone.now())
    assert raised == (), (
        f"{names(raised)}: a client without any rows has this flag. What prevents it? Add it to"
        " `unflagged` in tests/support/cast.py, which other tests use for clients without a flag."
    )


def test_the_longest_wait_is_shown(cast, browser_of):
    """The caseload names the client with the longest wait; paused paths do not count."""
    for days, name in ((50, "Fifty"), (90, "Ninety"), (70, "Seventy")):
        in_care(person(f"{name}@example.org", name), cast.meera, days=days)
    ninety = Client.objects.get(user__name="Ninety")
    page = markup(browser_of(cast.meera).get("/caseload/"))
    assert f'Longest wait: <a href="{ninety.get_absolute_url()}">Ninety</a>' in page
    path_actions.change_path(client=ninety, kind=Kind.PAUSE, by=cast.meera, seen=1, reason="away")
    assert ">Seventy</a>, no session" in markup(browser_of(cast.meera).get("/caseload/"))


def test_clients_who_need_attention_come_first(cast, browser_of):
    """The default order of the caseload."""
    for days, name in ((3, "Three"), (20, "Twenty"), (9, "Nine"), (5, "Five"), (1, "One")):
        unflagged(person(f"{name}@example.org", name), cast.neeshu, days=days)
    late = timezone.localdate() - timedelta(days=1)
    for name in ("Five", "Nine"):
        client = Client.objects.get(user__name=name)
        tasks.give_task(client=client, by=cast.neeshu, title="x", due_on=late)
    page = LexborHTMLParser(browser_of(cast.neeshu).get("/caseload/").content.decode())
    names = [one.text().strip() for one in page.css("main td.who a")]
    assert names == ["Nine", "Five", "Twenty", "Three", "One"]


def test_overdue_is_computed_in_the_practices_time_zone(cast):
    """At 20:00 UTC the next day has begun in the practice's time zone."""
    late = timezone.now().astimezone(UTC).replace(hour=20, minute=0)
    calm = unflagged(person("calm@example.org", "Calm"), cast.meera)
    Client.objects.filter(pk=calm.pk).update(created_at=late - timedelta(days=5))
    tasks.give_task(client=calm, by=cast.meera, title="x", due_on=late.date())
    for now, overdue in ((late - timedelta(hours=2), None), (late, late.date())):
        row = CaseloadIndex.objects.with_signs(now).get(client=calm)
        assert row.signs.overdue_since == overdue
        needing = CaseloadIndex.objects.with_needs(now, Step.objects.all()).filter(needy=True)
        assert needing.filter(pk=calm.pk).exists() == bool(overdue)
        shown_as_next = Client.objects.with_next_task(now).get(pk=calm.pk).next_task
        assert shown_as_next == (None if overdue else late.date())
