"""What `recompute_results` and `expire_attempts` do and print."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import DataKey
from assessments.models import Answer, Attempt, Result
from assessments.scoring import engine
from tests.support.assessments.attempts import published, started, submitted


@pytest.fixture
def version(db):
    return published()


def run(capsys, *command: str) -> str:
    capsys.readouterr()
    call_command(*command)
    return capsys.readouterr().out


def test_recomputing_finds_no_difference(version, capsys):
    for _ in range(3):
        submitted(version)
    started(version, answers={"q1": 1})
    output = run(capsys, "recompute_results", "--write")
    assert "3 attempts scored again by engine 1: 0 differ, 0 new results" in output
    assert Result.objects.count() == 3


def test_results_of_another_engine_are_added_only_on_request(version, capsys, monkeypatch):
    attempt, same = submitted(version), submitted(version, answers={"q1": 4, "q2": 4})
    score = engine.score

    def one_more(instrument, answers):
        result = score(instrument, answers)
        if len(answers) < 4:
            return result
        scales = [
            engine.ScaleScore(s.scale_id, s.total + 1, s.answered, s.items, s.max_missing)
            for s in result.scales
        ]
        return engine.result_of(instrument, scales)

    monkeypatch.setattr(engine, "score", one_more)
    monkeypatch.setattr(engine, "ENGINE_VERSION", "2")
    output = run(capsys, "recompute_results")
    assert f"attempt {attempt.pk}: engine 1 -> 2: anxiety 11 of 2/2 -> 12 of 2/2" in output
    assert "2 attempts scored again by engine 2: 1 differ, nothing written" in output
    assert str(same.pk) not in output
    assert Result.objects.count() == 2
    output = run(capsys, "recompute_results", "--write")
    assert "1 differ, 1 new results written beside the old ones" in output
    stored = list(Result.objects.filter(attempt=attempt).order_by("created_at"))
    assert [row.engine_version for row in stored] == ["1", "2"]
    assert [row.scored.mean("anxiety") for row in stored] == [5.5, 6]
    fresh = Attempt.objects.for_reading().get(pk=attempt.pk)
    assert fresh.result.engine_version == "2"
    assert "0 differ" in run(capsys, "recompute_results", "--write")


def test_a_difference_without_a_new_engine_is_reported_and_numbered(version, capsys):
    attempt = submitted(version)
    Result.objects.all().delete()
    wrong = engine.score(version.questionnaire, {"q1": 1, "q2": 1, "q3": 1, "q4": 1})
    Result.of(attempt, wrong).save()
    output = run(capsys, "recompute_results", "--write")
    assert "1 differ, 1 new results" in output
    versions = Result.objects.order_by("created_at").values_list("engine_version", flat=True)
    assert list(versions) == ["1", "1.r2"]


def test_expiry_reports_what_it_deleted(version, capsys, cast, settings):
    settings.ANONYMOUS_ATTEMPT_DAYS = 30
    old, owned, young = submitted(version), submitted(version, by=cast.asha.user), started(version)
    unfinished = started(version, answers={"q1": 1})
    long_ago = timezone.now() - timedelta(days=30, minutes=1)
    Attempt.objects.filter(pk__in=[old.pk, owned.pk, unfinished.pk]).update(started_at=long_ago)
    output = run(capsys, "expire_attempts", "--dry-run")
    assert output.startswith("Would delete 2 anonymous attempts begun before")
    assert Attempt.objects.count() == 4
    keys = set(DataKey.objects.values_list("subject", flat=True))
    assert {old.pk, unfinished.pk, cast.asha.user_id} <= keys
    output = run(capsys, "expire_attempts")
    assert set(DataKey.objects.values_list("subject", flat=True)) == keys - {old.pk, unfinished.pk}
    assert output.startswith("Deleted 2 anonymous attempts begun before")
    assert "(30 days ago), with 5 answers and 1 results; 1 more recent ones are kept." in output
    assert set(Attempt.objects.all()) == {owned, young}
    assert Answer.objects.count() == 4
    assert Result.objects.count() == 1
    assert run(capsys, "expire_attempts").startswith("Deleted 0 anonymous attempts")


def test_the_page_says_until_when_it_is_kept_and_deletes_at_once(version, browser_of):
    attempt = submitted(version)
    page = browser_of().get(attempt.get_result_url()).content.decode()
    assert "Unless you keep it in an account, it is deleted on" in page
    assert attempt.expires_at == attempt.started_at + timedelta(days=30)
    browser_of().post(f"{attempt.get_absolute_url()}delete/")
    counts = [model.objects.count() for model in (Attempt, Answer, Result)]
    assert counts == [0, 0, 0]
