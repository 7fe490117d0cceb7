"""Attempts over time: the texts about a change, and those for when none can be computed."""

from datetime import timedelta
from fractions import Fraction

from accounts.models import AuditEvent
from assessments.catalogue import actions as catalogue
from assessments.instruments.definition import Reliability
from assessments.models import Attempt, ScaleFact
from assessments.results import history
from assessments.scoring.engine import score
from assessments.statistics.attempt_comparison import ScoredAttempt, compare
from assessments.statistics.reliable_change import Uncomputable
from clients.results import sharing
from tests.support.assessments.attempts import ANXIOUS, NOW, published, submitted_ago
from tests.support.assessments.files import instrument, small
from tests.support.page_parts import main

ADDRESS = "/assessments/small/over-time/"
# S_diff = 1.2 * sqrt(2) * sqrt(1 - 0.91) = 0.509; a change is reliable beyond 0.998.
KNOWN = {"kind": "retest", "value": 0.91, "sd": 1.2, "source": "A paper"}
LONG = [{"id": f"q{n}", "text": f"Statement {n}"} for n in range(1, 13)]


def known(keyed: int = 6, kind: str = "retest") -> list[dict]:
    ids = [f"q{n}" for n in range(1, 13)]
    return [
        {"id": "anxiety", "title": "Anxiety", "keyed": ids[:keyed], "max_missing": 1,
         "reliability": KNOWN | {"kind": kind}},
        {"id": "avoidance", "title": "Avoidance", "keyed": ids[6:], "max_missing": 1},
    ]  # fmt: skip


def throughout(value: int, missing: int = 0) -> dict[str, int]:
    """Each scale has the mean `value`. Two answers differ: one answer throughout has no scores."""
    answers = {f"q{n}": value for n in range(1 + missing, 13)}
    return answers | {"q11": value - 1, "q12": value + 1}


def read(user) -> tuple[history.Section, ...]:
    return history.read(list(Attempt.objects.of(user).of_family("small").for_reading()))


def test_change_against_the_first_and_the_one_before(cast, browser_of):
    version, asha = published(items=LONG, scales=known(), page_size=12), cast.asha.user
    for days, value in ((200, 6), (100, 5), (40, 5), (2, 4)):
        submitted_ago(version, asha, days, throughout(value))
    (section,) = read(asha)
    anxiety, avoidance = section.lines
    first, before = anxiety.comparisons
    assert (first.difference, before.difference) == ("Lower by 2.0", "Lower by 1.0")
    assert first.verdict.startswith("Reliably lower")
    assert before.verdict.startswith("Reliably lower")
    # (4 - 6) / 0.509 = -3.93, which the page shows with its inputs.
    for part in ("0.509", "(4.00 − 6.00)", "−3.93", "±1.96", "A paper"):
        assert part in first.formula, part
    assert "cannot say whether this is a real change" in avoidance.comparisons[0].verdict
    assert avoidance.comparisons[0].formula == ""
    page = browser_of(asha).get(ADDRESS).content.decode()
    for part in ("Since the first", "Since the one before", "Reliably lower",
                 "The two dimensions together", 'class="span"', "S_diff", "14416"):  # fmt: skip
        assert part in page, part
    for never in ("better", "worse", "style="):
        assert never not in page, never
    assert page.count('class="earlier"') == 2 * 3 + 3


def test_small_changes_early_ones_and_short_scales(cast):
    asha = cast.asha.user
    version = published(items=LONG, scales=known(), page_size=12)
    submitted_ago(version, asha, 10, throughout(4))
    submitted_ago(version, asha, 2, throughout(4) | {"q1": 6})
    comparison = read(asha)[0].lines[0].comparisons[0]
    assert comparison.verdict.startswith("No reliable change")
    assert comparison.notes[0].startswith("Too early")
    short = published(items=LONG, scales=known(keyed=3), page_size=12, version="2")
    for days, value in ((50, 4), (1, 4)):
        submitted_ago(
            short, cast.rohan.user, days, throughout(value) | {"q1": 5 if days == 1 else 4}
        )
    assert read(cast.rohan.user)[0].lines[0].comparisons[0].verdict.startswith("Too short to tell")


