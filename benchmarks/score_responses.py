"""Scoring a file of 50,000 responses to 36 items, beside merely reading it with the csv module.

Prints one row: measurement, time, peer time, ratio. Takes the best of several runs, in seconds.
"""

import csv
import random
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from assessments.instruments.definition import Cuts, Instrument, Item, Keyed, Response, Scale
from assessments.instruments.scoring_keys import KEYS
from assessments.scoring.response_file import score_lines

ROWS, RUNS, SEED = 50_000, 5, 20


def instrument() -> Instrument:
    key = KEYS["ecr"]
    scales = tuple(
        Scale(
            data["id"],
            data["title"],
            tuple(Keyed(entry.removeprefix("-"), entry.startswith("-")) for entry in data["keyed"]),
            max_missing=data["max_missing"],
        )
        for data in key.scales()
    )
    return Instrument(
        slug="ecr", version="1", language="en", title="ECR", purpose="", instructions="",
        licence="key only", citation=key.citation,
        response=Response(1, 7, ((1, "low"), (7, "high"))),
        items=tuple(Item(str(n), f"item {n}") for n in range(1, key.items + 1)),
        scales=scales, cuts=Cuts(Fraction(4), Fraction(4)),
    )  # fmt: skip


def write_responses(path: Path, items: tuple[str, ...]) -> None:
    """Writes seeded answers from 1 to 7, with one cell in a hundred empty."""
    draw = random.Random(SEED)
    answers = [str(value) for value in range(1, 8)]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(items)
        for _ in range(ROWS):
            row = draw.choices(answers, k=len(items))
            if draw.random() < 0.36:
                row[draw.randrange(len(items))] = ""
            writer.writerow(row)


def best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    questionnaire = instrument()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "responses.csv"
        write_responses(path, questionnaire.item_ids)

        def read() -> None:
            with path.open(encoding="utf-8", newline="") as lines:
                for _ in csv.reader(lines):
                    pass

        def score() -> None:
            with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
                score_lines(questionnaire, lines)

        peer, ours = best(read), best(score)
    times = f"{ours:.3f} s  csv.reader {peer:.3f} s  {ours / peer:.2f} x"
    print(f"score_responses {ROWS} x 36  {times}")


if __name__ == "__main__":
    main()
