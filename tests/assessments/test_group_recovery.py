"""Nobody's score can be worked out from two looks at the statistics of a group.

An attacker sees all that the page and the own norms show, and knows who joined or left in between.
"""

import random
from dataclasses import dataclass, field
from itertools import islice

import pytest

from assessments.catalogue import own_questionnaires
from assessments.instruments.file import read_instrument
from assessments.scoring.engine import score
from assessments.statistics.groups import MIN_PEOPLE, own_norms, statistics
from assessments.statistics.totals import BATCH, Totals, add, whole_batches
from tests.support.thorough import THOROUGH

OWN = read_instrument((own_questionnaires.FILES / "psywellpath-closeness-1.json").read_bytes())
PRACTICES = 1000 if THOROUGH else 100
MOST_PEOPLE = 120
# An attack counts as successful if it comes as near to the score as this.
NEAR = 0.3

Answers = dict[str, int]


def somebody(chance: random.Random) -> Answers:
    """Answers around a level of one's own on each dimension."""
    answers = {}
    for scale in OWN.scales:
        level = chance.gauss(3.5, 1.3)
        for keyed in scale.keyed:
            value = max(1, min(7, round(chance.gauss(level, 1.2))))
            answers[keyed.item] = 8 - value if keyed.reverse else value
    return answers


def score_of(answers: Answers) -> float:
    return float(score(OWN, answers).mean("anxiety"))


@dataclass
class Practice:
    """People in the order in which they came; the totals of those who are counted, and what they
    were before the last batch."""

    waiting: list[Answers] = field(default_factory=list)
    totals: Totals = field(default_factory=dict)
    totals_before: Totals = field(default_factory=dict)
    last_batch: list[Answers] = field(default_factory=list)

    def joins(self, answers: Answers) -> None:
        """Like `count_waiting`, with which `test_practice.py` tries the same."""
        self.waiting.append(answers)
        batch = list(whole_batches(self.waiting))
        if batch:
            self.totals_before, self.last_batch = self.totals, batch
            self.totals = add(OWN, self.totals, batch)
            del self.waiting[: len(batch)]

    def page(self) -> tuple:
        """All that anyone sees."""
        return statistics(OWN, self.totals), own_norms(OWN, self.totals)


def practices(seed: int):
    chance = random.Random(seed)
    while True:
        practice = Practice()
        for _ in range(chance.randint(0, MOST_PEOPLE)):
            practice.joins(somebody(chance))
        yield chance, practice


def recovered(before: tuple, after: tuple) -> float | None:
    """The score of the only newcomer, from the numbers of people and the means of two looks; None
    if they show no difference."""
    (people, mean), (people_after, mean_after) = before, after
    joined = people_after - people
    return (people_after * mean_after - people * mean) / joined if joined else None


def exact(group: list[Answers]) -> tuple[int, float]:
    """What a page shows that counts people one by one, with two decimals."""
    return len(group), round(sum(map(score_of, group)) / len(group), 2)


def test_the_attack_works_on_people_counted_one_by_one():
    """So that it would be noticed here if it worked on our page."""
    chance = random.Random(3)
    found = 0
    for _ in range(50):
        group = [somebody(chance) for _ in range(MIN_PEOPLE)]
        newcomer = somebody(chance)
        guess = recovered(exact(group), exact([*group, newcomer]))
        found += abs(guess - score_of(newcomer)) <= NEAR
    assert found > 45


@pytest.mark.trust
def test_one_more_person_or_one_less_reveals_no_score(capsys):
    """The page stays as it was until the tenth person. Then it could not be told from a page on
    which the newcomer had answered as any of the nine others, and the others as the newcomer."""
    unchanged = exchanged = lucky = blind = 0
    for chance, practice in islice(practices(seed=7), PRACTICES):
        before = practice.page()
        newcomer = somebody(chance)
        practice.joins(newcomer)
        after = practice.page()
        if practice.waiting:
            assert after == before
            unchanged += 1
        else:
            exchanged += cannot_be_told_apart(practice, newcomer)
        if len(before[0]) and not practice.waiting:
            old, new = before[0][0], after[0][0]
            guess = recovered((old.people, old.mean), (new.people, new.mean))
            lucky += abs(guess - score_of(newcomer)) <= NEAR
            # Somebody who never saw the second page guesses the mean.
            blind += abs(old.mean - score_of(newcomer)) <= NEAR
        assert leaving_changes_nothing(practice, newcomer)
    with capsys.disabled():
        print(
            f"\n{PRACTICES} practices before and after one more person: {unchanged} pages stayed,"
            f" {exchanged} changed by {BATCH} people of whom any could be the newcomer;"
            f" within {NEAR} of the score: {lucky} guesses by both pages, {blind} by one;"
            f" 0 scores computed"
        )
    assert unchanged + exchanged == PRACTICES


def cannot_be_told_apart(practice: Practice, newcomer: Answers) -> bool:
    """Exchanges the newcomer's answers with those of each other person of the batch."""
    batch = practice.last_batch
    assert len(batch) == BATCH
    assert batch[-1] is newcomer
    for at in range(BATCH):
        others = [*batch[:at], *batch[at + 1 :]]
        again = Practice(totals=practice.totals_before)
        for one in [*others, batch[at]]:  # This time the newcomer answered like number `at`.
            again.joins(one)
        assert again.page() == practice.page()
    return True


def leaving_changes_nothing(practice: Practice, leaver: Answers) -> bool:
    """Somebody who leaves while they wait was never counted; afterwards they stay in the totals."""
    page = practice.page()
    if leaver in practice.waiting:
        practice.waiting.remove(leaver)
    return practice.page() == page
