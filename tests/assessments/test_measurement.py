"""Bands, percentiles, reliable change and alpha: by hand, and against scipy and numpy."""

import dataclasses
import random
from fractions import Fraction

import numpy
import pytest
import scipy  # Loads `stats` when a test first asks for it.

from assessments.instruments.definition import Keyed, Norms, Reliability, Response, Scale
from assessments.results.plane import ELLIPSE_95
from assessments.statistics import measurement_error, reliable_change
from assessments.statistics.measurement_error import Beyond
from assessments.statistics.reliable_change import Direction

# sqrt(1 - 0.91) is exactly 0.3: with an SD of 1.2 the standard error is 0.36.
KNOWN = Reliability("retest", Fraction("0.91"), Fraction("1.2"), "A paper")
NORMS = Norms(
    sample="500 students",
    source="A paper",
    percentiles=tuple((Fraction(p), Fraction(s)) for p, s in ((10, 2), (50, 3), (90, 5))),
)
RANDOM = random.Random(4)


def test_a_band_by_hand():
    # 1.96 * 0.36 = 0.7056, so a score of 4 lies between 3.2944 and 4.7056.
    error = measurement_error.standard_error(KNOWN)
    band = measurement_error.band(Fraction(4), error, 1, 7)
    assert (band.low, band.high) == (pytest.approx(3.2944), pytest.approx(4.7056))
    # Bands end at 1 and 7, as scores do: 6.8 + 0.7056 would be 7.5056.
    assert measurement_error.band(Fraction("6.8"), error, 1, 7).high == 7
    assert measurement_error.band(Fraction("1.5"), error, 1, 7).low == 1


def scale(known: Reliability | None) -> Scale:
    return Scale("anxiety", "A", (Keyed("q1", False), Keyed("q2", True)), 1, reliability=known)


def test_the_error_of_a_score_is_known_only_for_complete_answers():
    assert measurement_error.known_error(scale(KNOWN), 0) == pytest.approx(0.36)
    assert measurement_error.known_error(scale(KNOWN), 1) is None
    assert measurement_error.known_error(scale(None), 0) is None


def test_a_reliability_of_one_gives_no_band_and_no_change():
    perfect = Reliability("alpha", Fraction(1), Fraction(1), "x")
    assert measurement_error.known_error(scale(perfect), 0) is None
    assert reliable_change.reliable_change(Fraction(2), Fraction(6), perfect) is None


def test_only_a_retest_reliability_counts_as_one():
    alpha = dataclasses.replace(KNOWN, kind="alpha")
    assert reliable_change.retest_of(scale(KNOWN)) == KNOWN
    assert reliable_change.retest_of(scale(alpha)) is None
    assert reliable_change.retest_of(scale(None)) is None
    added = dataclasses.replace(scale(alpha), retest=KNOWN)
    assert reliable_change.retest_of(added) == KNOWN
    other = dataclasses.replace(KNOWN, source="Another paper")
    assert reliable_change.retest_of(dataclasses.replace(scale(KNOWN), retest=other)) == other


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("5.5", "5.4", True), ("5.49", "4", False), ("2.5", "2.6", True), ("2.51", "4", False),
        ("6", "6", False), ("6", "7", False), ("2", "1", False), ("6", "1", True),
    ],
)  # fmt: skip
def test_an_extreme_score_that_moves_to_the_middle_may_be_regression(before, after, expected):
    response = Response(1, 7, ((1, "low"), (7, "high")))
    scores = Fraction(before), Fraction(after)
    assert reliable_change.may_be_regression(*scores, scale(None), response) is expected


def test_the_sample_says_what_is_extreme_where_it_is_known():
    response = Response(1, 7, ((1, "low"), (7, "high")))
    norms = Norms("x", "x", mean=Fraction(3), sd=Fraction(1))
    for known, expected in ((norms, True), (dataclasses.replace(norms, sd=None), False),
                            (dataclasses.replace(norms, mean=None), False)):  # fmt: skip
        measured = dataclasses.replace(scale(None), norms=known)
        scores = Fraction(4), Fraction(3)
        assert reliable_change.may_be_regression(*scores, measured, response) is expected
    measured = dataclasses.replace(scale(None), norms=norms)
    assert not reliable_change.may_be_regression(Fraction("3.9"), Fraction(3), measured, response)
    assert reliable_change.may_be_regression(Fraction(2), Fraction("2.1"), measured, response)


