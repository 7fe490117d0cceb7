"""The small changes to one file, as mutmut makes them: each with the statement that it changes.

mutmut's own runner leaves out decorated functions (each `@property`) and whatever stands outside
a function, because it switches between copies of functions. Here a change is put in the place
of the statement, so that these are tried, too. Left out as mutmut leaves them out: annotations,
decorators, docstrings and texts in three quotes (SQL; `harmful_changes.py` has some of it).
"""

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode


class Everywhere(MutationVisitor):
    """mutmut's, and into decorated functions as well."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        return not isinstance(node, cst.FunctionDef) and super()._skip_node_and_children(node)


@dataclass(frozen=True)
class Mutant:
    """`statements`: what of the module is other than before, to be run in its place."""

    path: str
    line: int
    old: str
    new: str
    code: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.path, self.old, self.new

    def __str__(self) -> str:
        return f"{self.path}:{self.line}\n    - {self.old}\n    + {self.new}"


def mutants(path: str) -> Iterator[Mutant]:
    """Each change once; those that Python reads as the same code are none."""
    source = Path(path).read_text()
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=False)
    visitor = Everywhere(mutation_operators, IgnoredCode(set(), set(), set()))
    module = wrapper.visit(visitor)
    seen = {ast.dump(ast.parse(source))}
    for mutation in visitor.mutations:
        changed = deep_replace(module, mutation.original_node, mutation.mutated_node)
        assert isinstance(changed, cst.Module)
        tree = ast.parse(changed.code)
        if (meaning := ast.dump(tree)) not in seen:
            seen.add(meaning)
            yield Mutant(path, *_difference(source, changed.code), changed.code)


def _difference(before: str, after: str) -> tuple[int, str, str]:
    """The first changed line's number, and the changed lines on both sides, in one line each."""
    old, new = before.splitlines(), after.splitlines()
    steps = [
        s for s in difflib.SequenceMatcher(None, old, new, False).get_opcodes() if s[0] != "equal"
    ]
    first, last = steps[0], steps[-1]
    return (
        first[1] + 1,
        _one_line(old[first[1] : last[2]]),
        _one_line(new[first[3] : last[4]]),
    )


def _one_line(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)
