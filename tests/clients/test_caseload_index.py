"""The caseload index that triggers keep always agrees with what the journey engine derives."""

from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clients import journey
from clients.models import CaseloadIndex, Client, Session, StepEvent
from clients.results import sharing
from psywellpath.demonstration.load import submit_attempt
from tests.support import cast as people

NOW = timezone.now()


class TestStanding(TestCase):
    """Each example runs in a transaction that is rolled back."""

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from([*range(1, 8), *journey.Kind]), max_size=20), st.booleans())
    def test_any_path(self, wishes, at_once):
        client = people.in_care(people.person("h@example.org", "H"), None)
        events = []
        for wish in wishes:
            where = Client.objects.get(pk=client.pk).journey if not at_once else replay(events)
            kind = wish if isinstance(wish, journey.Kind) else journey.Kind.MOVE
            step = wish if isinstance(wish, int) else where.step
            if not can(where, kind, step):
                continue
            at = client.created_at + timedelta(days=where.version)
            if kind is journey.Kind.UNDO:
                step, at = where.before_move.step, where.since + journey.UNDO_WITHIN
            events.append(
                StepEvent(
                    client=client, sequence=where.version + 1, kind=kind.value, step_id=step,
                    at=at, by=client.user,
                )
            )  # fmt: skip
            if not at_once:
                events[-1].save(force_insert=True)
        if at_once:
            StepEvent.objects.bulk_create(events)
        derived = Client.objects.get(pk=client.pk).journey
        stored = CaseloadIndex.objects.get(client=client)
        assert (stored.step_id, stored.since) == (derived.step, derived.since)
        assert journey.BECOMES[journey.Kind(stored.last_kind)] == derived.status


def replay(events) -> journey.Journey:
    first = journey.Event(1, 1, NOW)
    return journey.replay(
        [first, *(journey.Event(e.sequence, e.step_id, e.at, kind=e.kind) for e in events)]
    )


def can(where: journey.Journey, kind: journey.Kind, step: int) -> bool:
    if kind is journey.Kind.UNDO:
        return where.before_move is not None
    return step in where.possible if kind == journey.Kind.MOVE else kind in where.possible_changes


def test_the_last_session_held(cast):
    def stored():
        return CaseloadIndex.objects.get(client=cast.asha).last_contact

    assert stored() is None
    days = [NOW - timedelta(days=n) for n in (3, 9, 1)]
    sessions = [
        Session.objects.create(client=cast.asha, therapist=cast.meera, at=at) for at in days
    ]
    assert stored() is None, "a planned session is not a held one"
    for session in sessions[:2]:
        session.state, session.recorded_at = Session.State.HELD, NOW
        session.save()
    assert stored() == days[0]
    sessions[0].state = Session.State.MISSED
    sessions[0].save()
    assert stored() == days[1]


def test_the_last_session_planned(cast):
    def stored():
        return CaseloadIndex.objects.get(client=cast.asha).planned_at

    sessions = [
        Session.objects.create(client=cast.asha, therapist=cast.meera, at=NOW + timedelta(days=n))
        for n in (3, 9)
    ]
    assert stored() == sessions[1].at
    sessions[1].state, sessions[1].recorded_at = Session.State.MOVED, NOW
    sessions[1].save()
    assert stored() == sessions[0].at
    StepEvent.objects.create(client=cast.asha, sequence=2, step_id=2)
    assert stored() == sessions[0].at
    Session.objects.filter(pk=sessions[0].pk).update(state=Session.State.HELD, recorded_at=NOW)
    assert stored() is None


def test_when_care_began(cast):
    assert CaseloadIndex.objects.get(client=cast.asha).care_began == cast.asha.created_at
    earlier = cast.asha.created_at - timedelta(days=9)
    Client.objects.filter(pk=cast.asha.pk).update(created_at=earlier)
    assert CaseloadIndex.objects.get(client=cast.asha).care_began == earlier


def test_the_index_is_visible_as_clients_are(cast):
    for user in [*filter(None, cast.users().values()), cast.neeshu]:
        clients = set(Client.objects.visible_to(user).values_list("pk", flat=True))
        assert {s.pk for s in CaseloadIndex.objects.visible_to(user)} == clients, user


def test_when_a_client_was_last_measured(cast):
    def stored():
        return CaseloadIndex.objects.get(client=cast.asha).measured_at

    def not_measured(weeks: int) -> bool:
        index = CaseloadIndex.objects.not_measured_for(weeks, NOW)
        return index.filter(client=cast.asha).exists()

    version = people.questionnaire()
    assert stored() is None
    assert not_measured(4)
    assert not not_measured(5), "they have been in care for 30 days"
    times = [NOW - timedelta(days=n) for n in (9, 20)]
    attempts = [submit_attempt(cast.asha.user, version, (3.0, 3.0), at) for at in times]
    for attempt in attempts:
        sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    assert stored() == attempts[0].submitted_at
    assert not_measured(1)
    assert not not_measured(2)
    sharing.unshare_result(client=cast.asha, attempt=attempts[0], by=cast.asha.user)
    assert stored() == attempts[1].submitted_at
    sharing.unshare_result(client=cast.asha, attempt=attempts[1], by=cast.asha.user)
    assert stored() is None
