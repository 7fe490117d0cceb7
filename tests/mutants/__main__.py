"""`make mutants`: the score of each engine, and each change that no test notices."""

import argparse
import os
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from tqdm import tqdm

from tests.mutants.engines import ENGINES, ENOUGH, TESTS
from tests.mutants.making import Mutant
from tests.mutants.plugin import Mutating, Trial

EQUIVALENT = Path(__file__).parent / "equivalent.toml"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument(
        "engines",
        nargs="*",
        metavar="ENGINE",
        help="the names of their modules, such as: engine flags",
    )
    names = parser.parse_args().engines
    by_module = {Path(engine.path).stem: engine for engine in ENGINES}
    engines = [by_module[name] for name in names or by_module]
    # The same examples for every mutant; the first failure is enough.
    settings.register_profile(
        "mutants", max_examples=40, derandomize=True, database=None, deadline=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutants")
    report = Report()
    mutating = Mutating(engines, report)
    files = sorted({str(TESTS / name) for engine in engines for name in engine.tests})
    options = ["-q", "--no-header", "--reuse-db", "-n0", "-p", "no:cacheprovider"]
    if pytest.main([*options, *files], plugins=[mutating]):
        return 2
    return 0 if report.enough else 1


class Report:
    """Prints each engine's score as soon as it is known."""

    def __init__(self) -> None:
        self.excused = {(e["path"], e["old"], e["new"]) for e in known()}
        self.enough = True

    def __call__(self, trial: Trial) -> None:
        missed = [m for m in trial.survivors if not excuses(m) & self.excused]
        same = len(trial.survivors) - len(missed)
        counted = trial.tried - same
        noticed = counted - len(missed)
        self.enough &= noticed * 100 >= ENOUGH * counted
        share = f"{noticed} of {counted} noticed, {100 * noticed / counted:.1f} %"
        lines = [f"{trial.engine.name:<18} {share}; {same} more change nothing"]
        lines += [f"  {mutant}" for mutant in missed] + self._stale(trial)
        tqdm.write("\n".join(lines), file=sys.__stdout__)

    def _stale(self, trial: Trial) -> list[str]:
        current = set().union(*map(excuses, trial.survivors))
        gone = {e for e in self.excused - current if e[0] == trial.engine.path}
        self.enough &= not gone
        return [f"  {EQUIVALENT.name}: no such survivor: - {e[1]} + {e[2]}" for e in sorted(gone)]


def excuses(mutant: Mutant) -> set[tuple[str, str, str]]:
    """The entries that would excuse it: this change of its line, or any change of its line."""
    return {mutant.key, (mutant.path, mutant.old, "*")}


def known() -> list[dict[str, str]]:
    return tomllib.loads(EQUIVALENT.read_text())["equivalent"] if EQUIVALENT.exists() else []


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.exit(main())
