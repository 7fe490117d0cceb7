"""Reliable change between results: stored for lists, shown on the caseload, counted in
statistics."""

import re
from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from assessments.models import InstrumentVersion, ScaleFact
from clients.dates import Span
from clients.models import AnonymousStatistic, Client, Erasure, ReliableChange, Step, StepEvent
from clients.models.result import ChangeVerdict
from clients.path import actions as path_actions
from clients.results import sharing
from clients.rights import erasure
from clients.statistics import practice
from psywellpath.demonstration.load import submit_attempt
from tests.support import cast as people
from tests.support.clients.erasing import granted
from tests.support.consents import count, count_clients
from tests.support.page_parts import markup

ALL = Span(date(2020, 1, 1), date(2099, 12, 31))
HIGH, LOW, MIDDLE = (5.4, 3.0), (2.2, 3.0), (4.9, 3.0)


def know_the_error(version: InstrumentVersion, kind=ScaleFact.Kind.RETEST) -> None:
    for scale in ("anxiety", "avoidance"):
        named = "retest" if kind == ScaleFact.Kind.RETEST else "alpha"
        ScaleFact.objects.create(
            version=version, scale_id=scale, kind=kind, sample="A test",
            source="A test", numbers={"kind": named, "value": 0.9, "sd": 1.0},
        )  # fmt: skip


def measure(client: Client, version: InstrumentVersion, *levels) -> None:
    """Shared results, 60 days apart, the last one yesterday."""
    for back, level in zip(range(len(levels) - 1, -1, -1), levels, strict=True):
        at = timezone.now() - timedelta(days=1 + 60 * back)
        attempt = submit_attempt(client.user, version, level, at)
        sharing.share_result(client=client, attempt=attempt, by=client.user)


def verdicts(client: Client) -> dict[str, str]:
    return {change.scale: change.since_first for change in client.changes.all()}


def test_a_verdict_needs_two_results_and_a_reliability(cast):
    version = people.questionnaire()
    measure(cast.asha, version, LOW)
    assert verdicts(cast.asha) == {}, "measured once"
    measure(cast.asha, version, HIGH)
    unknown = ChangeVerdict.UNKNOWN
    assert verdicts(cast.asha) == {"anxiety": unknown, "avoidance": unknown}
    know_the_error(version)
    assert verdicts(cast.asha)["anxiety"] == unknown, "until it is recomputed"
    output = StringIO()
    call_command("recount", stdout=output)
    assert output.getvalue().endswith("changes of 1 clients; answers of 0 people counted.\n")
    assert verdicts(cast.asha)["anxiety"] == ChangeVerdict.HIGHER


