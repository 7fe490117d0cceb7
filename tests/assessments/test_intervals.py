"""95 % intervals of alpha, means and quantiles: by hand, and against scipy."""

import random
from fractions import Fraction

import pytest

from assessments.statistics.intervals import (
    alpha_interval,
    f_quantile,
    mean_interval,
    quantile_interval,
)


def test_the_interval_of_a_mean_by_hand():
    # 1.96 * 2 / sqrt(100) = 0.392.
    assert mean_interval(3.5, 2.0, 100) == pytest.approx((3.108, 3.892))
    assert mean_interval(3.5, 2.0, 25) == pytest.approx((2.716, 4.284))


def test_the_interval_of_alpha_is_wide_for_thirty_people():
    """12 items and an alpha of .85; the exact quantiles of F are 1.6267 and 0.5369."""
    assert alpha_interval(0.85, 12, 30) == pytest.approx((0.756, 0.919), abs=0.001)
    assert alpha_interval(0.85, 12, 300) == pytest.approx((0.824, 0.874), abs=0.001)
    # A tenth of the error, so a tenth of the width.
    assert alpha_interval(0.985, 12, 30) == pytest.approx((0.9756, 0.9919), abs=0.0001)


def test_no_interval_of_alpha_goes_beyond_1():
    assert alpha_interval(1.0, 2, 30) == (1, 1)
    low, high = alpha_interval(-0.5, 2, 30)
    assert low < -0.5 < high < 1


def test_quantiles_of_f_by_hand():
    # Where both degrees of freedom are equal, the quantile of 1 - p is 1 over that of p.
    assert f_quantile(0, 30, 30) == pytest.approx(1)
    assert f_quantile(1.96, 20, 20) * f_quantile(-1.96, 20, 20) == pytest.approx(1)
    # Tables: F(.975; 20, 60) = 1.94, F(.975; 60, 20) = 2.22.
    assert f_quantile(1.96, 20, 60) == pytest.approx(1.94, abs=0.006)
    assert f_quantile(1.96, 60, 20) == pytest.approx(2.22, abs=0.007)


def test_the_interval_of_a_quantile_by_hand():
    """Of 100 people, 50 +- 9.8 lie below the median: from the 40th to the 61st score."""
    ordered = [Fraction(n) for n in range(1, 101)]
    assert quantile_interval(ordered, 50) == (40, 61)
    # 25 +- 1.96 * sqrt(18.75) = 8.487: from the 16th to the 35th. The same from above.
    assert quantile_interval(ordered, 25) == (16, 35)
    assert quantile_interval(ordered, 75) == (66, 85)
    # 2 +- 2.74: cut off at the first score; 98 +- 2.74 at the last one.
    assert quantile_interval(ordered, 2) == (1, 6)
    assert quantile_interval(ordered, 98) == (95, 100)


def test_against_scipy(capsys):
    """Quantiles of F for 30 people and more, and the coverage of the interval of a quartile."""
    stats = pytest.importorskip("scipy.stats")
    worst = 0.0
    for people in (30, 40, 60, 100, 300):
        for items in (2, 3, 6, 12, 18):
            freedom = people - 1, (people - 1) * (items - 1)
            for z, p in ((1.96, 0.975), (-1.96, 0.025)):
                exact = stats.f.ppf(p, *freedom)
                worst = max(worst, abs(f_quantile(z, *freedom) - exact) / exact)
    chance = random.Random(5)
    held = 0
    for _ in range(1000):
        sample = sorted(Fraction(chance.random()) for _ in range(100))
        low, high = quantile_interval(sample, 25)
        held += low <= 0.25 <= high
    with capsys.disabled():
        print(f"\nquantiles of F: within {worst:.2%} of scipy; quartiles held in {held / 10:.1f} %")
    assert worst < 0.002
    assert held >= 945
