"""Sharing a result: the action's own checks, run as the owner, to whom no policy applies."""

from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from assessments.models import Attempt, InstrumentVersion
from assessments.taking import actions as assessments
from clients.models import SharedResult
from clients.results import sharing
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
