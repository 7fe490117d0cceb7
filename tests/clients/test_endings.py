"""Sessions and tasks that an ending affects are listed, decided about, and handled as decided."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from accounts.models import AuditEvent
from clients.care import actions as care
from clients.care import cover
from clients.endings import loose_ends
from clients.endings.outcomes import (
    Affected,
    Appointment,
    Ending,
    Gap,
    OpenTask,
    Outcome,
    in_gaps,
    undecided,
)
from clients.journey import Kind
from clients.models import CareLink, Client, Session, Task
from clients.path import actions as path_actions
from clients.tasks import actions as tasks
from tests.support.page_parts import decisions

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)
hours = st.integers(0, 20)


def appointment(number: int, therapist: UUID, hour: int) -> Appointment:
    return Appointment(UUID(int=number), ONE, therapist, NOON + timedelta(hours=hour))


@given(hours, st.none() | hours, st.lists(st.tuples(st.sampled_from([ONE, TWO]), hours)))
def test_exactly_the_sessions_in_a_gap_are_affected(start, until, planned):
    ends = None if until is None else NOON + timedelta(hours=until)
    sessions = [appointment(10 + n, *one) for n, one in enumerate(planned)]
    gap = Gap(ONE, NOON + timedelta(hours=start), ends)
    affected = in_gaps(sessions, [gap])
    unaffected = [one for one in sessions if one not in affected]
    assert all(one.therapist == ONE and one.at >= gap.start for one in affected)
    assert all(ends is None or one.at < ends for one in affected)
    assert all(
        one.therapist == TWO or one.at < gap.start or (ends and one.at >= ends)
        for one in unaffected
    )
    assert in_gaps(sessions, [gap], goes_on=ONE) == ()


@pytest.mark.parametrize("ending", Ending)
def test_only_possible_outcomes_are_decisions(ending):
    task = OpenTask(TWO, "", "", NOON, None)
    open_tasks = (task,) if ending != Ending.CALL_OFF else ()
    affected = Affected(ending, (appointment(1, ONE, 0),), open_tasks)
    assert undecided(affected, {}) == set(affected.outcomes)
    assert undecided(affected, affected.defaults) == set()
    for key, possible in affected.outcomes.items():
        for outcome in Outcome:
            left = undecided(affected, affected.defaults | {key: outcome})
            assert left == (set() if outcome in possible else {key})
    can_be_kept = Outcome.KEEP in affected.outcomes[ONE]
    assert can_be_kept == (ending in (Ending.PAUSE, Ending.CLOSE)), (
        "a session outside a care link cannot be kept"
    )


def test_without_anything_affected_nothing_is_asked():
    nothing = Affected(Ending.END)
    assert (nothing.outcomes, nothing.tasks, nothing.others, nothing.asks) == ({}, (), False, False)
    assert nothing.others is False
    assert nothing.covers == ()
    assert appointment(1, ONE, 0).row is None
    task = OpenTask(TWO, "", "", NOON, None)
    assert Affected(Ending.CALL_OFF, (), (task,)).outcomes == {TWO: ()}, "the path goes on"
    assert Affected(Ending.END, (), (task,)).asks
    assert Affected(Ending.END, (appointment(1, ONE, 0),)).asks


def test_a_form_that_was_open_during_an_update_is_still_understood():
    assert [one.value for one in Outcome] == ["hand over", "call off", "withdraw", "keep"]


def test_tasks_are_kept_by_default_if_another_therapist_cares():
    task = OpenTask(TWO, "", "", NOON, None)
    alone = Affected(Ending.END, (), (task,))
    both = Affected(Ending.END, (), (task,), others=True)
    assert (alone.defaults[TWO], both.defaults[TWO]) == (Outcome.WITHDRAW, Outcome.KEEP)
    assert set(alone.outcomes[TWO]) == set(both.outcomes[TWO]) == {Outcome.WITHDRAW, Outcome.KEEP}


def test_care_that_ends_for_good_has_no_end():
    ends = Gap(ONE, NOON)
    before, after = appointment(1, ONE, -1), appointment(2, ONE, 1)
    assert in_gaps([before, after], [ends]) == (after,)


@pytest.fixture
def full(cast):
    """Asha with three future sessions with Meera, a past one, and two open tasks, and an empty
    outbox."""
    now = timezone.now()
    for days in (-3, 3, 10, 17):
        Session.objects.create(
            client=cast.asha, therapist=cast.meera, at=now + timedelta(days=days)
        )
    for number in (1, 2):
        tasks.give_task(client=cast.asha, by=cast.meera, title=f"canary-task-{number}")
    mail.outbox.clear()
    return cast


def link_of(cast):
    return cast.asha.care_links.get(therapist=cast.meera)


def ahead(client) -> list[Session]:
    return list(client.sessions.filter(at__gt=timezone.now()).order_by("at", "state"))


def main(answer) -> str:
    whole = LexborHTMLParser(answer.content.decode()).css_first("main").text(separator=" ")
    return " ".join(whole.split())


def test_a_transfer_lists_what_it_affects_and_carries_out_decisions(full, browser_of):
    cast, browser = full, browser_of(full.manoj)
    where, day = f"/practice/care/{cast.asha.pk}/", timezone.localdate() + timedelta(days=5)
    data = {
        "what": "transfer", "transfer-link": link_of(cast).pk,
        "transfer-therapist": cast.vikram.pk, "transfer-day": day, "transfer-spoken": "on",
    }  # fmt: skip
    response = browser.post(where, data)
    assert response.status_code == 200
    text = main(response)
    assert re.search(r"Coming sessions \(2\)", text), "the session before that day stays with Meera"
    assert "Open tasks (2)" in text
    assert "canary" not in text, "managers cannot read the text of a task"
    assert link_of(cast).ends_at is None
    assert not mail.outbox
    first, second, third = ahead(cast.asha)
    one, two = cast.asha.tasks.order_by("created_at")
    chosen = {f"transfer-of-{third.pk}": "call off", f"transfer-of-{two.pk}": "withdraw"}
    sent = data | decisions(response) | chosen
    assert [browser.post(where, sent).status_code for _ in range(2)] == [302, 302]
    assert [(s.therapist.name, s.state) for s in ahead(cast.asha)] == [
        ("Dr. Meera Nair", "planned"), ("Dr. Meera Nair", "moved"), ("Vikram Sen", "planned"),
        ("Dr. Meera Nair", "moved"),
    ]  # fmt: skip
    assert ahead(cast.asha)[2].at == second.at
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.is_open, two.is_open) == (True, False)
    emails = sorted((m.to[0], m.subject) for m in mail.outbox)
    assert emails == [
        ("asha@example.org", "A change in who is there for you"),
        ("meera@example.org", "Your list has changed"),
        ("vikram@example.org", "Your list has changed"),
    ], "one email each"
    (own,) = [m.body for m in mail.outbox if m.to == ["asha@example.org"]]
    assert "with Vikram Sen, no longer with Dr. Meera Nair" in " ".join(own.split())
    assert own.count("cancelled") == 1
    done = AuditEvent.objects.filter(actor=cast.manoj.pk, client=cast.asha.pk)
    verbs = done.values_list("verb", flat=True)
    for verb, many in {"session planned": 1, "session recorded": 2, "task withdrawn": 1}.items():
        assert list(verbs).count(verb) == many, verb
    assert first.state == "planned"


def test_the_end_of_care_cancels_its_sessions(full, browser_of):
    cast, browser, where = full, browser_of(full.manoj), f"/practice/care/{full.asha.pk}/"
    now = timezone.now()
    cover.arrange(
        clients=[cast.asha], therapist=cast.vikram, by=cast.manoj,
        starts_at=now + timedelta(days=20), ends_at=now + timedelta(days=30),
    )  # fmt: skip
    mail.outbox.clear()
    end = {"what": "end", "end-link": link_of(cast).pk, "end-sure": "on", "end-spoken": "on"}
    response = browser.post(where, end)
    assert response.status_code == 200
    text = main(response)
    for words in ("Coming sessions (3)", "Open tasks (2)", "Cover that ends with it", "Vikram Sen"):
        assert words in text, words
    assert Client.objects.visible_to(cast.meera).contains(cast.asha), "nothing has changed yet"
    sent = decisions(response) | {"what": "end", "end-sure": "on"}
    assert browser.post(where, sent).status_code == 302
    assert {s.state for s in ahead(cast.asha)} == {"moved"}
    assert not cast.asha.tasks.open().exists()
    assert not CareLink.objects.filter(client=cast.asha).going_on().exists(), "nor has the cover"
    recipients = sorted(m.to[0] for m in mail.outbox)
    assert recipients == ["asha@example.org", "meera@example.org", "vikram@example.org"]
    own = next(m.body for m in mail.outbox if m.to == ["asha@example.org"])
    assert " ".join(own.split()).count("with Dr. Meera Nair: cancelled") == 3


@pytest.mark.parametrize(
    ("kind", "sessions", "open_left"), [(Kind.PAUSE, "moved", 2), (Kind.CLOSE, "moved", 0)]
)
def test_pausing_and_closing_ask_for_decisions(full, browser_of, kind, sessions, open_left):
    cast, browser = full, browser_of(full.meera)
    where = f"/clients/{cast.asha.pk}/path/{kind.value}/"
    page = browser.get(where)
    text = main(page)
    for words in ("Coming sessions (3)", "canary-task-1", "canary-task-2"):
        assert words in text, words
    session = ahead(cast.asha)[0]
    sent = decisions(page) | {"reason": "Exams.", f"of-{session.pk}": "keep"}
    late = Session.objects.create(
        client=cast.asha, therapist=cast.meera, at=timezone.now() + timedelta(days=40)
    )
    stale = browser.post(where, sent)
    assert stale.status_code == 409, "another session was planned meanwhile"
    assert Client.objects.get(pk=cast.asha.pk).journey.status == "walking"
    again = decisions(stale)
    assert again["reason"] == "Exams."
    assert again[f"of-{session.pk}"] == "keep", "what was chosen is still there"
    assert again[f"of-{late.pk}"] == ""
    assert browser.post(where, again).status_code == 302
    session.refresh_from_db()
    assert session.state == "planned"
    assert {s.state for s in ahead(cast.asha) if s != session} == {sessions}
    assert cast.asha.tasks.open().count() == open_left
    (email,) = mail.outbox
    assert email.to == ["asha@example.org"]
    assert email.body.count("cancelled") == 3
    assert "canary" not in email.body


def test_the_actions_check_the_same_rule(full, browser_of):
    """Nothing changes while a decision is missing."""
    cast, at = full, timezone.now() + timedelta(days=1)
    path = {"client": cast.asha, "by": cast.meera, "seen": 1, "reason": "x"}
    ends = (
        lambda: care.end_care(link=link_of(cast), by=cast.manoj),
        lambda: care.transfer(
            client=cast.asha, from_therapist=cast.meera, to_therapist=cast.vikram, at=at,
            by=cast.manoj,
        ),
        lambda: path_actions.change_path(kind=Kind.PAUSE, **path),
        lambda: path_actions.change_path(kind=Kind.CLOSE, **path),
    )  # fmt: skip
    for end in ends:
        with pytest.raises(loose_ends.Undecided, match=r"3 coming sessions, 2 open tasks"):
            end()
    keep_all = dict.fromkeys(loose_ends.on_care(link_of(cast), at).outcomes, Outcome.KEEP)
    with pytest.raises(loose_ends.Undecided):
        care.end_care(link=link_of(cast), by=cast.manoj, decided=keep_all)
    listed = browser_of(cast.manoj).post(
        "/admin/clients/carelink/",
        {"action": "end_now", "_selected_action": [str(link_of(cast).pk)]},
        follow=True,
    )
    assert "3 coming sessions, 2 open tasks" in listed.content.decode()
    assert not mail.outbox
    assert link_of(cast).ends_at is None
    assert [s.state for s in ahead(cast.asha)] == ["planned"] * 3
    with pytest.raises(PermissionDenied):
        care.end_care(link=link_of(cast), by=cast.meera)


def test_sixty_sessions_are_one_list_and_one_email(cast, browser_of, django_assert_max_num_queries):
    now = timezone.now()
    sessions = [
        Session(client=cast.asha, therapist=cast.meera, at=now + timedelta(days=days))
        for days in range(1, 61)
    ]
    Session.objects.bulk_create(sessions)
    mail.outbox.clear()
    browser, where = browser_of(cast.manoj), f"/practice/care/{cast.asha.pk}/"
    data = {
        "what": "transfer", "transfer-link": link_of(cast).pk,
        "transfer-therapist": cast.vikram.pk, "transfer-day": timezone.localdate(),
        "transfer-spoken": "on",
    }  # fmt: skip
    with django_assert_max_num_queries(60):
        response = browser.post(where, data)
    assert "Coming sessions (60)" in main(response)
    sent = data | decisions(response) | {"transfer-sessions": "hand over"}
    assert browser.post(where, sent).status_code == 302
    coming = Session.objects.coming().filter(client=cast.asha)
    assert coming.count() == coming.filter(therapist=cast.vikram).count() == 60
    assert sorted(m.to[0] for m in mail.outbox) == [
        "asha@example.org", "meera@example.org", "vikram@example.org",
    ]  # fmt: skip


def test_managers_cannot_read_tasks_or_withdraw_other_ones(full):
    """With row-level security: the functions work for a manager, and for nobody without that
    role."""
    from accounts.database import row_security
    from tests.support.sql import ask

    cast = full
    task = cast.asha.tasks.first()
    many = {cast.manoj: 2, cast.meera: 0, cast.vikram: 0, cast.asha.user: 0, cast.esha: 0}
    for user, count in many.items():
        with row_security.web_role():
            row_security.set_actor(user)
            assert len(ask("SELECT * FROM app_open_tasks(%s)", (cast.asha.pk,))) == count, user
            if user != cast.manoj:
                taken = ask("SELECT app_withdraw_task(%s, %s)", (cast.asha.pk, task.pk))
                assert not taken, user
            assert user in (cast.meera, cast.asha.user) or not Task.objects.exists()
    with row_security.web_role():
        assert not ask("SELECT * FROM app_open_tasks(%s)", (cast.asha.pk,)), "nobody is signed in"
    with row_security.web_role():
        row_security.set_actor(cast.manoj)
        assert not ask("SELECT app_withdraw_task(%s, %s)", (cast.rohan.pk, task.pk))
