"""The order of the apps and of their features, and what a file imports."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ORDER = ["psywellpath", "clients", "assessments", "articles", "accounts"]
FILES = [
    path
    for app in ORDER
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]


# The features of each app from the ground up: one imports what lies on lower floors, never what
# lies beside it or above. A feature is a package, or a module that lies beside the packages.
FLOORS: dict[str, list[set[str]]] = {
    "accounts": [
        {
            "access",
            "allauth_internals",
            "consent_texts",
            "contact_details",
            "database",
            "idempotency",
            "notices",
            "site_name",
        },
        {"forms", "labels", "models", "optimistic_lock", "validators"},
        {"encryption", "rate_limits"},
        {"audit", "emails"},
        {"people", "sign_in"},
        {"admin", "key_rotation", "own_account"},
        {"apps", "management", "middleware", "urls"},
    ],
    "articles": [
        {
            "corrections",
            "nesting",
            "phone_links",
            "pictures",
            "public_version",
            "share_pictures",
            "sources",
            "text_parts",
        },
        {"richtext"},
        {"models"},
        {
            "by_address",
            "demonstration",
            "handouts",
            "moved",
            "picture_rollback",
            "publishing",
            "reading",
        },
        {"outside_review", "pages", "readership", "site_texts"},
        {"imports", "upkeep"},
        {"admin", "exchange", "ghost", "markdown_site", "wordpress"},
        {"apps", "management", "urls"},
    ],
    "assessments": [
        {"audit_verbs", "instruments"},
        {"scoring"},
        {"models", "statistics"},
        {"sittings"},
        {"access", "catalogue"},
        {"practice_data", "results", "taking"},
        {"admin", "apps", "urls", "management"},
    ],
    "clients": [
        {"first_contact", "working_days"},
        {"audit_verbs", "journey", "flags", "labels", "forms"},
        {"models", "dates"},
        {"calendar"},
        {"access", "after_writing", "emails", "audit_log", "endings", "read_marks"},
        {"callbacks", "first_days"},
        {"care", "notes", "results", "rights", "safety_plan", "sessions"},
        {"goals", "intake", "path", "statistics", "talking_points", "tasks"},
        {"agenda", "check_ins", "rhythm"},
        {"caseload", "contact_details", "download", "portal"},
        {"record", "admin"},
        {"apps", "urls", "management", "templatetags"},
    ],
}


def feature_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


@cache
def imported(path: Path, *, types: bool = True) -> frozenset[str]:
    """The names that a file imports; `types`: those that only the type checker reads, too."""
    names: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and not types:
            skipped |= set(ast.walk(node))
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)