def test_reliable_change_by_hand():
    # S_diff = 1.2 * sqrt(2) * 0.3 = 0.50912; from 5 to 4 is -1, and -1 / 0.50912 = -1.96419.
    change = reliable_change.reliable_change(Fraction(5), Fraction(4), KNOWN)
    assert change.s_diff == pytest.approx(0.509117)
    assert change.index == pytest.approx(-1.964186)
    assert change.needed == pytest.approx(0.997869)
    assert (change.reliable, change.direction) == (True, Direction.LOWER)
    # From 5 to 4.01: -0.99 / 0.50912 = -1.94454, which is not enough.
    almost = reliable_change.reliable_change(Fraction(5), Fraction("4.01"), KNOWN)
    assert almost.index == pytest.approx(-1.944544)
    assert (almost.reliable, almost.direction) == (False, Direction.LOWER)
    same = reliable_change.reliable_change(Fraction(5), Fraction(5), KNOWN)
    assert (same.index, same.reliable, same.direction) == (0, False, Direction.SAME)


def test_the_parts_of_a_change():
    change = reliable_change.reliable_change(Fraction(3), Fraction("4.5"), KNOWN)
    assert (change.before, change.after, change.difference) == (3, Fraction("4.5"), Fraction("1.5"))
    assert change.reliability is KNOWN
    assert (change.direction, change.direction.value) == (Direction.HIGHER, "higher")
    assert change.index == pytest.approx(2.946278)  # 1.5 / 0.509117
    assert change.reliable
    assert measurement_error.standard_error(KNOWN) == pytest.approx(0.36)


def test_a_change_of_exactly_the_limit_is_not_reliable():
    at_limit = reliable_change.Change(Fraction(1), Fraction(2), KNOWN, 1.0, 1.96)
    assert not at_limit.reliable
    assert reliable_change.Change(Fraction(1), Fraction(2), KNOWN, 1.0, 1.97).reliable
    assert reliable_change.Change(Fraction(2), Fraction(1), KNOWN, 1.0, -1.97).reliable


def test_a_small_change_has_a_direction_too():
    """On a very reliable scale, less than one point may exceed the error."""
    small = reliable_change.Change(Fraction(1), Fraction("1.5"), KNOWN, 0.1, 5.0)
    assert small.direction == Direction.HIGHER
    assert dataclasses.replace(small, before=Fraction(2)).direction == Direction.LOWER


def test_limits_of_the_field():
    """95 % of a normal error; our display rules for short scales and early attempts."""
    assert scipy.stats.norm.ppf(0.975) == pytest.approx(measurement_error.Z_95, abs=1e-4)
    assert measurement_error.Z_95 == 1.96
    assert (reliable_change.SHORT_SCALE, reliable_change.TOO_EARLY_DAYS) == (6, 28)


def test_values_that_pages_use():
    assert [str(d) for d in Direction] == ["lower", "higher", "same"]
    assert [str(b) for b in Beyond] == ["below", "above"]
    assert len(reliable_change.Uncomputable) == 8


def test_the_example_of_jacobson_and_truax():
    """Their marital example: SD 7.5, r 0.88, 32.5 to 47.5: S_diff 3.67, and an index of 4.08.

    By hand: 7.5 * sqrt(1 - 0.88) = 2.598; times sqrt(2) is 3.674; 15 / 3.674 = 4.082.
    """
    paper = Reliability("retest", Fraction("0.88"), Fraction("7.5"), "Jacobson and Truax (1991)")
    change = reliable_change.reliable_change(Fraction("32.5"), Fraction("47.5"), paper)
    assert change.s_diff == pytest.approx(3.674, abs=0.001)
    assert change.index == pytest.approx(4.082, abs=0.001)


