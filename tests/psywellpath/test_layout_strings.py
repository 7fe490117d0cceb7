"""The layout holds for strings too: no app names a table, a route, an address or a verb of the
audit log of an app to its left."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.layout import FILES, ORDER, ROOT

pytestmark = pytest.mark.quick
# Functions whose first argument names a route or an address.
LEADS_TO = {"redirect", "redirect_to_login", "resolve_url", "reverse", "reverse_lazy"}
# Route names that are also names of columns, keys and parameters: faults only in `LEADS_TO`.
ORDINARY = {"client", "consent", "consents", "data", "media", "path", "place"}
# Templates of accounts that link to pages of other apps, and why.
LINKS = {
    "account/logout.html": "who stays signed in goes back to their own page",
    "account/signup_closed.html": "what a visitor can do without an account",
    "accounts/own_account/me.html": "from the account page a client reaches their own data",
    "accounts/sign_in/signed_out.html": "who has signed out goes on to the home page",
    "mfa/recovery_codes/index.html": "where somebody goes on after setting up a second factor",
}


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.AST) -> str:
    """The name of the function in a call; otherwise an empty string."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "id", None) or getattr(node.func, "attr", "")


def text_of(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def routes(app: str) -> Iterator[tuple[str, str, ast.Call]]:
    """(name, address, call) of each `path(…)` in the app's urls.py."""
    for node in ast.walk(tree_of(ROOT / app / "urls.py")):
        if isinstance(node, ast.Call) and called(node) in ("path", "re_path"):
            named = {word.arg: text_of(word.value) for word in node.keywords}
            yield named.get("name", ""), text_of(node.args[0]), node


def route_names(app: str) -> set[str]:
    return {name for name, _address, _call in routes(app)} - {""}


def first_parts(app: str) -> set[str]:
    """What the addresses of the app begin with: `caseload`, `articles` …"""
    prefixes = {}
    for _name, address, call in routes("psywellpath"):
        view = call.args[1] if len(call.args) > 1 else None
        included = text_of(view.args[0]) if isinstance(view, ast.Call) and view.args else ""
        prefixes.setdefault(included.removesuffix(".urls") or "psywellpath", set()).add(address)
    mine = prefixes.get(app, set())
    if "" in mine and app != "psywellpath":
        mine = {address for _name, address, _call in routes(app)}
    return {address.partition("/")[0] for address in mine} - {""}


def verbs(app: str) -> set[str]:
    """The values that the app's verbs store."""
    path = ROOT / app / "audit_verbs.py"
    if not path.exists():
        return set()
    return {
        text_of(node.value.elts[0])
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
    }


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """All but docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if text_of(node) and node not in docstrings:
            yield node


def tables(app: str) -> re.Pattern:
    """Labels and tables of the apps to its left. psywellpath has none: that name is the prefix of
    the database's session variables."""
    left = ORDER[1 : ORDER.index(app)]
    return re.compile(rf"\b({'|'.join(left)})[._]\w" if left else r"(?!)")


def faults_in_python(app: str, path: Path) -> Iterator[str]:
    left, tree, file = ORDER[: ORDER.index(app)], tree_of(path), path.relative_to(ROOT)
    names = set().union(*map(route_names, left))
    parts = set().union(*map(first_parts, left)) - first_parts(app)
    stored = set().union(*map(verbs, left))
    leading = {node.args[0] for node in ast.walk(tree) if called(node) in LEADS_TO and node.args}
    for node in strings(tree):
        text = text_of(node)
        if tables(app).search(text):
            yield f"{file}:{node.lineno} names the table or model {text!r}"
        elif text in stored:
            yield f"{file}:{node.lineno} names the verb {text!r}"
        elif text in names and (node in leading or text not in ORDINARY):
            yield f"{file}:{node.lineno} names the route {text!r}"
        elif text.startswith("/") and text[1:].partition("/")[0] in parts:
            yield f"{file}:{node.lineno} names the address {text!r}"


def faults_in_sql(app: str, path: Path) -> Iterator[str]:
    stored = set().union(*map(verbs, ORDER[: ORDER.index(app)]))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        rule = line.partition("--")[0]
        if tables(app).search(rule) or stored & set(re.findall(r"'([^']+)'", rule)):
            yield f"{path.relative_to(ROOT)}:{number} names a table or a verb: {rule.strip()}"


@pytest.mark.parametrize("app", ORDER[1:])
def test_strings_name_nothing_to_the_left(app):
    files = [path for path in FILES if path.relative_to(ROOT).parts[0] == app]
    faults = [fault for path in files for fault in faults_in_python(app, path)]
    for path in sorted((ROOT / app).rglob("*.sql")):
        faults += faults_in_sql(app, path)
    assert not faults, (
        f"{app} may name only what it or an app to its right declares ({' -> '.join(ORDER)}). Let"
        " the other app register it, or declare it in psywellpath/settings.py:\n"
        + "\n".join(faults)
    )


def test_templates_of_accounts_link_elsewhere_only_for_a_reason():
    names = set().union(*map(route_names, ORDER[:-1]))
    linking = set()
    for folder in ("account", "accounts", "mfa"):
        for path in sorted((ROOT / "templates" / folder).rglob("*.html")):
            text = path.read_text(encoding="utf-8")
            if names & set(re.findall(r"{% url ['\"]([\w:-]+)['\"]", text)):
                linking.add(str(path.relative_to(ROOT / "templates")))
    assert linking == set(LINKS), "Say in LINKS why accounts links to a page of another app."


def test_the_guard_knows_routes_addresses_and_verbs():
    """Otherwise it would find no fault after a change of how they are declared."""
    assert {"caseload", "practice-care"} <= route_names("clients")
    assert {"caseload", "practice", "enquiry"} <= first_parts("clients")
    assert first_parts("articles") == {"articles"}
    assert {"livez", "privacy"} <= first_parts("psywellpath")
    assert "record opened" in verbs("clients")
    assert tables("accounts").search("clients_client")
