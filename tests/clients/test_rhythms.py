"""Questionnaires on a rhythm: set by a therapist, asked for by `manage.py remind`."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.database import row_security
from accounts.models import AuditEvent, ConsentKind, Mail
from accounts.people import consents
from assessments.models import Assignment, InstrumentVersion
from clients.journey import Kind
from clients.models import Asking, CareLink, Client, Rhythm, Session, Task
from clients.path import actions as path
from clients.results import sharing
from clients.rhythm import actions, carrying_out
from clients.rhythm.queries import Rest, record_of, shown
from clients.sessions import actions as sessions
from clients.tasks import actions as tasks
from tests.support import cast as people
from tests.support.assessments.attempts import submitted
from tests.support.clocks import clock_at
from tests.support.consents import agree
from tests.support.counting import query_count
from tests.support.page_parts import markup
from tests.support.threads import at_once

DAY = timedelta(days=1)
REASON = "So that we see where you are."


@pytest.fixture
def version(cast) -> InstrumentVersion:
    return people.questionnaire()


def set_rhythm(cast, version, kind="weeks", every=12, **more) -> Rhythm:
    values = {"begins_on": timezone.localdate(), "reason": REASON} | more
    return actions.set_rhythm(
        client=cast.asha, by=cast.meera, instrument=version.instrument, kind=kind, every=every,
        **values,
    )  # fmt: skip


def run(cast, days: float = 0) -> None:
    """What the command does for Asha, some days from now."""
    carrying_out.carry_out(cast.asha.pk, timezone.now() + days * DAY)


def remind(*options: str) -> str:
    output = StringIO()
    call_command("remind", *options, stdout=output)
    return output.getvalue()


def test_the_command_asks_once_and_gives_a_task(cast, version):
    rhythm = set_rhythm(cast, version)
    assert "1 asked for, 0 reminded of, 0 ended; nothing done." in remind("--dry-run")
    assert not Task.objects.exists()
    assert "1 asked for, 0 reminded of, 0 ended." in remind()
    assert "0 asked for, 0 reminded of, 0 ended." in remind()
    task, asking = Task.objects.get(), Asking.objects.get()
    assert (asking.task, asking.rhythm) == (task, rhythm)
    assert task.title == f"Fill in: {version.questionnaire.title}"
    assert task.text == f"Dr. Meera Nair asks you for this every 12 weeks.\n\n{REASON}"
    assert (task.given_by, task.instrument) == (cast.meera, version.instrument)
    assert Assignment.objects.filter(user=cast.asha.user).exists()
    assert [mail.kind for mail in Mail.objects.filter(user=cast.asha.user)] == [
        "clients/task_given"
    ]
    event = AuditEvent.objects.get(verb="task given")
    assert (event.actor, event.client) == (None, cast.asha.pk)


def test_it_reminds_once_and_then_lets_it_be(cast, version):
    set_rhythm(cast, version)
    for days in (0, 1, 2, 3, 4, 5, 13):
        run(cast, days)
    kinds = [m.kind for m in Mail.objects.filter(user=cast.asha.user).order_by("created_at")]
    assert kinds == ["clients/task_given", "clients/task_waits"]
    assert Task.objects.open().exists()
    run(cast, 14)
    asking = Asking.objects.get()
    assert asking.expired_at
    assert asking.task.withdrawn_at
    assert not Assignment.objects.filter(user=cast.asha.user).exists()
    run(cast, 83)
    assert Asking.objects.count() == 1
    run(cast, 84)
    assert Asking.objects.count() == 2


def test_it_rests_after_three_askings_without_an_answer_until_somebody_says_go_on(
    cast, version, browser_of
):
    set_rhythm(cast, version, every=4)
    for days in (0, 28, 56, 83):
        run(cast, days)
    page = browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/results/").content.decode()
    assert "Rests because nobody answered three times" in page
    assert "Requests not answered three times" in page, "the flag, in the head of the record"
    for days in (84, 99):
        run(cast, days)
    assert Asking.objects.count() == 3
    rhythm = Rhythm.objects.get()
    where = f"/clients/{cast.asha.pk}/rhythms/{rhythm.pk}/"
    for _twice in range(2):
        with clock_at(timezone.now() + 100 * DAY):
            assert browser_of(cast.meera).post(where, {"resume": "yes"}).url.endswith("#rhythms")
    verbs = AuditEvent.objects.filter(client=cast.asha.pk, verb__startswith="rhythm re")
    assert sorted(verbs.values_list("verb", "actor")) == [
        ("rhythm rests", None), ("rhythm resumed", cast.meera.pk)
    ]  # fmt: skip
    page = browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/results/").content.decode()
    assert "Requests not answered" not in page
    # It goes on, and rests again.
    for days in (100, 128, 156, 200):
        run(cast, days)
    rhythm.refresh_from_db()
    assert (Asking.objects.count(), rhythm.rests_since is None) == (6, False)
    with transaction.atomic(), row_security.web_role():
        row_security.set_actor(cast.asha.user)
        assert Rhythm.objects.update(rests_since=None) == 0
    # A result that the client fills in and keeps tells nobody anything; one that they share does.
    with clock_at(timezone.now() + 201 * DAY):
        attempt = submitted(version, cast.asha.user, {i.id: 4 for i in version.questionnaire.items})
        run(cast)
        rhythm.refresh_from_db()
        assert rhythm.rests_since
        sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
        run(cast)
        rhythm.refresh_from_db()
        assert rhythm.rests_since is None


def test_sharing_the_result_answers_it(cast, version):
    set_rhythm(cast, version)
    run(cast)
    attempt = submitted(version, cast.asha.user, {i.id: 4 for i in version.questionnaire.items})
    assert Task.objects.open().exists()
    sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    assert Task.objects.get().done_at
    assert [one.last.state for one in shown(cast.asha, timezone.now())] == ["filled in"]
    run(cast, 27)
    assert Asking.objects.count() == 1


def test_a_session_that_is_moved_or_cancelled_takes_its_task_along(cast, version):
    set_rhythm(cast, version, "sessions", 1)
    session = sessions.plan_session(client=cast.asha, by=cast.meera, at=timezone.now() + 2 * DAY)
    run(cast)
    asking = Asking.objects.get()
    assert asking.occasion == str(session.calendar_uid)
    later = timezone.now() + 5 * DAY
    moved = sessions.move_session(session=session, by=cast.meera, at=later)
    run(cast, 0.01)
    asking.refresh_from_db()
    assert asking.day == timezone.localdate(later)
    other = sessions.plan_session(client=cast.asha, by=cast.meera, at=timezone.now() + 9 * DAY)
    sessions.record_session(session=moved, by=cast.meera, state=Session.State.MOVED)
    run(cast, 0.02)
    asking.refresh_from_db()
    assert asking.occasion == str(other.calendar_uid)
    assert Task.objects.count() == 1


def test_nobody_is_asked_while_care_rests(cast, version):
    rhythm = set_rhythm(cast, version)

    def rest() -> Rest | None:
        client = Client.objects.with_path().get(pk=cast.asha.pk)
        return record_of(client, [rhythm], timezone.now()).rest_of(rhythm)

    assert rest() is None
    path.change_path(client=cast.asha, kind=Kind.PAUSE, by=cast.meera, seen=1, reason="A break.")
    assert rest() is Rest.PATH
    run(cast)
    asha = Client.objects.get(pk=cast.asha.pk)
    path.change_path(client=asha, kind=Kind.RESUME, by=cast.meera, seen=2)
    agree(cast.asha.user, ConsentKind.DATA)
    consents.withdraw(kind=ConsentKind.DATA, by=cast.asha.user)
    assert rest() is Rest.CONSENT
    run(cast)
    agree(cast.asha.user, ConsentKind.DATA)
    CareLink.objects.create(client=cast.asha, therapist=cast.vikram)
    CareLink.objects.filter(client=cast.asha, therapist=cast.meera).update(ends_at=timezone.now())
    assert rest() is Rest.THERAPIST
    run(cast)
    assert not Task.objects.exists()
    assert not Mail.objects.filter(kind__startswith="clients/task").exists()
    values = {"kind": "weeks", "every": 8, "begins_on": timezone.localdate(), "reason": REASON}
    actions.change_rhythm(rhythm=rhythm, by=cast.vikram, seen=1, **values)
    rhythm.refresh_from_db()
    assert rest() is None
    run(cast)
    assert Task.objects.get().given_by == cast.vikram


def test_no_reminder_comes_from_somebody_who_no_longer_cares(cast, version):
    set_rhythm(cast, version)
    run(cast)
    CareLink.objects.filter(client=cast.asha, therapist=cast.meera).update(ends_at=timezone.now())
    for days in (3, 5, 9):
        run(cast, days)
    assert not Mail.objects.filter(kind="clients/task_waits").exists()


def test_a_client_who_has_the_task_already_is_not_asked_again(cast, version):
    set_rhythm(cast, version)
    given = actions.ask_now(
        client=cast.asha, by=cast.meera, instrument=version.instrument, title="Once", reason=REASON
    )
    run(cast)
    assert Task.objects.get() == given
    with pytest.raises(ValidationError, match="already"):
        actions.ask_now(
            client=cast.asha, by=cast.meera, instrument=version.instrument, title="x", reason="x"
        )
    tasks.withdraw_task(task=given, by=cast.meera)
    run(cast, 1)
    assert Asking.objects.count() == 1


def test_stopping_withdraws_what_is_open(cast, version):
    rhythm = set_rhythm(cast, version)
    run(cast)
    actions.stop_rhythm(rhythm=rhythm, by=cast.meera)
    actions.stop_rhythm(rhythm=rhythm, by=cast.meera)
    assert not Task.objects.open().exists()
    run(cast, 400)
    assert Task.objects.count() == 1
    with pytest.raises(ValidationError, match="stopped"):
        actions.change_rhythm(
            rhythm=rhythm, by=cast.meera, seen=1, kind="weeks", every=8,
            begins_on=timezone.localdate(), reason=REASON,
        )  # fmt: skip


def test_what_cannot_be_asked_for(cast, version):
    with pytest.raises(ValidationError, match="not repeated within 28 days"):
        set_rhythm(cast, version, every=3)
    set_rhythm(cast, version, every=4)
    with pytest.raises(ValidationError, match="already"):
        set_rhythm(cast, version, every=8)
    assert set_rhythm(cast, version, "steps", 7).every == 1
    for stranger in (cast.vikram, cast.manoj, cast.asha.user):
        with pytest.raises(PermissionDenied):
            actions.set_rhythm(
                client=cast.asha, by=stranger, instrument=version.instrument, kind="sessions",
                every=1, begins_on=timezone.localdate(), reason="x",
            )  # fmt: skip


def fields(version, **more) -> dict:
    return {
        "instrument": version.instrument_id, "kind": "weeks", "every": "8",
        "begins_on": "2026-11-01", "reason": REASON,
    } | more  # fmt: skip


def test_the_pages(cast, version, browser_of):
    browser, record = browser_of(cast.meera), f"/clients/{cast.asha.pk}/"
    assert "So that we can both see" in markup(browser.get(f"{record}rhythms/"))
    refused = browser.post(f"{record}rhythms/", fields(version, every="2"))
    assert refused.status_code == 422
    assert "not repeated within 28 days" in markup(refused)
    assert REASON in markup(refused)
    assert browser.post(f"{record}rhythms/", fields(version)).status_code == 302
    rhythm = Rhythm.objects.get()
    page = markup(browser.get(f"{record}results/"))
    assert "Every 8 weeks" in page
    assert REASON in page
    page_of_one = f"{record}rhythms/{rhythm.pk}/"
    changed = fields(version, kind="sessions", every="4", seen="1")
    assert browser.post(page_of_one, changed).status_code == 302
    stale = browser.post(page_of_one, changed | {"reason": "Another reason"})
    assert stale.status_code == 409
    assert "Another reason" in markup(stale)
    assert "Every 4 sessions" in markup(stale)
    assert browser.post(page_of_one, {"stop": "yes"}).status_code == 302
    assert "Nothing is asked for regularly" in markup(browser.get(f"{record}results/"))


def test_asking_now_is_one_click_and_a_confirmation(cast, version, browser_of):
    browser, record = browser_of(cast.meera), f"/clients/{cast.asha.pk}/"
    slug = version.instrument.slug
    page = markup(browser.get(f"{record}ask/?questionnaire={slug}"))
    assert "So that we can both see what changes over time." in page
    assert f'value="{version.instrument_id}" selected' in page
    asked = {"instrument": version.instrument_id, "reason": "To see."}
    assert browser.post(f"{record}ask/", asked).status_code == 302
    task = Task.objects.get()
    assert task.title == f"Fill in: {version.questionnaire.title}"
    assert browser.post(f"{record}ask/", asked).status_code == 422


def test_the_page_takes_the_same_number_of_queries(cast, version, browser_of):
    browser, where = browser_of(cast.meera), f"/clients/{cast.asha.pk}/results/"
    browser.get(where)
    set_rhythm(cast, version)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(where)
        return query_count(captured.captured_queries)

    one = queries()
    set_rhythm(cast, version, "steps", 1)
    set_rhythm(cast, version, "sessions", 1)
    for days in (0, 20, 100, 200, 300):
        run(cast, days)
    assert queries() == one


def test_only_the_clients_therapists_write_and_nobody_else_reads(cast, version):
    rhythm = set_rhythm(cast, version)
    run(cast)

    def seen(user) -> tuple[int, int]:
        with transaction.atomic(), row_security.web_role():
            row_security.set_actor(user)
            return Rhythm.objects.count(), Asking.objects.count()

    assert {name: seen(user) for name, user in cast.users().items()} == {
        name: (1, 1) if name in ("owner client", "assigned therapist") else (0, 0)
        for name in cast.users()
    }
    for user, change in (
        (cast.asha.user, {"every": 2}),
        (cast.meera, {"set_by": cast.vikram}),
        (cast.meera, {"client": cast.rohan}),
    ):
        with transaction.atomic(), row_security.web_role():
            row_security.set_actor(user)
            try:
                with transaction.atomic():
                    assert Rhythm.objects.filter(pk=rhythm.pk).update(**change) == 0
            except DatabaseError:
                pass
        rhythm.refresh_from_db()
        assert (rhythm.every, rhythm.set_by, rhythm.client) == (12, cast.meera, cast.asha)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_task():
    cast = people.make()
    version = people.questionnaire()
    set_rhythm(cast, version)
    now = timezone.now()
    found = at_once(lambda _n: carrying_out.carry_out(cast.asha.pk, now), 2)
    assert sorted(map(len, found)) == [0, 1]
    assert Task.objects.count() == Asking.objects.count() == 1
    assert Mail.objects.filter(kind="clients/task_given").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_run_leaves_the_first_alone():
    at_work = threading.Barrier(2)

    def run_it(_number: int) -> bool:
        with carrying_out.alone() as first:
            at_work.wait()
            return first

    assert sorted(at_once(run_it, 2)) == [False, True]
