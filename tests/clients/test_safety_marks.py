"""Marks of what was done for safety: made and removed by therapists, never shown to the client."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.database import row_security
from accounts.models import AuditEvent
from clients.audit_verbs import CareVerb
from clients.models import SafetyMark, StepEvent, Task
from clients.path import actions, queries
from clients.path.labels import REASONS
from clients.rights import export
from tests.support.counting import query_count
from tests.support.sql import refused

REVIEWED, VIOLENCE, SETTLING = SafetyMark.Kind


def marks(client) -> list[str]:
    return sorted(client.safety_marks.values_list("kind", flat=True))


def verbs(client) -> list[str]:
    mine = AuditEvent.objects.filter(client=client.pk, verb__startswith="safety mark")
    return list(mine.order_by("at").values_list("verb", flat=True))


def seen_by(user) -> int:
    with row_security.web_role():
        row_security.set_actor(user)
        return SafetyMark.objects.count()


def test_a_therapist_notes_and_removes_what_they_did(cast, browser_of):
    browser, page = browser_of(cast.meera), f"/clients/{cast.asha.pk}/path/"
    address, today = f"/clients/{cast.asha.pk}/safety-marks/", str(timezone.localdate())
    shown = browser.get(page).content.decode()
    assert shown.count("not yet") == 3
    for _twice in range(2):  # A double click.
        answer = browser.post(address, {"kinds": [REVIEWED, SETTLING], "on": today})
        assert answer.url == f"{page}#safety"
    assert marks(cast.asha) == [REVIEWED, SETTLING]
    assert verbs(cast.asha) == [CareVerb.SAFETY_MARKED] * 2
    shown = browser.get(page).content.decode()
    assert shown.count("not yet") == 1
    mine = cast.asha.safety_marks.get(kind=REVIEWED)
    browser.post(address, {"remove": str(mine.pk)})
    browser.post(address, {"remove": str(mine.pk)})
    browser.post(address, {"remove": "nonsense"})
    assert marks(cast.asha) == [SETTLING]
    assert verbs(cast.asha)[2:] == [CareVerb.SAFETY_UNMARKED]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"on": "2026-01-05"}, "Please choose what you did."),
        ({"kinds": ["dance"], "on": "2026-01-05"}, "is not one of the available choices"),
        ({"kinds": ["reviewed"], "on": ""}, "This field is required."),
        ({"kinds": ["reviewed"], "on": "2036-01-01"}, "This day is still to come."),
    ],
)
def test_a_faulty_form_comes_back(cast, browser_of, data, says):
    answer = browser_of(cast.meera).post(f"/clients/{cast.asha.pk}/safety-marks/", data)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not marks(cast.asha)


def test_only_therapists_in_care_mark_and_only_their_own_are_removed(cast, browser_of):
    today = timezone.localdate()
    with pytest.raises(PermissionDenied):
        actions.mark_safety(client=cast.asha, kinds=[REVIEWED], on=today, by=cast.vikram)
    with pytest.raises(ValidationError):
        actions.mark_safety(client=cast.asha, kinds=["dance"], on=today, by=cast.meera)
    other = SafetyMark.objects.create(client=cast.asha, kind=VIOLENCE, on=today, by=cast.farah)
    actions.unmark_safety(client=cast.asha, mark=other.pk, by=cast.meera)
    assert marks(cast.asha) == [VIOLENCE]
    for kind in (VIOLENCE, "dance"):
        with pytest.raises(IntegrityError), transaction.atomic():
            SafetyMark.objects.create(client=cast.asha, kind=kind, on=today, by=cast.farah)


def test_the_client_never_reads_of_them(cast, browser_of):
    """Neither on a page nor in the download: others may look over their shoulder."""
    for kind in SafetyMark.Kind:
        actions.mark_safety(client=cast.asha, kinds=[kind], on=timezone.localdate(), by=cast.meera)
    browser = browser_of(cast.asha.user)
    pages = [browser.get(path).content.decode() for path in ("/path/", "/path/looks/")]
    assert "worked on notes" in pages[1]
    for page in pages:
        for word in ("violence", "Violence", "safety mark", "settle"):
            assert word not in page.split("<main", 1)[1].split("</main")[0], word
    assert export.gather(cast.asha)["clients.SafetyMark"] == []
    readers = (cast.asha.user, cast.vikram, cast.farah, cast.manoj, cast.meera)
    assert [seen_by(user) for user in readers] == [0, 0, 0, 0, 3]


def test_the_database_keeps_them_as_they_are(cast):
    today = timezone.localdate()
    mine = SafetyMark.objects.create(client=cast.asha, kind=REVIEWED, on=today, by=cast.meera)
    theirs = SafetyMark.objects.create(client=cast.asha, kind=REVIEWED, on=today, by=cast.farah)
    with row_security.web_role():
        row_security.set_actor(cast.meera)
        assert refused('UPDATE clients_safetymark SET "on" = current_date - 9')
        assert refused(
            'INSERT INTO clients_safetymark (id, client_id, kind, "on", by_id, at) VALUES'
            f" (gen_random_uuid(), '{cast.asha.pk}', 'violence asked', current_date,"
            f" '{cast.farah.pk}', now())"
        )
        SafetyMark.objects.filter(pk__in=[mine.pk, theirs.pk]).delete()
    assert set(SafetyMark.objects.values_list("pk", flat=True)) == {theirs.pk}


def on_step(client, step: int, by, days_ago: int = 20) -> None:
    for number in range(2, step + 1):
        at = timezone.now() - timedelta(days=days_ago) + timedelta(minutes=number)
        StepEvent.objects.create(client=client, sequence=number, step_id=number, at=at, by=by)
    client.__dict__.pop("journey", None)


@pytest.mark.parametrize(
    ("step", "to", "asked", "reason"),
    [
        (1, 2, None, ""), (2, 3, None, ""), (2, 3, (REVIEWED, 31), ""), (2, 3, (REVIEWED, 5), ""),
        (2, 3, (SETTLING, 300), ""), (3, 4, None, ""), (5, 6, None, ""), (5, 6, (VIOLENCE, 21), ""),
        (5, 6, (VIOLENCE, 20), ""), (5, 7, None, ""), (5, 3, None, ""), (5, 3, None, "to rest"),
        (7, 8, None, ""),
    ],
)  # fmt: skip
def test_the_page_and_the_action_give_the_same_reasons(
    cast, browser_of, monkeypatch, step, to, asked, reason
):
    """What the page shows before a move is what the action judges by, warnings included."""
    client, verdicts = cast.asha, []
    on_step(client, step, cast.meera)
    Task.objects.create(client=client, step_id=step, title="A walk", given_by=cast.meera)
    if asked:
        kind, days_ago = asked
        day = timezone.localdate() - timedelta(days=days_ago)
        SafetyMark.objects.create(client=client, kind=kind, on=day, by=cast.meera)
    judge = queries.judge
    monkeypatch.setattr(
        queries, "judge", lambda *args, **kw: verdicts.append(judge(*args, **kw)) or verdicts[-1]
    )
    browser, address = browser_of(cast.meera), f"/clients/{client.pk}/move/"
    shown = browser.get(f"{address}?to={to}").context
    answer = browser.post(address, {"to": to, "seen": step, "reason": reason})
    on_page, in_action = verdicts[0], verdicts[1]
    assert on_page.warnings == in_action.warnings
    assert shown["clinical"] == [REASONS[code] for code in in_action.clinical]
    assert len(shown["warnings"]) == len(in_action.administrative)
    assert (answer.status_code == 302) == in_action.allowed
    if not in_action.allowed:
        told = answer.context["blockers"] or answer.context["form"].errors
        assert told
        assert set(on_page.blockers) <= set(in_action.blockers), "no reason was asked for yet"
    assert client.step_events.filter(sequence=step + 1).exists() == in_action.allowed


def test_a_sessions_day_counts_until_it_ends(cast):
    """A review noted for today counts from the first minute, and one of thirty days ago still."""
    on_step(cast.asha, 2, cast.meera)
    now = timezone.now()
    for days_ago in (0, 30):
        SafetyMark.objects.all().delete()
        day = timezone.localdate(now) - timedelta(days=days_ago)
        actions.mark_safety(client=cast.asha, kinds=[REVIEWED], on=day, by=cast.meera)
        verdict = queries.judge(cast.asha, 3, now=now, reason="")
        assert [str(code) for code in verdict.clinical] == ["no settling skill"], days_ago


def test_the_page_asks_as_often_with_many_marks(cast, browser_of):
    browser, page, counts = browser_of(cast.meera), f"/clients/{cast.asha.pk}/path/", []
    browser.get(page)
    for many in (2, 20):
        SafetyMark.objects.all().delete()
        for number in range(many):
            day = timezone.localdate() - timedelta(days=number)
            SafetyMark.objects.create(client=cast.asha, kind=REVIEWED, on=day, by=cast.meera)
        with CaptureQueriesContext(connection) as queries_made:
            browser.get(page)
        counts.append(query_count(queries_made))
    assert counts[0] == counts[1]
