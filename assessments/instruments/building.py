"""Builds an instrument file from a published key and licensed wording. Pure."""

from typing import Any

from assessments.instruments.scoring_keys import KEYS

LOWEST, HIGHEST, MIDPOINT = 1, 7, 4.0


class WordingFaults(ValueError):
    """The wording does not fit the key; `problems` lists each fault with its line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def read_wording(data: bytes, items: int) -> list[str]:
    """The items: one per line, UTF-8, in the published order; trailing blank lines are ignored.

    Raises WordingFaults.
    """
    try:
        lines = [line.strip() for line in data.decode("utf-8-sig").strip("\r\n\t ").splitlines()]
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise WordingFaults([f"line {line}: not UTF-8"]) from error
    problems = [f"line {n}: blank" for n, line in enumerate(lines, start=1) if not line]
    if len(lines) != items:
        problems.append(
            f"line {len(lines)}: the key has {items} items, but the file has {len(lines)} lines"
        )
    if problems:
        raise WordingFaults(problems)
    return lines


def read_instructions(data: bytes) -> str:
    """The authors' instructions, UTF-8, without blank lines around them. Raises WordingFaults."""
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise WordingFaults(["instructions: not UTF-8"]) from error
    if not text:
        raise WordingFaults(["instructions: blank"])
    return text


def build_definition(
    key_name: str,
    wording: list[str],
    *,
    instructions: str,
    licence: str,
    version: str = "1.0",
    language: str = "en",
    midpoint_cuts: bool = False,
    targets: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The content of an instrument file, not yet checked.

    `instructions` are the authors' own: what people are asked to think of is part of what is
    measured. Item ids are the published numbers. Norms and reliabilities are not included, because
    they belong to a sample and not to a key. Cuts at the midpoint, which are a convention, are
    included only on request.
    """
    key = KEYS[key_name]
    definition = {
        "format": 1,
        "slug": key_name,
        "version": version,
        "language": language,
        "title": key.name,
        "purpose": "",
        "instructions": instructions,
        "licence": licence,
        "citation": key.citation,
        "response": {
            "min": LOWEST,
            "max": HIGHEST,
            "labels": {str(LOWEST): "Strongly disagree", str(HIGHEST): "Strongly agree"},
        },
        "items": [{"id": str(n), "text": text} for n, text in enumerate(wording, start=1)],
        "scales": key.scales(),
    }
    if midpoint_cuts:
        definition["styles"] = {"anxiety": MIDPOINT, "avoidance": MIDPOINT}
    if targets:
        definition["targets"] = list(targets)
    return definition