@pytest.mark.parametrize(
    ("score", "rank", "beyond"),
    [
        # At listed points; half-way from 10 to 50; a quarter of the way from 50 to 90.
        ("3", 50, None),
        ("2.5", 30, None),
        ("3.5", 60, None),
        ("2", 10, None),
        ("5", 90, None),
        # Outside the listed percentiles, only the side is known.
        ("1.9", 10, Beyond.BELOW),
        ("5.1", 90, Beyond.ABOVE),
    ],
)
def test_percentiles_by_hand(score, rank, beyond):
    percentile = measurement_error.percentile(Fraction(score), NORMS)
    assert (percentile.rank, percentile.beyond) == (pytest.approx(rank), beyond)


def test_percentiles_that_share_a_score():
    shared = Norms("x", "x", percentiles=tuple((Fraction(p), Fraction(3)) for p in (20, 30, 60)))
    assert measurement_error.percentile(Fraction(3), shared).rank == 40
    below = Norms("x", "x", percentiles=tuple(
        (Fraction(p), Fraction(s)) for p, s in ((10, 1), (20, 3), (40, 3), (70, 5))
    ))  # fmt: skip
    assert measurement_error.percentile(Fraction(3), below).rank == 30
    assert measurement_error.percentile(Fraction(4), below).rank == 55
    assert measurement_error.percentile(Fraction(2), below).rank == 15


def test_no_percentile_from_mean_and_sd():
    assert (
        measurement_error.percentile(Fraction(3), Norms("x", "x", 500, Fraction(3), Fraction(1)))
        is None
    )


def test_variance_by_hand():
    assert measurement_error.variance([]) == measurement_error.variance([5]) == 0
    assert measurement_error.variance([1, 3]) == 2  # Deviations 1 and 1, over n - 1 = 1.
    assert measurement_error.variance([1, 2, 6]) == 7  # Mean 3: 4 + 1 + 9, over 2.
    assert measurement_error.variance([Fraction(1, 2), Fraction(3, 2)]) == Fraction(1, 2)


def test_against_scipy_and_numpy(capsys):
    """1,000 random cases each; the largest difference is printed."""
    worst = dict.fromkeys(("band", "change", "percentile"), 0.0)
    for _ in range(1000):
        r, sd = Fraction(RANDOM.randrange(1, 99), 100), Fraction(RANDOM.randrange(1, 40), 10)
        before, after = (Fraction(RANDOM.randrange(100, 701), 100) for _ in range(2))
        known = Reliability("alpha", r, sd, "x")
        error = float(sd) * (1 - float(r)) ** 0.5
        low, high = scipy.stats.norm.interval(0.95, float(before), error)
        band = measurement_error.band(before, error, -100, 100)
        # Ours uses 1.96; the exact quantile of the normal distribution is 1.959964.
        worst["band"] = max(
            worst["band"], abs(band.low - low) / error, abs(band.high - high) / error
        )
        change = reliable_change.reliable_change(before, after, known)
        likelihood = 2 * scipy.stats.norm.sf(abs(float(after - before)) / numpy.hypot(error, error))
        other = 2 * scipy.stats.norm.sf(abs(change.index))
        worst["change"] = max(worst["change"], abs(likelihood - other))
        assert change.reliable == (likelihood < 2 * scipy.stats.norm.sf(1.96))
        compare_percentiles(worst)
    with capsys.disabled():
        print(
            "\nlargest differences from scipy and numpy:", {k: f"{v:.1e}" for k, v in worst.items()}
        )
    assert worst.pop("band") < 4e-5
    assert max(worst.values()) < 1e-9
    assert pytest.approx(scipy.stats.chi2.ppf(0.95, 2) ** 0.5, abs=1e-4) == ELLIPSE_95


def compare_percentiles(worst: dict[str, float]) -> None:
    ranks = sorted(RANDOM.sample(range(101), 6))
    scores = sorted(RANDOM.sample(range(100, 700), 6))
    points = tuple((Fraction(p), Fraction(s, 100)) for p, s in zip(ranks, scores, strict=True))
    score = Fraction(RANDOM.randrange(scores[0], scores[-1] + 1), 100)
    ours = measurement_error.percentile(score, Norms("x", "x", percentiles=points))
    theirs = numpy.interp(float(score), [s / 100 for s in scores], ranks)
    worst["percentile"] = max(worst["percentile"], abs(ours.rank - theirs))
