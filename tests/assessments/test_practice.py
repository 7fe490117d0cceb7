"""Statistics of a version in the practice, from 30 people on, and own norms, switched by hand."""

import pytest
from django.core.management import call_command

from assessments.models import Attempt, ScaleFact
from assessments.practice_data import actions
from assessments.practice_data import queries as practice_data
from assessments.results.context import read
from assessments.scoring.engine import score
from assessments.statistics.groups import alpha_of, item_rest, own_norms, quantile, statistics
from assessments.statistics.totals import add
from tests.support.assessments.attempts import (
    ADULT,
    answers_of,
    fields,
    published,
    started,
    submitted,
    submitted_by_many,
)
from tests.support.assessments.files import instrument
from tests.support.cast import person
from tests.support.consents import count

NUMPY = pytest.importorskip("numpy")


@pytest.fixture
def version(db):
    return published()


@pytest.fixture
def manager(browser_of, cast):
    return browser_of(cast.manoj)


def counted(version) -> int:
    return actions.count_waiting(version=version)


def page(browser, version) -> str:
    return browser.get(f"/practice/measurement/{version.pk}/").content.decode()


def test_no_statistics_of_fewer_than_thirty_people(version, manager, cast):
    submitted_by_many(version, 29)
    # Ten more attempts by the same person count as one more person.
    submitted_by_many(version, 10, user=cast.rohan.user, start=50)
    # Their owner agrees to statistics; another's attempt is left out.
    count(cast.rohan.user)
    submitted_by_many(version, 1, user=cast.asha.user, start=70)
    Attempt.objects.filter(user=None).first().delete()
    call_command("recount")
    shown = page(manager, version)
    assert "Too few people yet" in shown
    assert "alpha" not in shown
    submitted_by_many(version, 1, start=90)
    assert "Too few people yet" in page(manager, version), "nobody is counted by a request"
    call_command("recount")
    shown = page(manager, version)
    assert "30 people, counted up to" in shown
    assert "Cronbach" in shown
    assert "can be switched on once 100 people are counted" in shown
    assert manager.get("/practice/measurement/").content.decode().count("40") >= 1


def test_people_are_counted_once_and_in_whole_batches(version):
    submitted_by_many(version, 19)
    assert [counted(version), counted(version)] == [10, 0]
    submitted_by_many(version, 1, start=30)
    assert [counted(version), counted(version)] == [10, 0]
    assert practice_data.totals(version)["anxiety"].people == 20
    assert Attempt.objects.filter(counted=True).count() == 20


def test_those_who_submitted_first_are_counted_first(version):
    submitted_by_many(version, 10)
    later = [submitted(version) for _ in range(3)]
    assert counted(version) == 10
    assert set(Attempt.objects.filter(counted=False)) == set(later)


def test_only_whole_first_attempts_are_counted(version, cast):
    """Someone who left a statement out is not counted, nor by their second attempt."""
    submitted_by_many(version, 9)
    count(cast.rohan.user)
    submitted(version, by=cast.rohan.user, answers={"q1": 3, "q3": 2, "q4": 5})
    submitted(version, by=cast.rohan.user)
    started(version, answers={"q1": 1, "q2": 1, "q3": 1, "q4": 1})
    assert counted(version) == 0
    submitted_by_many(version, 1, start=30)
    assert counted(version) == 10


def test_who_leaves_changes_nothing(version, manager, browser_of):
    """The page before and after one more person, and after people who were counted have left."""

    def shown() -> list[object]:
        context = manager.get(f"/practice/measurement/{version.pk}/").context
        return [context[name] for name in ("people", "counted_at", "scales", "own_norms")]

    submitted_by_many(version, 30)
    counted(version)
    before = shown()
    browser = browser_of()
    address = browser.post("/assessments/small/start/", ADULT)["Location"]
    browser.post(address, fields({"q1": 1, "q2": 7, "q3": 1, "q4": 7}))
    browser.post(f"{address}review/")
    counted(version)
    assert shown() == before
    Attempt.objects.filter(pk__in=Attempt.objects.order_by("submitted_at")[:4]).delete()
    browser.post(f"{address}delete/")
    assert Attempt.objects.count() == 26
    counted(version)
    assert shown() == before