def test_what_cannot_be_compared(cast):
    taken = {}
    for name, changes in {
        "here": {}, "version": {"version": "2"}, "language": {"language": "hi"},
        "plain": {"scales": small()["scales"]},
    }.items():  # fmt: skip
        questionnaire = instrument(small(items=LONG, scales=known()) | changes)
        taken[name] = ScoredAttempt(NOW, questionnaire, score(questionnaire, throughout(3)))
    here = taken["here"]
    scale = here.instrument.scales[0]
    gaps = ScoredAttempt(NOW, here.instrument, score(here.instrument, throughout(3, missing=1)))
    none = ScoredAttempt(NOW, here.instrument, score(here.instrument, throughout(3, missing=3)))
    other = ScoredAttempt(NOW, here.instrument, here.result, target="My mother")
    for before, obstacle in (
        (taken["version"], Uncomputable.OTHER_VERSION),
        (taken["language"], Uncomputable.OTHER_LANGUAGE),
        (other, Uncomputable.OTHER_TARGET),
        (gaps, Uncomputable.MISSING_ITEMS),
        (none, Uncomputable.NO_SCORE),
    ):
        comparison = compare(before, here, scale)
        assert (comparison.change, comparison.obstacle) == (None, obstacle)
    plain = taken["plain"]
    assert compare(plain, plain, plain.instrument.scales[0]).obstacle is Uncomputable.NO_RELIABILITY
    measured = instrument(small(items=LONG, scales=known(kind="alpha")))
    within = ScoredAttempt(NOW, measured, score(measured, throughout(3)))
    once = compare(within, within, measured.scales[0])
    assert (once.change, once.obstacle) == (None, Uncomputable.NO_RETEST)
    assert compare(here, here, scale).change.index == 0
    assert compare(other, here, scale).difference is None
    assert compare(gaps, here, scale).difference == Fraction(0)


def test_alpha_alone_never_makes_a_change_reliable(cast):
    """It shows the error within one sitting, as the least there is: S_diff 0.509, so 0.998."""
    version = published(items=LONG, scales=known(kind="alpha"), page_size=12)
    for days, value in ((200, 4), (100, 4), (2, 5)):
        submitted_ago(version, cast.asha.user, days, throughout(value))
    first = read(cast.asha.user)[0].lines[0].comparisons[0]
    assert "Nobody has measured how exact this version is over time" in first.verdict
    assert "larger than the error within one sitting (1.0)" in first.verdict
    assert "may still be chance" in first.verdict
    assert first.formula == ""
    submitted_ago(version, cast.asha.user, 1, throughout(4) | {"q1": 6})
    first = read(cast.asha.user)[0].lines[0].comparisons[0]
    assert "That could explain this difference" in first.verdict
    assert "eliably" not in first.verdict


def test_an_extreme_first_score_may_come_back_by_itself(cast):
    version = published(items=LONG, scales=known(), page_size=12)
    regression = "Such scores tend to come back a little"
    for days, value in ((200, 6), (2, 5)):
        submitted_ago(version, cast.asha.user, days, throughout(value))
    (note,) = read(cast.asha.user)[0].lines[0].comparisons[0].notes
    assert regression in note
    # From 5 to 6 is away from the middle, and 5 was not far from it.
    for days, value in ((200, 5), (2, 6)):
        submitted_ago(version, cast.rohan.user, days, throughout(value))
    assert read(cast.rohan.user)[0].lines[0].comparisons[0].notes == ()


def test_of_several_comparisons_the_first_result_counts(cast):
    version = published(items=LONG, scales=known(), page_size=12)
    for days, value in ((200, 4), (100, 3), (2, 4)):
        submitted_ago(version, cast.asha.user, days, throughout(value))
    first, before = read(cast.asha.user)[0].lines[0].comparisons
    assert first.notes == ()
    assert before.notes == (
        "Trust the comparison with the first result most. Of several comparisons, one may stand out"
        " by chance.",
    )


def test_the_first_result_of_the_same_version_is_the_one_compared_with(cast):
    old = published(items=LONG, scales=known(), page_size=12)
    submitted_ago(old, cast.asha.user, 300, throughout(6))
    new = published(items=LONG, scales=known(), page_size=12, version="2")
    for days, value in ((200, 4), (100, 4), (2, 5)):
        submitted_ago(new, cast.asha.user, days, throughout(value))
    first, before = read(cast.asha.user)[0].lines[0].comparisons
    assert (first.difference, before.difference) == ("Higher by 1.0", "Higher by 1.0")
    assert first.since.date() == (NOW - timedelta(days=200)).date()
    # With one result of the new version, nothing can be compared, and the page says why.
    submitted_ago(old, cast.rohan.user, 300, throughout(6))
    submitted_ago(new, cast.rohan.user, 2, throughout(5))
    (only,) = read(cast.rohan.user)[0].lines[0].comparisons
    assert "another version" in only.verdict


def test_each_relationship_has_its_own_section(cast, browser_of):
    asha = cast.asha.user
    version = published(targets=["A partner", "My mother"])
    submitted_ago(version, asha, 90, ANXIOUS, target="A partner")
    submitted_ago(version, asha, 60, ANXIOUS, target="My mother")
    submitted_ago(version, asha, 1, ANXIOUS, target="A partner")
    sections = read(asha)
    assert [(s.target, len(s.rows)) for s in sections] == [("A partner", 2), ("My mother", 1)]
    page = browser_of(asha).get(ADDRESS).content.decode()
    assert "Thinking of: My mother" in page
    assert "nothing to compare yet" in page


