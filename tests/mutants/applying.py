"""Puts a changed statement in its place in a module that is loaded, in a process that ends soon.

What other modules took from it by name follows. As little as possible is made again: tests may
hold a class or a member of an enumeration, and would no longer know the new one.
"""

import ast
import sys
from enum import EnumType
from pathlib import Path
from types import ModuleType

OURS = ("accounts", "articles", "assessments", "clients", "psywellpath", "tests")


def apply(module: ModuleType, code: str) -> None:
    at, before, after = changed_statement(module, code)
    old, new = before[at], after[at]
    if isinstance(new, ast.FunctionDef):
        _run(module, [new])
    elif isinstance(new, ast.ClassDef) and (method := _changed_method(old, new)):
        there = dict(vars(module))
        exec(_compiled(module, [new]), there)
        setattr(getattr(module, new.name), method, vars(there[new.name])[method])
    elif _is_plain_enum(module, new):
        there = dict(vars(module))
        exec(_compiled(module, [new]), there)
        for name, member in there[new.name].__members__.items():
            getattr(module, new.name)[name]._value_ = member.value
    else:
        replace_from(module, after, at)


def changed_statement(module: ModuleType, code: str) -> tuple[int, list[ast.stmt], list[ast.stmt]]:
    before = ast.parse(Path(module.__file__).read_text()).body
    after = ast.parse(code).body
    pairs = enumerate(zip(before, after, strict=True))
    return next(n for n, pair in pairs if _differ(*pair)), before, after


def replace_from(module: ModuleType, statements: list[ast.stmt], at: int) -> None:
    """Runs a statement that is no function, and what later ones make of it."""
    kinds = (ast.Assign, ast.AnnAssign)
    if isinstance(statements[at], ast.ClassDef):
        kinds += (ast.ClassDef,)
    later = [s for s in statements[at + 1 :] if isinstance(s, kinds)]
    _run(module, [statements[at], *later])


def is_whole(module: ModuleType, code: str) -> int | None:
    """Which statement is run as a whole for this change: it is no function, and no method."""
    at, before, after = changed_statement(module, code)
    old, new = before[at], after[at]
    inside = isinstance(new, ast.ClassDef) and _changed_method(old, new)
    plain = _is_plain_enum(module, new)
    return None if isinstance(new, ast.FunctionDef) or inside or plain else at


def _is_plain_enum(module: ModuleType, statement: ast.stmt) -> bool:
    """One whose members are known by identity: tests hold them, so they cannot be made again."""
    there = getattr(module, getattr(statement, "name", ""), None)
    return isinstance(there, EnumType) and not issubclass(there, str)


def _differ(one: ast.AST, other: ast.AST) -> bool:
    return ast.dump(one) != ast.dump(other)


def _changed_method(old: ast.ClassDef, new: ast.ClassDef) -> str:
    changed = [s for o, s in zip(old.body, new.body, strict=True) if _differ(o, s)]
    return changed[0].name if isinstance(changed[0], ast.FunctionDef) else ""


def _compiled(module: ModuleType, statements: list[ast.stmt]):
    return compile(ast.Module(statements, []), module.__file__, "exec")


def _run(module: ModuleType, statements: list[ast.stmt]) -> None:
    before = dict(vars(module))
    exec(_compiled(module, statements), vars(module))
    changed = {name: new for name, new in vars(module).items() if new is not before.get(name)}
    for name, other in list(sys.modules.items()):
        if other is not module and name.split(".")[0] in OURS:
            for said, value in list(vars(other).items()):
                if said in changed and value is before.get(said):
                    setattr(other, said, changed[said])