def test_statistics_against_numpy():
    questionnaire = instrument()
    group = [answers_of(number) for number in range(60)]
    totals = add(questionnaire, {}, group)
    result = statistics(questionnaire, totals)[0]
    rows = NUMPY.array([[a["q1"], 8 - a["q2"]] for a in group])
    means = rows.mean(axis=1)
    covariance = NUMPY.cov(rows.T)
    assert result.mean == pytest.approx(means.mean(), abs=0.05)
    assert result.sd == pytest.approx(means.std(ddof=1), abs=0.05)
    alpha = alpha_of(totals["anxiety"])
    assert alpha == pytest.approx(2 * (1 - covariance.trace() / covariance.sum()))
    assert result.alpha == round(alpha, 2)
    assert item_rest(totals["anxiety"])[0] == pytest.approx(NUMPY.corrcoef(rows.T)[0, 1])
    assert sum(bar.share for bar in result.bars) == pytest.approx(100, abs=15)
    assert all(bar.share % 5 == 0 for bar in result.bars)
    ordered = sorted(score(questionnaire, a).mean("anxiety") for a in group)
    assert totals["anxiety"].scores() == ordered
    for percent in (5, 10, 25, 50, 75, 90, 95):
        theirs = NUMPY.percentile([float(mean) for mean in ordered], percent)
        assert float(quantile(ordered, percent)) == pytest.approx(theirs)


def test_own_norms_only_on_request_and_from_a_hundred_people(version, manager, cast):
    submitted_by_many(version, 99)
    counted(version)
    totals = practice_data.totals(version)
    assert (totals["anxiety"].people, own_norms(version.questionnaire, totals)) == (90, {})
    manager.post(f"/practice/measurement/{version.pk}/", {"own_norms": "on"})
    assert not ScaleFact.objects.exists()
    submitted_by_many(version, 1, start=200)
    new = person("new@example.org", "New")
    count(new)
    attempt = submitted(version, by=new)
    counted(version)
    assert read(attempt).dimensions[0].comparison == "", "never without a request"
    assert "Compare with our own data" in page(manager, version)
    manager.post(f"/practice/measurement/{version.pk}/", {"own_norms": "on"})
    facts = list(ScaleFact.objects.all())
    assert [(f.own, f.kind, f.added_by) for f in facts] == [(True, "norms", cast.manoj)] * 2
    assert facts[0].numbers["n"] == 100
    shown = read(Attempt.objects.for_reading().get(pk=attempt.pk))
    assert "people who took it at this practice" in shown.dimensions[0].comparison
    assert any("practice&#x27;s own" in text or "practice's own" in text
               for _, text in shown.codes)  # fmt: skip
    assert "Switch them off" in page(manager, version)
    manager.post(f"/practice/measurement/{version.pk}/", {"own_norms": "off"})
    assert read(Attempt.objects.for_reading().get(pk=attempt.pk)).dimensions[0].comparison == ""
    assert practice_data.own_norms_in_use(version) == []


def test_a_version_about_one_relationship_at_a_time_has_no_own_norms(db, manager, cast):
    version = published(targets=["My mother", "My father"])
    submitted_by_many(version, 100)
    counted(version)
    with pytest.raises(actions.TooFewPeople):
        actions.switch_on_own_norms(version=version, by=cast.manoj)
    shown = page(manager, version)
    assert "these people are no norms for each other" in shown
    assert "Compare with our own data" not in shown


def test_published_norms_hold_again_once_own_norms_are_off(db, manager, cast):
    from tests.support.assessments.files import small

    norms = {"sample": "500 students", "source": "A paper", "percentiles": {"0": 1, "100": 7}}
    scales = [scale | {"norms": norms} for scale in small()["scales"]]
    version = published(scales=scales)
    submitted_by_many(version, 100)
    counted(version)
    actions.switch_on_own_norms(version=version, by=cast.manoj)
    actions.switch_on_own_norms(version=version, by=cast.manoj)
    version = type(version).objects.get(pk=version.pk)
    assert "this practice" in version.known.scale("anxiety").norms.sample
    assert actions.switch_off_own_norms(version=version, by=cast.manoj) == 2
    version = type(version).objects.get(pk=version.pk)
    assert version.known.scale("anxiety").norms.sample == "500 students"


def test_only_managers_see_the_statistics(version, browser_of, cast):
    for user in (cast.meera, cast.esha, cast.asha.user):
        assert browser_of(user).get(f"/practice/measurement/{version.pk}/").status_code == 403
        assert browser_of(user).get("/practice/measurement/").status_code == 403


def test_the_number_of_queries_does_not_grow(version, manager, django_assert_max_num_queries):
    submitted_by_many(version, 31)
    counted(version)
    page(manager, version)
    with django_assert_max_num_queries(17) as few:
        page(manager, version)
    submitted_by_many(version, 60, start=300)
    counted(version)
    with django_assert_max_num_queries(len(few)):
        page(manager, version)