def test_a_reliability_that_a_manager_adds_is_computed_with_at_once(cast, browser_of):
    """Without a command."""
    version = people.questionnaire()
    measure(cast.asha, version, LOW, HIGH)
    measure(cast.rohan, version, LOW)
    answer = browser_of(cast.manoj).post(
        "/admin/assessments/scalefact/add/",
        {
            "scale": f"{version.pk}/anxiety", "kind": "retest", "value": "0.9", "sd": "1",
            "sample": "A test", "source": "A test",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert verdicts(cast.asha) == {
        "anxiety": ChangeVerdict.HIGHER, "avoidance": ChangeVerdict.UNKNOWN,
    }  # fmt: skip
    assert verdicts(cast.rohan) == {}


def test_each_dimension_is_compared_with_the_first_result_only(cast):
    version = people.questionnaire()
    know_the_error(version)
    measure(cast.asha, version, HIGH, LOW, MIDDLE)
    steady = ChangeVerdict.NEITHER
    # Reliably higher than the one before, which would be a second chance of a false alarm.
    assert verdicts(cast.asha) == {"anxiety": steady, "avoidance": steady}
    assert not ReliableChange.objects.higher().exists()
    last = cast.asha.shared_results.first().attempt
    sharing.unshare_result(client=cast.asha, attempt=last, by=cast.asha.user)
    assert verdicts(cast.asha)["anxiety"] == ChangeVerdict.LOWER, (
        "an unshared result does not count"
    )


def test_alpha_alone_raises_no_flag(cast, browser_of):
    version = people.questionnaire()
    know_the_error(version, ScaleFact.Kind.RELIABILITY)
    measure(cast.asha, version, LOW, HIGH)
    assert set(verdicts(cast.asha).values()) == {ChangeVerdict.UNKNOWN}
    page = markup(browser_of(cast.meera).get("/caseload/"))
    assert "eliably" not in page
    assert "higher by" in page


def flagged(client: Client) -> set[str]:
    return set(client.changes.unchanged().values_list("scale", flat=True))


def test_three_results_without_reliable_change(cast, browser_of):
    version = people.questionnaire()
    measure(cast.asha, version, HIGH, MIDDLE)
    know_the_error(version)
    call_command("recount", stdout=StringIO())
    assert flagged(cast.asha) == set(), "two results are too few"
    measure(cast.asha, version, MIDDLE)
    assert flagged(cast.asha) == {"anxiety", "avoidance"}
    browser = browser_of(cast.meera)
    assert "No reliable change over three results: " in markup(browser.get("/caseload/?needs=on"))
    page = markup(browser.get(f"/clients/{cast.asha.pk}/results/"))
    assert "Think it through in a note" in page
    measure(cast.asha, version, LOW)
    assert flagged(cast.asha) == set(), "one dimension is reliably lower"


def test_nothing_is_said_too_soon_or_of_other_versions(cast):
    version = people.questionnaire()
    know_the_error(version)
    first = timezone.now() - timedelta(days=27)
    for days in (0, 13, 27):
        attempt = submit_attempt(cast.asha.user, version, HIGH, first + timedelta(days=days))
        sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    assert flagged(cast.asha) == set()


def test_the_checklist_becomes_a_draft_by_one_click(cast, browser_of):
    version = people.questionnaire()
    know_the_error(version)
    measure(cast.asha, version, HIGH, MIDDLE, MIDDLE)
    browser = browser_of(cast.meera)
    where = f"/clients/{cast.asha.pk}/notes/begin/when-little-changes/"
    key = str(uuid4())
    first, second = (browser.post(where, {"key": key}) for _ in range(2))
    draft = cast.asha.notes.get()
    assert first["Location"] == second["Location"] == draft.get_absolute_url()
    assert (draft.author, draft.audience, draft.signed_at) == (cast.meera, "private", None)
    assert "Between us" in draft.text
    assert browser.post(where.replace("when-little", "no-such")).status_code == 404
    assert browser_of(cast.vikram).post(where, {"key": key}).status_code == 404


def test_lists_compare_with_the_first_result(cast, browser_of):
    version = people.questionnaire()
    know_the_error(version)
    measure(cast.asha, version, HIGH, LOW, MIDDLE)
    record = markup(browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/"))
    assert re.search(r"lower by 0\.\d\s+since the first", record)
    assert "<strong>reliably</strong>" not in record


def test_the_caseload_shows_a_reliable_change(cast, browser_of):
    version = people.questionnaire()
    know_the_error(version)
    measure(cast.asha, version, LOW, HIGH)
    page = markup(browser_of(cast.meera).get("/caseload/"))
    assert "Reliably higher: " in page
    assert "Avoidance" not in page.split("Reliably higher: ")[1].split("<")[0]
    assert re.search(r"<strong>reliably</strong>\s+higher by", page)
    record = markup(browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/"))
    assert "<strong>reliably</strong> higher by" in record


def test_statistics_count_changes_and_suppress_small_cells(cast, browser_of):
    version = people.questionnaire()
    know_the_error(version)
    for number in range(11):
        person = people.person(f"m{number}@example.org", f"Canary {number}")
        levels = (HIGH, LOW) if number < 6 else (HIGH, MIDDLE)
        measure(people.in_care(person, cast.meera), version, *levels)
    assert practice.statistics(ALL)["changes"] == [], "nobody has agreed to be counted"
    count_clients()
    anxiety, avoidance = practice.statistics(ALL)["changes"]
    assert (anxiety.counts, anxiety.lower_share) == ((6, 5, 0, 0), 55)
    assert (avoidance.counts, avoidance.lower_share) == ((0, 11, 0, 0), 0)
    page = browser_of(cast.manoj).get("/practice/figures/").content.decode()
    assert "55 %" in page
    assert "2 or 3 of 100 people would still be reliably lower by chance" in page
    assert "Canary" not in page
    Client.objects.filter(user__name="Canary 10").delete()
    anxiety, _avoidance = practice.statistics(ALL)["changes"]
    assert (anxiety.counts, anxiety.lower_share) == ((None, None, 0, 0), None)


def test_an_erased_client_still_counts(cast):
    version = people.questionnaire()
    know_the_error(version)
    measure(cast.asha, version, HIGH, LOW)
    count(cast.asha.user)
    granted(cast.asha, cast.manoj)
    erasure.erase(client=cast.asha)
    assert not ReliableChange.objects.exists()
    assert Erasure.objects.count() == 1
    stored = AnonymousStatistic.objects.filter(kind="change").values_list("scale", "verdict")
    assert set(stored) == {("anxiety", "lower"), ("avoidance", "neither")}


def test_the_usual_stay_needs_five_people(cast):
    now = timezone.now()
    for number, days in enumerate((10, 20, 30, 40, 50)):
        call_command("recount", stdout=StringIO())
        assert Step.objects.get(number=1).usual_days is None
        start = now - timedelta(days=100)
        client = people.in_care(people.person(f"u{number}@example.org", "U"), cast.meera, days=100)
        count(client.user)
        at = start + timedelta(days=days)
        StepEvent.objects.create(client=client, sequence=2, step_id=2, at=at, by=cast.meera)
    call_command("recount", dry_run=True, stdout=StringIO())
    assert Step.objects.get(number=1).usual_days is None
    call_command("recount", stdout=StringIO())
    step = Step.objects.get(number=1)
    assert (step.usual_days, step.long_days) == (30, 40)


def test_the_chart_shows_the_steps_behind_the_scores(cast, browser_of):
    version = people.questionnaire()
    measure(cast.asha, version, HIGH, LOW)
    path_actions.move(client=cast.asha, to=2, by=cast.meera, seen=1)
    for where in ("", "over-time/closeness/"):
        page = markup(browser_of(cast.meera).get(f"/clients/{cast.asha.pk}/{where}"))
        assert page.count('class="period"') == page.count('class="period other"') == 1
        assert page.count('class="point"') >= 2
    own = browser_of(cast.asha.user).get("/assessments/closeness/over-time/").content.decode()
    assert "ground" not in own, "the questionnaires' own pages show no steps"


@pytest.mark.parametrize("who", ["meera", "manoj"])
def test_usual_and_direction_are_for_therapists(cast, browser_of, who):
    Step.objects.filter(number=1).update(usual_days=12, long_days=99)
    answer = browser_of(getattr(cast, who)).get("/caseload/")
    assert ("usually 12" in answer.content.decode()) == (who == "meera")
