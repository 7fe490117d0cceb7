"""`make mutants`: the score of each engine, and each change that no test notices."""

import argparse
import os
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutants.engines import ENGINES, ENOUGH, TESTS
from tests.mutants.plugin import Mutating, Trial

EQUIVALENT = Path(__file__).parent / "equivalent.toml"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("engines", nargs="*", help="their modules, as in scoring flags")
    asked = parser.parse_args().engines
    engines = [e for e in ENGINES if not asked or Path(e.path).stem in asked]
    # The same examples for every mutant, and the first that fails is enough.
    settings.register_profile(
        "mutants", max_examples=40, derandomize=True, database=None, deadline=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutants")
    mutating = Mutating(engines)
    files = sorted({str(TESTS / name) for engine in engines for name in engine.tests})
    options = ["-q", "--no-header", "--reuse-db", "-n0", "-p", "no:cacheprovider"]
    if pytest.main([*options, *files], plugins=[mutating]):
        return 2
    return report(mutating.trials)


def report(trials: list[Trial]) -> int:
    excused = {(e["path"], e["old"], e["new"]): e["why"] for e in known()}
    print()
    enough = True
    for trial in trials:
        missed = [m for m in trial.survivors if m.key not in excused]
        counted = trial.tried - (len(trial.survivors) - len(missed))
        noticed = counted - len(missed)
        enough &= noticed * 100 >= ENOUGH * counted
        print(
            f"{trial.engine.name:<18} {noticed} of {counted} noticed, "
            f"{100 * noticed / counted:.1f} %; "
            f"{len(trial.survivors) - len(missed)} change nothing"
        )
        for mutant in missed:
            print(f"  {mutant}")
    made = {m.key for trial in trials for m in trial.survivors}
    paths = {trial.engine.path for trial in trials}
    for path, old, new in excused:
        if path in paths and (path, old, new) not in made:
            enough = False
            print(f"{EQUIVALENT.name}: no such survivor any more in {path}: - {old} + {new}")
    return 0 if enough else 1


def known() -> list[dict[str, str]]:
    return tomllib.loads(EQUIVALENT.read_text())["equivalent"] if EQUIVALENT.exists() else []


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    sys.exit(main())
