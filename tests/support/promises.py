"""What the practice promises its clients, and the figures by which tests show it: `make trust`.

A test that shows a promise is marked `trust`, uses the fixture `promise`, and reports its figure
with `promise("reach", f"{n} tries, 0 leaks")`. A promise without a figure is reported as missing. A
parametrized test calls `promise(…, summed=True)`: the numbers of its cases are added up.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

import pytest

PROMISES = {
    "reach": "nobody reaches what is not theirs",
    "at once": "rights end at once",
    "editors": "editors see nothing clinical",
    "reads": "every clinical read is recorded",
    "audit log": "the audit log cannot be rewritten",
    "dump": "private text is unreadable in a stolen dump",
    "rotation": "keys can change",
    "swapped": "a swapped or damaged ciphertext is refused",
    "factor": "staff sign in with a second factor",
    "guessing": "guessing is slow, without locking a victim out",
    "enumeration": "no account enumeration",
    "owner": "mail goes to the owner of an account only",
    "readers": "pages cannot be turned against readers",
    "kept": "acknowledged work is kept",
    "typed": "nothing that somebody types in a longer form is lost, nor read by others",
    "twice": "double clicks and two tabs",
    "own": "one's data is one's own",
    "calls": "the safety plan dials what was meant, or nothing",
    "named": "what a visitor sends names no row",
    "living key": "a living person's key is deleted by nobody",
    "damaged": "one damaged row hides nothing else",
    "backup": "a backup is worth something",
    "row security": "the database holds back what the access policy would let through",
    "ground": "the web role cannot change its own ground",
    "mistakes": "each known mistake is tried",
    "dependencies": "no known vulnerability in what is pinned",
    "deploy": "check --deploy has nothing to say",
}


class Figures:
    """Collects the figures of all processes and prints them at the end."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = defaultdict(list)
        self.parts: dict[tuple[str, str], list[str]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name.startswith("promise ") and report.when == "call":
                key, mark = name.removeprefix("promise "), "BROKEN " if report.failed else ""
                self.lines[key].append(f"{mark}{PROMISES[key]}: {value}")
            if name.startswith("part of ") and report.when == "call":
                key, test = name.removeprefix("part of "), report.nodeid.partition("[")[0]
                mark = "BROKEN " if report.failed else ""
                self.parts[key, test].append(f"{mark}{PROMISES[key]}: {value}")

    def pytest_terminal_summary(self, terminalreporter, config) -> None:
        if "trust" not in (config.option.markexpr or ""):
            return
        terminalreporter.section("promises")
        for key, words in PROMISES.items():
            parts = [
                line for (of, _), cases in self.parts.items() if of == key for line in sums(cases)
            ]
            for line in self.lines[key] + parts or [f"{words}: NOT SHOWN"]:
                terminalreporter.write_line(line)


def sums(lines: Iterable[str]) -> list[str]:
    """Merges lines that differ only in their numbers into one, with the numbers added up."""
    added: dict[str, list[int]] = {}
    for line in lines:
        shape, numbers = re.sub(r"\d+", "{}", line), list(map(int, re.findall(r"\d+", line)))
        added[shape] = list(
            map(sum, zip(added.get(shape, [0] * len(numbers)), numbers, strict=True))
        )
    return [shape.format(*numbers) for shape, numbers in added.items()]


@pytest.fixture
def promise(request: pytest.FixtureRequest):
    """`promise(key, figure)` reports the figure by which this test shows a promise."""

    def report(key: str, figure: str, *, summed: bool = False) -> None:
        assert key in PROMISES, key
        name = f"part of {key}" if summed else f"promise {key}"
        request.node.user_properties.append((name, figure))

    return report
