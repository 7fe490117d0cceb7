"""Sharing a result: the action's own checks, run as the owner, to whom no policy applies."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import AuditEvent
from assessments.models import Attempt, InstrumentVersion
from assessments.taking import actions as assessments
from clients.models import CareLink, SharedResult, Task
from clients.results import sharing
from clients.tasks import actions as tasks
from tests.support import cast as people


@pytest.fixture
def version(cast) -> InstrumentVersion:
    return people.questionnaire()


def attempt(version: InstrumentVersion, user, *, submitted: bool) -> Attempt:
    begun = assessments.start_attempt(version=version, by=user, target=people.IN_GENERAL)
    answers = {item.id: 4 for item in begun.questionnaire.items}
    assessments.save_answers(attempt=begun, answers=answers)
    if submitted:
        assessments.submit(attempt=begun)
        begun.refresh_from_db()
    return begun


def test_only_ones_own_submitted_attempt_can_be_shared(cast, version):
    asha, own = cast.asha, cast.asha.user
    for share in (sharing.share_result, sharing.share_attached):
        for wrong in (
            attempt(version, own, submitted=False),
            attempt(version, cast.rohan.user, submitted=True),
            attempt(version, cast.rohan.user, submitted=False),
        ):
            with pytest.raises(PermissionDenied):
                share(client=asha, attempt=wrong, by=own)
    assert not SharedResult.objects.exists()
    assert not AuditEvent.objects.filter(verb="result shared").exists()


def test_nobody_shares_or_unshares_for_another_person(cast, version):
    finished = attempt(version, cast.asha.user, submitted=True)
    for other in (cast.meera, cast.manoj, cast.rohan.user):
        with pytest.raises(PermissionDenied):
            sharing.share_result(client=cast.asha, attempt=finished, by=other)
    sharing.share_result(client=cast.asha, attempt=finished, by=cast.asha.user)
    for other in (cast.meera, cast.manoj, cast.rohan.user):
        with pytest.raises(PermissionDenied):
            sharing.unshare_result(client=cast.asha, attempt=finished, by=other)
    assert SharedResult.objects.get().attempt == finished


def test_sharing_twice_changes_nothing(cast, version):
    finished, own = attempt(version, cast.asha.user, submitted=True), cast.asha.user
    for change in (sharing.share_result, sharing.unshare_result):
        for _ in range(2):
            change(client=cast.asha, attempt=finished, by=own)
    verbs = Counter(AuditEvent.objects.filter(actor=own.pk).values_list("verb", flat=True))
    assert (verbs["result shared"], verbs["result no longer shared"]) == (1, 1)
    assert not SharedResult.objects.exists()


def given(cast, version, days_ago: float = 0) -> Task:
    task = tasks.give_task(
        client=cast.asha, by=cast.meera, title="x", text="x", instrument=version.instrument
    )
    Task.objects.filter(pk=task.pk).update(created_at=timezone.now() - timedelta(days=days_ago))
    return task


def test_sharing_closes_the_task_that_asked_for_it(cast, version):
    own = cast.asha.user
    before = attempt(version, own, submitted=True)
    task, other = given(cast, version), tasks.give_task(client=cast.asha, by=cast.meera, title="y")
    sharing.share_result(client=cast.asha, attempt=before, by=own)
    task.refresh_from_db()
    assert task.is_open, "it asks for a new measurement"
    sharing.share_result(client=cast.asha, attempt=attempt(version, own, submitted=True), by=own)
    task.refresh_from_db()
    other.refresh_from_db()
    assert task.done_at
    assert other.is_open
    assert AuditEvent.objects.filter(verb="task done", actor=own.pk).count() == 1


def test_the_page_of_a_result_offers_to_share_it(cast, version, browser_of):
    browser, mine = browser_of(cast.asha.user), attempt(version, cast.asha.user, submitted=True)
    task = given(cast, version, days_ago=1)
    where, share = f"/assessments/attempts/{mine.pk}/result/", f"/path/results/{mine.pk}/share/"
    assert "Share with my therapist" in browser.get(where).content.decode()
    answer = browser.post(share, {"share": "yes", "from": "result"}, follow=True)
    assert answer.request["PATH_INFO"] == where
    page = answer.content.decode()
    assert "Your therapist can now see this result." in page
    assert "Stop sharing" in page
    task.refresh_from_db()
    assert task.done_at
    browser.post(share, {"share": "no", "from": "result"})
    assert not SharedResult.objects.exists()
    CareLink.objects.filter(client=cast.asha, therapist=cast.meera).update(ends_at=timezone.now())
    assert "Share with my therapist" not in browser.get(where).content.decode()


def test_a_task_takes_up_what_was_begun(cast, version, browser_of):
    browser, task = browser_of(cast.asha.user), given(cast, version)
    begun = attempt(version, cast.asha.user, submitted=False)
    assert str(begun.pk) in browser.get(f"/path/tasks/{task.pk}/").content.decode()
    start = f"/assessments/{version.instrument.slug}/start/"
    assert str(begun.pk) in browser.get(start).content.decode()
    answers = {"adult": "on", "consent": "on", "target": people.IN_GENERAL}
    assert str(begun.pk) in browser.post(start, answers)["Location"]
    other = next(t for t in version.questionnaire.targets if t != people.IN_GENERAL)
    assert str(begun.pk) not in browser.post(start, answers | {"target": other})["Location"]
    Attempt.objects.update(started_at=timezone.now() - timedelta(days=29))
    assert str(begun.pk) not in browser.get(f"/path/tasks/{task.pk}/").content.decode()
    assert str(begun.pk) not in browser.post(start, answers)["Location"]
