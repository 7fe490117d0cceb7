"""Replaces a changed statement in a loaded module, in a process that ends soon.

Names that other modules imported from it are replaced, too. As little as possible is created again:
tests may hold a class or an enumeration member, and would not recognise a new one.
"""

import ast
import sys
from enum import EnumType
from inspect import ismemberdescriptor
from pathlib import Path
from types import ModuleType

OURS = ("accounts", "articles", "assessments", "clients", "psywellpath", "tests")


def apply(module: ModuleType, code: str) -> None:
    at, _before, after = changed_statement(module, code)
    if isinstance(after[at], ast.FunctionDef):
        _run(module, [after[at]])
    elif isinstance(after[at], ast.ClassDef):
        namespace = dict(vars(module))
        exec(_compiled(module, [after[at]]), namespace)
        name = after[at].name
        _change_class(getattr(module, name), namespace[name])
    else:
        run_again(module, after, at)
    for value in list(vars(module).values()):  # What was computed before the change.
        if hasattr(value, "cache_clear"):
            value.cache_clear()


def changed_statement(module: ModuleType, code: str) -> tuple[int, list[ast.stmt], list[ast.stmt]]:
    before = ast.parse(Path(module.__file__).read_text()).body
    after = ast.parse(code).body
    pairs = enumerate(zip(before, after, strict=True))
    return next(n for n, pair in pairs if _differ(*pair)), before, after


def run_again(module: ModuleType, statements: list[ast.stmt], at: int) -> None:
    """Runs an assignment and the later ones, which may use it."""
    later = [s for s in statements[at + 1 :] if isinstance(s, ast.Assign | ast.AnnAssign)]
    _run(module, [statements[at], *later])


def run_as_it_is(module: ModuleType, code: str) -> int | None:
    """The index of the statement that `run_again` would run for this change, if any."""
    at, _before, after = changed_statement(module, code)
    return None if isinstance(after[at], ast.FunctionDef | ast.ClassDef) else at


def _change_class(old: type, new: type) -> None:
    """Keeps the class object and replaces its attributes."""
    if isinstance(old, EnumType):
        for name, member in new.__members__.items():
            if member.value != old[name].value:
                _change_member(old, name, member.value)
        return
    for name, value in vars(new).items():
        if name not in ("__dict__", "__weakref__", "__slots__") and not ismemberdescriptor(value):
            setattr(old, name, value)


def _change_member(kind: type, name: str, value) -> None:
    """Changes a member in place; a string cannot change, so a new member replaces it."""
    member = kind[name]
    if isinstance(member, str):
        member = str.__new__(kind, value)
        member._name_, member.__objclass__ = name, kind
        member._sort_order_ = kind[name]._sort_order_
        kind._member_map_[name] = member
        entry = vars(kind)[name]
        if isinstance(entry, kind):
            type.__setattr__(kind, name, member)
        else:
            entry.member = member
    member._value_ = value
    kind._value2member_map_[value] = member


def _differ(one: ast.AST, other: ast.AST) -> bool:
    return ast.dump(one) != ast.dump(other)


def _compiled(module: ModuleType, statements: list[ast.stmt]):
    return compile(ast.Module(statements, []), module.__file__, "exec")


def _run(module: ModuleType, statements: list[ast.stmt]) -> None:
    before = dict(vars(module))
    exec(_compiled(module, statements), vars(module))
    changed = {name: new for name, new in vars(module).items() if new is not before.get(name)}
    for name, other in list(sys.modules.items()):
        if other is not module and name.split(".")[0] in OURS:
            for attribute, value in list(vars(other).items()):
                if attribute in changed and value is before.get(attribute):
                    setattr(other, attribute, changed[attribute])
