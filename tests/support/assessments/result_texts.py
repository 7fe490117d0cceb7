"""Prints what a result page says for many patterns of answers, as a table to be read by somebody
who knows the field.

    python -m tests.support.assessments.result_texts [closeness] [ecr] [ecr-r] [ecr-rs] [ecr-s]

`closeness` is the newest version of the project's own questionnaire; the others have their
published keys, placeholder wording, cuts of 4 and, with `--alpha VALUE SD`, that reliability.
"""

import os
import random
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import django

from assessments.instruments.definition import Instrument, Reliability, Scale
from assessments.instruments.file import read_instrument
from assessments.instruments.scoring_keys import KEYS
from assessments.scoring.engine import score

OWN = Path(__file__).parents[3] / "assessments" / "questionnaires"
Answers = dict[str, int]
COLUMNS = ["", "answers", "anxiety", "avoidance", "headline", "meaning", "about anxiety",
           "about avoidance", "name"]  # fmt: skip


def of_means(questionnaire: Instrument, anxiety: float, avoidance: float) -> Answers:
    """Answers whose scores are as near to these as whole answers can be."""
    means = {"anxiety": anxiety, "avoidance": avoidance}
    answers: Answers = {}
    for scale in questionnaire.scales:
        answers |= _of_mean(questionnaire, scale, means[scale.id])
    return answers


def _of_mean(questionnaire: Instrument, scale: Scale, mean: float) -> Answers:
    ends = questionnaire.response.min + questionnaire.response.max
    total, items = round(mean * len(scale.keyed)), len(scale.keyed)
    values = [total // items + (n < total % items) for n in range(items)]
    return {
        keyed.item: ends - value if keyed.reverse else value
        for keyed, value in zip(scale.keyed, values, strict=True)
    }


def patterns(questionnaire: Instrument) -> Iterator[tuple[str, Answers]]:
    """Sixty patterns: regions, edges, contradictions, one answer throughout, gaps, and chance."""
    for anxiety, avoidance in product((2.0, 4.0, 6.0), repeat=2):
        yield f"region {anxiety}/{avoidance}", of_means(questionnaire, anxiety, avoidance)
    for anxiety, avoidance in product((3.3, 4.7), repeat=2):
        yield f"slight {anxiety}/{avoidance}", of_means(questionnaire, anxiety, avoidance)
    for anxiety, avoidance in ((1.2, 3.3), (6.5, 4.7), (4.7, 6.5), (1.0, 7.0)):
        yield f"uneven {anxiety}/{avoidance}", of_means(questionnaire, anxiety, avoidance)
    for edge in (3.3, 3.4, 3.5, 3.6, 4.4, 4.5, 4.6, 4.7):
        yield f"edge, anxiety {edge}", of_means(questionnaire, edge, 2.0)
        yield f"edge, avoidance {edge}", of_means(questionnaire, 6.0, edge)
    for edge in (2.4, 2.5, 2.6, 5.4, 5.5, 5.6):
        yield f"edge of the quarter {edge}", of_means(questionnaire, edge, edge)
    yield from _contradictory(questionnaire)
    for value in questionnaire.response.values():
        yield f"{value} throughout", dict.fromkeys(questionnaire.item_ids, value)
    yield from _with_gaps(questionnaire)
    for seed in range(5):
        chance = random.Random(seed)
        drawn = {i: chance.randint(1, 7) for i in questionnaire.item_ids}
        yield f"at random, seed {seed}", drawn


def _contradictory(questionnaire: Instrument) -> Iterator[tuple[str, Answers]]:
    ids = questionnaire.item_ids
    yield "7 and 1 by turns", {item: 7 if n % 2 else 1 for n, item in enumerate(ids)}
    yield "1 and 7 by turns, in twos", {item: 7 if n % 4 > 1 else 1 for n, item in enumerate(ids)}
    yield "1 to 7 over and over", {item: n % 7 + 1 for n, item in enumerate(ids)}
    yield "7 throughout but once", dict.fromkeys(ids, 7) | {ids[0]: 6}


def _with_gaps(questionnaire: Instrument) -> Iterator[tuple[str, Answers]]:
    full = of_means(questionnaire, 5.0, 3.0)
    anxiety = [keyed.item for keyed in questionnaire.scales[0].keyed]
    for missing in (1, 2, 3):
        kept = {item: v for item, v in full.items() if item not in anxiety[:missing]}
        yield f"{missing} of anxiety skipped", kept
    yield "all of anxiety skipped", {i: v for i, v in full.items() if i not in anxiety}
    yield "only one answer", dict([next(iter(full.items()))])


def table(questionnaire: Instrument, standing: str) -> Iterator[str]:
    """The lines of the table, in Markdown."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|{' --- |' * len(COLUMNS)}"
    for number, (name, answers) in enumerate(patterns(questionnaire), 1):
        yield f"| {number} | {name} | {' | '.join(said(questionnaire, standing, answers))} |"


def said(questionnaire: Instrument, standing: str, answers: Answers) -> list[str]:
    """The scores, and every text about them."""
    from assessments.results.context import Taken, reading_of

    taken = Taken(questionnaire=questionnaire, answers=answers,
                  scored=score(questionnaire, answers), submitted_at=None, target="",
                  engine_version="1", names_styles=True, standing=standing)  # fmt: skip
    reading = reading_of(taken)
    scores = [
        f"{one.score or '–'}{f' ({one.band[0]} to {one.band[1]})' if one.band else ''}"
        for one in reading.dimensions
    ]
    about = [" ".join(map(str, one.sentences)) for one in reading.dimensions]
    meaning = " ".join(map(str, reading.head.meaning))
    return [*scores, str(reading.headline), meaning, *about, str(reading.naming)]


def questionnaire_of(name: str, alpha: tuple[Fraction, Fraction] | None = None) -> Instrument:
    from tests.support.assessments.files import instrument, of_key

    if name in KEYS:
        questionnaire = instrument(of_key(name))
        # The published order of ECR and ECR-S begins with avoidance.
        scales = sorted(questionnaire.scales, key=lambda scale: scale.id)
        if alpha:
            known = Reliability("alpha", *alpha, "stated on the command line")
            scales = [replace(scale, reliability=known) for scale in scales]
        return replace(questionnaire, scales=tuple(scales))
    newest = max(OWN.glob("*.json"), key=lambda file: read_instrument(file.read_bytes()).version)
    return read_instrument(newest.read_bytes())


def main() -> None:
    parser = ArgumentParser()
    parser.add_argument("names", nargs="*", default=["closeness"], choices=["closeness", *KEYS])
    parser.add_argument("--alpha", nargs=2, type=Fraction, metavar=("VALUE", "SD"))
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    for name in chosen.names:
        print(f"\n## {name}\n")
        print(*table(questionnaire_of(name, chosen.alpha), ""), sep="\n")


if __name__ == "__main__":
    main()
