"""The project's own questionnaire, in both versions: what it asks, and in which order."""

from itertools import pairwise, product
from pathlib import Path

import pytest
from django.core.management import call_command

from assessments.catalogue import own_questionnaires
from assessments.instruments.file import read_instrument
from assessments.models import InstrumentVersion
from assessments.results.answer_quality import contradictions
from assessments.results.history import scored_attempt
from assessments.statistics.attempt_comparison import compare
from assessments.statistics.reliable_change import Uncomputable
from assessments.taking import actions as taking
from tests.support.assessments.attempts import submitted_ago
from tests.support.cast import IN_GENERAL, QUESTIONNAIRE, person

FIRST = own_questionnaires.FILES / "psywellpath-closeness-1.json"
SECOND = Path(QUESTIONNAIRE)
V1, V2 = (read_instrument(file.read_bytes()) for file in (FIRST, SECOND))


@pytest.mark.parametrize("own", [V1, V2], ids=["1.0", "2.0"])
def test_our_own_questionnaire(own):
    """24 items, 12 per dimension, half of each reverse-keyed; no norms and no reliabilities."""
    assert len(own.items) == 24
    assert (own.response.min, own.response.max) == (1, 7)
    for scale in own.scales:
        assert len(scale.keyed) == 12
        assert sum(keyed.reverse for keyed in scale.keyed) == 6
        assert scale.norms is None
        assert scale.reliability is None
    listed = {keyed.item for scale in own.scales for keyed in scale.keyed}
    assert listed == set(own.item_ids)


def test_each_says_that_it_is_not_tested():
    assert "not been validated" in V1.purpose
    assert "not been tested in research" in V2.purpose
    assert "may help you see" in V2.purpose


def test_version_2_asks_about_one_relationship_at_a_time():
    assert len(V2.targets) == 6
    assert V2.targets[0] == IN_GENERAL
    assert V1.targets == ()


def test_version_2_names_every_answer():
    """With a neutral middle, which is where its lines are drawn."""
    assert V2.response.fully_labelled
    assert not V1.response.fully_labelled
    assert dict(V2.response.labels)[4] == "Neither agree nor disagree"
    assert (V2.cuts.anxiety, V2.cuts.avoidance) == (4, 4)


def kinds(own) -> list[tuple[str, bool]]:
    """The scale of each item and whether it is reversed, in the order in which they are asked."""
    of = {keyed.item: (scale.id, keyed.reverse) for scale in own.scales for keyed in scale.keyed}
    return [of[item] for item in own.item_ids]


def test_the_order_of_version_2_is_mixed():
    order = kinds(V2)
    assert all(one != following for one, following in pairwise(order))
    assert len(set(pairwise(order))) > len(set(pairwise(kinds(V1))))


def in_turn(own, values: tuple[int, ...]) -> dict[str, int]:
    """Answers that repeat the same few values from the first item to the last."""
    return {item: values[at % len(values)] for at, item in enumerate(own.item_ids)}


def test_answers_in_a_pattern_contradict_themselves():
    """Every pattern of up to six answers from both ends. In version 1, one gave a result that
    contradicts itself nowhere."""
    patterns = [p for length in range(2, 7) for p in product((1, 7), repeat=length)]
    found = [contradictions(V2, in_turn(V2, pattern)) for pattern in patterns]
    assert all(one and one.many for one in found)
    assert not contradictions(V1, in_turn(V1, (7, 7, 1, 1))).many


@pytest.fixture
def both(db) -> tuple[InstrumentVersion, InstrumentVersion]:
    """A practice that offered version 1 and now offers version 2."""
    for file in (FIRST, SECOND):
        call_command("load_instrument", str(file), publish=True, verbosity=0)
    versions = {version.version: version for version in InstrumentVersion.objects.all()}
    return versions["1.0"], versions["2.0"]


def test_publishing_version_2_retires_version_1(both):
    first, second = both
    assert (first.status, second.status) == ("retired", "published")
    assert first.instrument == second.instrument
    assert first.instrument.audience == "everyone"


def test_a_result_of_version_1_stays_readable_and_is_never_compared(both, browser_of):
    first, second = both
    someone = person("someone@example.org", "Someone")
    old = submitted_ago(first, someone, 60, in_turn(V1, (5, 3)))
    new = submitted_ago(second, someone, 1, in_turn(V2, (5, 3)), target=IN_GENERAL)
    assert V1.title in browser_of(someone).get(old.get_result_url()).content.decode()
    before, after = scored_attempt(old), scored_attempt(new)
    for scale in after.instrument.scales:
        comparison = compare(before, after, scale)
        assert (comparison.difference, comparison.change) == (None, None)
        assert comparison.obstacle is Uncomputable.OTHER_VERSION
    page = browser_of(someone).get("/assessments/closeness/over-time/").content.decode()
    assert page.count("one result so far, so there is nothing to compare yet") == 4


def test_results_about_two_people_are_never_compared(both, browser_of):
    _first, second = both
    someone = person("someone@example.org", "Someone")
    about = {name: submitted_ago(second, someone, days, in_turn(V2, (5, 3)), target=name)
             for days, name in ((60, "My mother"), (1, "My father"))}  # fmt: skip
    comparison = compare(*map(scored_attempt, about.values()), V2.scales[0])
    assert (comparison.difference, comparison.obstacle) == (None, Uncomputable.OTHER_TARGET)
    for name, attempt in about.items():
        assert name in browser_of(someone).get(attempt.get_result_url()).content.decode()


def test_an_attempt_of_version_2_says_whom_it_is_about(both):
    _first, second = both
    for target in ("", "my neighbour"):
        with pytest.raises(taking.UnknownTarget):
            taking.start_attempt(version=second, by=None, target=target)
