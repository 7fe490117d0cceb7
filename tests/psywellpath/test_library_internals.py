"""Names that libraries keep to themselves: which ones we use, and whether they are still the same.

Such a name may change in any release without a word. Each is listed here with its parameters, and
the version in which somebody last read it; every other one is refused.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.admin import ModelAdmin
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Model, QuerySet
from django.db.transaction import Atomic
from django.forms import ModelForm

from accounts import allauth_internals
from accounts.allauth_internals import TOTP, RecoveryCodes

pytestmark = pytest.mark.quick
ROOT = Path(__file__).parents[2]
APPS = ["accounts", "articles", "assessments", "clients", "psywellpath"]
SEAM = ROOT / "accounts" / "allauth_internals.py"
FILES = [
    path
    for folder in (*APPS, "benchmarks", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]

# The versions for which the two tables below were read. A new version: read what it changed in
# these names, and then write it here.
READ_IN = {"django-allauth": "65.21.1", "Django": "5.2"}

ALLAUTH: dict[str, str] = {
    "LOGIN_SESSION_KEY": "account_login",
    "begin_registration": "(user, passwordless)",
    "clear_rate_limit": "(request, *, app, action, config=None, key=None, user=None)",
    "consume_rate_limit": (
        "(request, *, app, action, config=None, key=None, user=None, dry_run=False,"
        " limit_get=False, raise_exception=False)"
    ),
    "format_hotp_value": "(value)",
    "generate_totp_secret": "(length=20)",
    "hotp_value": "(secret, counter)",
    "is_reauthentication_required": "(request, *, app)",
    "normalize_user_code": "(code)",
    "record_authentication": "(request, user, method, **extra_data)",
    "remove_authenticator": "(request, authenticator)",
    "yield_hotp_counters_from_time": "()",
    "TOTP": "(instance)",
    "RecoveryCodes": "(instance)",
}
# What `accounts.sign_in.factor_secrets` wraps, and what pages and tests ask of these two.
METHODS: dict[Callable[..., Any], str] = {
    TOTP.activate: "(user, secret)",
    TOTP.validate_code: "(self, code)",
    RecoveryCodes.activate: "(user)",
    RecoveryCodes.generate_codes: "(self)",
    RecoveryCodes.get_unused_codes: "(self)",
}
# Name: where the library has it, its parameters ("" for an attribute), and what we need it for.
PRIVATE: dict[str, tuple[Any, str, str]] = {
    "_authenticate_by_email": (
        AuthenticationBackend, "(self, email, password)",
        "the one place where allauth looks a person up by address",
    ),
    "_check_password": (AuthenticationBackend, "(self, user, password)", "the same"),
    "_fetch_all": (QuerySet, "(self)", "encrypted rows fetched together find their keys together"),
    "_get_field_expression_map": (
        Model, "(self, meta, exclude=None)",
        "constraints are checked before saving, and an empty encrypted text is NULL there too",
    ),
    "_get_obj_does_not_exist_redirect": (
        ModelAdmin, "(self, request, opts, object_id)", "a 404 in place of a redirect",
    ),
    "_get_or_create_session_key": (SessionStore, "(self)", "Django's own save calls it"),
    "_get_session": (SessionStore, "(self, no_load=False)", "Django's own save calls it"),
    "_get_validation_exclusions": (
        ModelForm, "(self)", "a constraint is asked about a field that the form does not show",
    ),
    "_result_cache": (QuerySet(), "", "whether the rows were fetched just now"),
    "_from_testcase": (
        Atomic("", savepoint=True, durable=False), "", "tests ask which block is the outermost",
    ),
}  # fmt: skip
# Django's documentation names these, in spite of the underscore; the enum's are in Python's.
DOCUMENTED = {
    "_base_manager", "_db", "_default_manager", "_meta", "_state",
    "_exit", "_generate_next_value_", "_name_", "_sort_order_", "_value_",
}  # fmt: skip
# Tools that change code under test; each fails at once where one of these is gone.
TOOLS = {
    "tests/mutants/applying.py": {"_member_map_", "_value2member_map_"},
    "tests/mutants/making.py": {"_skip_node_and_children"},
    "tests/mutants/plugin.py": {"_file", "_tw"},
}


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    """Each file of ours and of the tests, parsed."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def parameters(thing: Callable[..., Any]) -> str:
    """The signature without annotations."""
    full = inspect.signature(thing)
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in full.parameters.values()]
    return str(full.replace(parameters=bare, return_annotation=inspect.Signature.empty))