def test_results_of_another_version_are_marked_and_not_joined(cast, browser_of):
    submitted_ago(published(), cast.asha.user, 90, ANXIOUS)
    submitted_ago(published(version="2"), cast.asha.user, 1, ANXIOUS)
    page = browser_of(cast.asha.user).get(ADDRESS).content.decode()
    assert "another version of the questionnaire" in page
    assert "not directly comparable" in page


def test_a_retest_reliability_comes_before_alpha(cast):
    version = published(items=LONG, scales=known(), page_size=12)
    catalogue.add_fact(
        version=version, scale_id="anxiety", kind=ScaleFact.Kind.RETEST, sample="90 people",
        source="A later paper", numbers={"kind": "retest", "value": 0.75, "sd": 1}, by=cast.manoj,
    )  # fmt: skip
    version.refresh_from_db()
    scale = version.known.scale("anxiety")
    assert scale.reliability == Reliability("retest", Fraction("0.91"), Fraction("1.2"), "A paper")
    submitted_ago(version, cast.asha.user, 60, throughout(5))
    submitted_ago(version, cast.asha.user, 1, throughout(4))
    comparison = read(cast.asha.user)[0].lines[0].comparisons[0]
    # 1 * sqrt(2) * sqrt(0.25) = 0.707, so a fall of 1 is not reliable (1.96 * 0.707 = 1.386).
    assert "A later paper" in comparison.formula
    assert comparison.verdict.startswith("No reliable change")


def test_only_the_owner_sees_results_over_time(cast, browser_of):
    version = published()
    submitted_ago(version, cast.asha.user, 1, ANXIOUS)
    assert b"You have no results here yet" in browser_of(cast.rohan.user).get(ADDRESS).content
    assert browser_of().get(ADDRESS).status_code == 302
    assert browser_of(cast.asha.user).get("/assessments/none/over-time/").status_code == 404


def test_the_therapist_sees_what_is_shared_with_answers(cast, browser_of):
    version, meera = published(), browser_of(cast.meera)
    first = submitted_ago(version, cast.asha.user, 60, ANXIOUS)
    submitted_ago(version, cast.asha.user, 1, {"q1": 5, "q3": 5, "q4": 5})
    address = f"/clients/{cast.asha.pk}/over-time/small/"
    assert meera.get(address).status_code == 404
    for attempt in Attempt.objects.of(cast.asha.user):
        sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    before = AuditEvent.objects.filter(verb="result opened").count()
    page = meera.get(address).content.decode()
    assert "Results over time" in page
    assert AuditEvent.objects.filter(verb="result opened").count() == before + 1
    shown = meera.get(f"/clients/{cast.asha.pk}/results/{first.pk}/").content.decode()
    assert shown.count("reverse-keyed") == 2
    assert "Every statement was answered." in shown
    assert "0 min 12 s; typically 3 s a statement" in shown
    assert browser_of(cast.vikram).get(address).status_code == 404
    own = browser_of(cast.asha.user).get(first.get_result_url()).content.decode()
    assert "How the answers were given" not in own


def test_queries_do_not_grow(cast, browser_of, django_assert_max_num_queries):
    version = published()
    for days in range(1, 4):
        submitted_ago(version, cast.asha.user, days, ANXIOUS)
    browser = browser_of(cast.asha.user)
    browser.get(ADDRESS)
    with django_assert_max_num_queries(17) as few:
        browser.get(ADDRESS)
    sharing.share_result(client=cast.asha, attempt=Attempt.objects.first(), by=cast.asha.user)
    therapist, address = browser_of(cast.meera), f"/clients/{cast.asha.pk}/over-time/small/"
    therapist.get(address)
    with django_assert_max_num_queries(23) as as_few:
        therapist.get(address)
    for days in range(4, 24):
        attempt = submitted_ago(version, cast.asha.user, days, ANXIOUS)
        sharing.share_result(client=cast.asha, attempt=attempt, by=cast.asha.user)
    with django_assert_max_num_queries(len(few)):
        browser.get(ADDRESS)
    with django_assert_max_num_queries(len(as_few)):
        therapist.get(address)


def test_answers_that_are_a_mere_pattern_have_no_scores_in_the_history(cast, browser_of):
    """The result page shows none either."""
    version, asha = published(items=LONG, scales=known(), page_size=12), cast.asha.user
    submitted_ago(version, asha, 60, throughout(5))
    submitted_ago(version, asha, 2, dict.fromkeys(throughout(7), 7))
    (section,) = read(asha)
    assert [[score for _t, score, _b in row.scores] for row in section.rows] == [
        [None, None], ["5.0", "5.0"],
    ]  # fmt: skip
    assert section.plane is None
    comparison = section.lines[0].comparisons[0]
    assert (comparison.difference, comparison.formula) == ("", "")
    assert "one of the scores is missing" in comparison.verdict
    assert "7.0" not in main(browser_of(asha).get(ADDRESS))
