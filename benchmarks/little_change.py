"""How often "no reliable change over three results" and "reliably higher" are said, of people who
did not change and of people who did: a simulation.

    python -m benchmarks.little_change

Ten thousand people for each figure, through the same functions as the pages: two dimensions of 12
items from 1 to 7 with a standard deviation of 1.1, three results, three months apart. A person who
changes does so evenly, by one standard deviation of the sample from the first result to the third.
docs/clinical.md quotes the figures.
"""

import os
import random
from fractions import Fraction
from math import sqrt

import django

from assessments.instruments.definition import Instrument, Reliability
from assessments.statistics.attempt_comparison import ScoredAttempt, baseline, comparable, compare
from benchmarks.measurement import MEAN, PEOPLE, SCALES, SD, SEED, attempts, instrument

RELIABILITIES = (0.75, 0.85, 0.9)
RESULTS = 3
# By how many standard deviations each dimension changes, and what is then true.
PEOPLE_WHO = {
    "did not change": (0, 0),
    "are 1 SD lower on one dimension": (-1, 0),
    "are 1 SD lower on both": (-1, -1),
    "are 1 SD higher on one dimension": (1, 0),
}


def measured(retest: float) -> Instrument:
    known = Reliability("retest", Fraction(str(retest)), Fraction(str(SD)), "simulated")
    return instrument(retest=True, known=known)


def person(chance: random.Random, retest: float, changes: tuple[int, ...]) -> list[dict]:
    """The observed scores of one person on each occasion."""
    true = {name: chance.gauss(MEAN, SD * sqrt(retest)) for name in SCALES}
    return [
        {
            name: true[name] + SD * change * number / (RESULTS - 1)
            + chance.gauss(0, SD * sqrt(1 - retest))
            for name, change in zip(SCALES, changes, strict=True)
        }
        for number in range(RESULTS)
    ]  # fmt: skip


def said(entries: list[ScoredAttempt]) -> tuple[bool, bool]:
    """Whether the flags "no reliable change" and "reliably higher" are raised."""
    from clients.models.result import ChangeVerdict
    from clients.results.reliable_changes import unchanged, verdict

    first, last = baseline(entries), entries[-1]
    compared = [compare(first, last, scale) for scale in last.instrument.scales]
    higher = ChangeVerdict.HIGHER in [verdict(one) for one in compared]
    return bool(unchanged(compared, len(comparable(entries)))), higher


def shares(retest: float, changes: tuple[int, ...]) -> tuple[float, float]:
    chance, questionnaire = random.Random(SEED), measured(retest)
    found = [said(attempts(questionnaire, person(chance, retest, changes))) for _ in range(PEOPLE)]
    return sum(one for one, _ in found) / PEOPLE, sum(one for _, one in found) / PEOPLE


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    print(f"{PEOPLE} people each, {RESULTS} results: flagged as unchanged, flagged as higher")
    for retest in RELIABILITIES:
        print(f"\nretest reliability {retest}")
        for name, changes in PEOPLE_WHO.items():
            stays, higher = shares(retest, changes)
            print(f"  {name:<36}{stays:>8.1%}{higher:>8.1%}")


if __name__ == "__main__":
    main()