@pytest.mark.parametrize("library", READ_IN)
def test_the_libraries_are_those_whose_internals_were_read(library):
    assert f"{version(library)}.".startswith(f"{READ_IN[library]}."), (
        f"{library} is {version(library)} now. Do the names in tests/psywellpath/"
        f"{Path(__file__).name} still mean the same? Then change READ_IN there."
    )


def test_each_internal_name_of_allauth_is_as_it_was_read():
    assert set(ALLAUTH) == set(allauth_internals.__all__)
    for name, expected in ALLAUTH.items():
        value = getattr(allauth_internals, name)
        assert (value if isinstance(value, str) else parameters(value)) == expected, name
    for method, expected in METHODS.items():
        assert parameters(method) == expected, method.__qualname__


@pytest.mark.parametrize("name", PRIVATE)
def test_each_private_name_of_a_library_is_as_it_was_read(name):
    owner, expected, _why = PRIVATE[name]
    value = getattr(owner, name)
    assert (parameters(value) if expected else "") == expected
    assert expected or not callable(value)


def module_imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def test_internals_of_allauth_are_imported_in_one_module(trees):
    importers = {
        str(path.relative_to(ROOT))
        for path, tree in trees.items()
        if path != SEAM
        for name in module_imports(tree)
        if "internal" in name.split(".")
    }
    assert not importers, (
        f"accounts/allauth_internals.py is where {sorted(importers)} should ask for them."
    )


def test_no_private_name_of_a_library_is_used_that_is_not_listed(trees):
    """Private is what starts with an underscore; ours is what is defined somewhere here."""
    ours = {name for tree in trees.values() for name in definitions(tree)}
    used: dict[str, set[str]] = {}
    for path, tree in trees.items():
        names = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        names |= {part for name in module_imports(tree) for part in name.split(".")}
        for name in filter(is_private, names - ours):
            used.setdefault(name, set()).add(str(path.relative_to(ROOT)))
    tools = {(name, file) for file, names in TOOLS.items() for name in names}
    stray = {
        name: sorted(files)
        for name, files in used.items()
        if name not in {*PRIVATE, *DOCUMENTED} and {(name, file) for file in files} - tools
    }
    assert not stray, (
        f"Private names of a library: {stray}. Is there a public way? If not, list the name in"
        f" PRIVATE of tests/psywellpath/{Path(__file__).name}, with the reason."
    )


def definitions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.id if isinstance(node, ast.Name) else node.attr


def test_no_method_overrides_a_private_one_that_is_not_listed():
    """An override of a name that the library gives up would be called no longer, silently."""
    stray = [
        f"{cls.__module__}.{cls.__name__}.{name}"
        for cls in classes()
        for name in vars(cls)
        if is_private(name) and name not in {*PRIVATE, *DOCUMENTED} and not name.endswith("_")
        if any(name in vars(base) for base in cls.__mro__[1:] if not is_ours(base))
    ]
    assert not stray, f"List the name in PRIVATE, with the reason: {stray}"


def is_ours(cls: type) -> bool:
    return cls.__module__.split(".")[0] in APPS


def classes() -> Iterator[type]:
    for path in FILES:
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] not in APPS or {"commands", "settings", "wsgi"} & set(parts):
            continue
        module = import_module(".".join(parts).removesuffix(".__init__"))
        yield from (
            cls
            for cls in vars(module).values()
            if inspect.isclass(cls) and cls.__module__ == module.__name__
            if not getattr(cls, "_is_protocol", False)
        )


def test_tests_use_public_names_of_ours(trees):
    """What a test needs is public: a private name may change without its tests."""
    private = {
        str(path.relative_to(ROOT)): sorted(names)
        for path, tree in trees.items()
        if path.parts[len(ROOT.parts)] == "tests"
        if (names := set(private_names_of_ours(tree)))
    }
    assert not private, f"Make public what these tests need: {private}"


def private_names_of_ours(tree: ast.AST) -> Iterator[str]:
    """Those imported, and those of an imported module or class that are read or patched."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in APPS
        for alias in node.names
    }
    yield from filter(is_private, imported)
    for node in ast.walk(tree):
        owner, name = attribute_of(node)
        if owner in imported and is_private(name) and name not in DOCUMENTED | set(PRIVATE):
            yield f"{owner}.{name}"


def attribute_of(node: ast.AST) -> tuple[str, str]:
    """`owner.name`, or `setattr(owner, "name", …)`; two empty strings for anything else."""
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return owner, name
        case ast.Call(
            func=ast.Attribute(attr="setattr"),
            args=[ast.Name(id=owner), ast.Constant(value=str(name)), *_],
        ):
            return owner, name
    return "", ""
