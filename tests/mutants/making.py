"""The small changes to one file, as mutmut makes them.

mutmut's own runner leaves out decorated functions (each `@property`) and code outside functions,
because it switches between copies of functions. Here a change replaces the whole statement, so that
these are covered, too. As in mutmut, annotations, decorators, docstrings and triple-quoted strings
(SQL, some of which `harmful_changes.py` covers) are left out.
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
    """mutmut's visitor, which also enters decorated functions."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        return not isinstance(node, cst.FunctionDef) and super()._skip_node_and_children(node)


@dataclass(frozen=True)
class Mutant:
    """One change: the changed lines before and after, and the code of the whole changed module."""

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
    """Each change once; changes that leave the same syntax tree are left out."""
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
    """The number of the first changed line, and the changed lines before and after, each joined."""
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
