"""`score_responses` and the site agree on random attempts: 1,000 per questionnaire if THOROUGH."""

import json
import random

import pytest
from django.core.management import call_command
from django.utils import timezone

from assessments.catalogue import actions as catalogue
from assessments.instruments import file as instrument_file
from assessments.models import Answer, Attempt
from assessments.taking import actions as taking
from tests.support.assessments.files import of_key, small
from tests.support.thorough import THOROUGH

ATTEMPTS = 1000 if THOROUGH else 60
THREE = [
    {"id": "trust", "title": "Trust", "keyed": ["q1", "-q2", "q3"], "max_missing": 1},
    {"id": "calm", "title": "Calm", "keyed": ["-q4", "q5"], "max_missing": 0},
    {"id": "hope", "title": "Hope", "keyed": ["q6", "q7", "-q8", "q1"], "max_missing": 2},
]
# q2 is in both scales, with opposite signs.
SHARED = [
    {"id": "anxiety", "title": "Anxiety", "keyed": ["q1", "q2", "-q3"], "max_missing": 1},
    {"id": "avoidance", "title": "Avoidance", "keyed": ["-q2", "q4"], "max_missing": 0},
]
ITEMS = [{"id": f"q{n}", "text": f"Statement {n}"} for n in range(1, 9)]


def with_gaps(name: str) -> dict:
    definition = of_key(name)
    for scale in definition["scales"]:
        scale["max_missing"] = 2
    return definition


INSTRUMENTS = {
    **{name: with_gaps(name) for name in ("ecr", "ecr-r", "ecr-rs", "ecr-s")},
    "three": small(slug="three", items=ITEMS, scales=THREE, styles=None),
    "shared": small(slug="shared", items=ITEMS[:4], scales=SHARED),
}


def random_answers(definition: dict, number: int) -> dict[str, int]:
    """Answers with none to a third of the items missing, but never all."""
    chance = random.Random(f"{definition['slug']} {number}")
    gaps = chance.choice([0, 0, 0.05, 0.1, 0.33])
    ids = [item["id"] for item in definition["items"]]
    return {item: chance.randint(1, 7) for item in ids if chance.random() >= gaps} or {ids[0]: 4}


def take_all(definition: dict, people: list[dict[str, int]]) -> list[Attempt]:
    """Submits each set of answers the way the site does."""
    data = json.dumps(definition).encode()
    version, _ = catalogue.load_instrument(definition=instrument_file.read_definition(data))
    catalogue.publish(version=version)
    now = timezone.now()
    attempts = Attempt.objects.bulk_create(
        Attempt(version=version, adult=True, consented_at=now, started_at=now) for _ in people
    )
    Answer.objects.bulk_create(
        Answer(attempt=attempt, item_id=item, value=value)
        for attempt, answers in zip(attempts, people, strict=True)
        for item, value in answers.items()
    )
    for attempt in attempts:
        taking.submit(attempt=attempt)
    return attempts


def line_of(number: int, attempt: Attempt) -> str:
    result = attempt.result
    means = [score.mean for score in result.scored.scales]
    shown = ["" if mean is None else f"{float(mean):.4f}" for mean in means]
    return ",".join([str(number), *shown, result.style])


@pytest.mark.trust
@pytest.mark.parametrize("name", INSTRUMENTS)
def test_the_site_and_the_command_agree(db, tmp_path, capsys, name):
    definition = INSTRUMENTS[name]
    people = [random_answers(definition, number) for number in range(ATTEMPTS)]
    ids = [item["id"] for item in definition["items"]]
    rows = [",".join(ids), *(",".join(str(p.get(i, "")) for i in ids) for p in people)]
    (tmp_path / "instrument.json").write_text(json.dumps(definition))
    (tmp_path / "responses.csv").write_text("\n".join(rows) + "\n")
    call_command(
        "score_responses", str(tmp_path / "instrument.json"), str(tmp_path / "responses.csv")
    )
    printed = capsys.readouterr().out.splitlines()[1:]
    attempts = take_all(definition, people)
    ours = [line_of(number, attempt) for number, attempt in enumerate(attempts, start=1)]
    differences = [pair for pair in zip(ours, printed, strict=True) if pair[0] != pair[1]]
    with_missing = sum(len(answers) < len(ids) for answers in people)
    with capsys.disabled():
        print(f"\n{name}: {len(ours)} attempts ({with_missing} with missing answers),"
              f" {len(differences)} differences")  # fmt: skip
    assert not differences
