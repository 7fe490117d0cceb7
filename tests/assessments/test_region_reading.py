"""Articles offered after a result: those that an editor marked for its region, if any."""

import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.models import PlaneRegion, RegionReading
from assessments.results.further_reading import region_of
from tests.support import cast as people
from tests.support.articles.factories import article
from tests.support.assessments.attempts import published, submitted

ADD = "/admin/assessments/regionreading/add/"
# Anxiety by q1 and -q2, avoidance by q3 and -q4, from 1 to 7; both cuts are 4.
LOW, NEAR, HIGH = (1, 6), (4, 3), (7, 3)


def answers(anxiety: tuple[int, int], avoidance: tuple[int, int]) -> dict[str, int]:
    return dict(zip(("q1", "q2", "q3", "q4"), anxiety + avoidance, strict=True))


def offered(browser_of, attempt) -> list[str]:
    """The titles under "What to read next"; without any, there is no such section."""
    shown = browser_of().get(attempt.get_result_url()).content.decode()
    sections = re.findall(r'<ul class="next-reading">.*?</ul>', shown, re.DOTALL)
    assert len(sections) == shown.count("What to read next") <= 1
    return re.findall(r'<a href="/articles/[^"]+">([^<]+)</a>', sections[0]) if sections else []


def test_each_result_offers_what_was_marked_for_its_region(db, browser_of):
    for region in PlaneRegion:
        RegionReading.objects.create(
            region=region, article=article(f"on-{region}", title=f"On {region}")
        )
    article("worry-and-anxiety", title="Worry, anxiety, closeness and avoidance in attachment")
    version = published()
    expected = {
        (LOW, LOW): "On low-low", (HIGH, LOW): "On high-low", (LOW, HIGH): "On low-high",
        (HIGH, HIGH): "On high-high", (NEAR, NEAR): "On near", (NEAR, HIGH): "On near",
        (LOW, NEAR): "On near",
    }  # fmt: skip
    titles = {
        levels: offered(browser_of, submitted(version, answers=answers(*levels)))
        for levels in expected
    }
    assert titles == {levels: [title] for levels, title in expected.items()}


def test_nothing_is_offered_rather_than_something_unsuitable(db, browser_of):
    """Neither unmarked articles, nor another region's, nor a draft, nor a scheduled one."""
    people.articles()
    marked = [article("of-another-region"), article("draft", status="draft", publish_at=None),
              article("to-come", publish_at=timezone.now() + timedelta(days=1))]  # fmt: skip
    regions = [PlaneRegion.LOW_HIGH, PlaneRegion.HIGH_LOW, PlaneRegion.HIGH_LOW]
    for region, it in zip(regions, marked, strict=True):
        RegionReading.objects.create(region=region, article=it)
    assert offered(browser_of, submitted(published(), answers=answers(HIGH, LOW))) == []


def test_answers_without_a_point_on_the_plane_have_no_region(db):
    version = published()
    for given in (dict.fromkeys(("q1", "q2", "q3", "q4"), 4), {"q1": 7}):
        result = submitted(version, answers=given).result.scored
        assert region_of(version.questionnaire, result, given) is None
    plain = published(version="2", styles=None)
    given = answers(HIGH, LOW)
    assert (
        region_of(plain.questionnaire, submitted(plain, answers=given).result.scored, given) is None
    )


def test_only_editors_mark_articles(cast, browser_of):
    it = article()
    desk = browser_of(cast.esha)
    for address in (it.slug, f"https://practice.example{it.get_absolute_url()}"):
        RegionReading.objects.all().delete()
        assert desk.post(ADD, {"region": "high-low", "address": address}).status_code == 302
        assert RegionReading.objects.get().article == it
    again = desk.post(ADD, {"region": "high-low", "address": it.slug}).content.decode()
    assert "already marked for this region" in again
    unknown = desk.post(ADD, {"region": "high-low", "address": "sketch"}).content.decode()
    assert "There is no public article at this address" in unknown
    history = desk.get(
        f"/admin/assessments/regionreading/{RegionReading.objects.get().pk}/history/"
    )
    assert "Esha Das" in history.content.decode()
    for other in (cast.manoj, cast.meera, cast.asha.user):
        assert browser_of(other).post(ADD, {"region": "near", "address": it.slug}).status_code in (
            302, 403)  # fmt: skip
    assert RegionReading.objects.count() == 1


@pytest.mark.parametrize("fields", [{"region": "high-low"}, {"region": "anxious"}])
def test_the_database_refuses_a_second_mark_and_an_unknown_region(fields, db):
    it = article()
    RegionReading.objects.create(region="high-low", article=it)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegionReading.objects.create(article=it, **fields)


def test_the_demonstration_offers_nothing_alarming():
    described = tomllib.loads(Path("psywellpath/demonstration/articles.toml").read_text())
    rows = {row["slug"]: row for row in described["article"]}
    for slug in ("abnormal-behaviour", "abnormal-psychology", "absenteeism"):
        assert not rows[slug].get("steps")
        assert not rows[slug].get("regions")
    assert not rows["abstract-trauma-processing"].get("regions")
    marked = [region for row in rows.values() for region in row.get("regions", [])]
    assert set(marked) <= set(PlaneRegion.values)
    assert marked


def test_every_region_but_secure_has_a_sample_to_read():
    """Someone at ease in both dimensions needs no advice."""
    described = tomllib.loads(Path("psywellpath/demonstration/articles.toml").read_text())
    marked = {region for row in described["article"] for region in row.get("regions", [])}
    assert marked == set(PlaneRegion.values) - {PlaneRegion.LOW_LOW}
    suited = {row["slug"]: set(row["regions"]) for row in described["article"] if "regions" in row}
    assert suited["what-helps-on-an-anxious-night"] == {"high-low", "high-high"}
    assert suited["when-closeness-feels-too-much"] == {"low-high", "high-high"}
