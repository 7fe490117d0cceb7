"""Which kinds of care link does a use of them mean: those who care, or also those who only read?"""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from clients.download import letter
from clients.models import CareLink

ROOT = Path(settings.BASE_DIR)
# What reaches care links, apart from `CareLink.objects`: the names of the relations to them.
RELATIONS = ("care_links", "covered_by")
SAYS_THE_KIND = {"caring", "current", "planned", "going_on", "reading", "every_kind"}
# These take the link or its key from where the kind was asked, or read no link.
NEEDS_NONE = {"create", "bulk_create", "none"}
QUESTION = (
    "these care links are of which kind? Say `caring()` (or `current`, `planned`, `going_on`) for"
    " those who care for the client, `reading()` for everybody who may read the record now, or"
    ' `every_kind("because …")`: CareLinkQuerySet of clients/models/care.py.'
)


def unsaid(source: str) -> Iterator[int]:
    """The lines on which care links are used without saying which kind."""
    tree = ast.parse(source)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if _starts(node) and not _says(node, above):
            yield node.lineno
        if isinstance(node, ast.keyword) and (node.arg or "").startswith(RELATIONS):
            yield node.value.lineno
        if isinstance(node, ast.Constant) and str(node.value) in RELATIONS:
            call = above[node]
            if isinstance(call, ast.Call) and len(call.args) < 2:  # Not Prefetch(name, links).
                yield node.lineno


def _starts(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and (
        node.attr in RELATIONS or ast.unparse(node) == "CareLink.objects"
    )


def _says(node: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether the expression that begins here says it, or each use of the name that it is given."""
    while isinstance(above[node], ast.Attribute | ast.Call) and not _is_argument(node, above[node]):
        node = above[node]
        if isinstance(node, ast.Attribute) and node.attr in SAYS_THE_KIND | NEEDS_NONE:
            return True
        if isinstance(node, ast.Call) and {"pk", "pk__in"} & {k.arg for k in node.keywords}:
            return True
    given = above[node]
    if not (isinstance(given, ast.Assign) and isinstance(given.targets[0], ast.Name)):
        return False
    scope = given
    while not isinstance(scope, ast.FunctionDef):
        scope = above[scope]
    uses = [
        name for name in ast.walk(scope)
        if isinstance(name, ast.Name)
        and name.id == given.targets[0].id
        and isinstance(name.ctx, ast.Load)
    ]  # fmt: skip
    return bool(uses) and all(_says(use, above) for use in uses)


def _is_argument(node: ast.AST, call: ast.AST) -> bool:
    return isinstance(call, ast.Call) and node is not call.func


@pytest.mark.quick
def test_each_use_of_care_links_says_which_kind_it_means():
    files = [path for path in (ROOT / "clients").rglob("*.py") if "migrations" not in path.parts]
    for path in files:
        for line in unsaid(path.read_text()):
            pytest.fail(f"{path.relative_to(ROOT)}, line {line}: {QUESTION}")


@pytest.mark.quick
def test_templates_take_care_links_from_their_view():
    for path in (ROOT / "templates").rglob("*.*"):
        text = path.read_text()
        for name in RELATIONS:
            assert f".{name}" not in text, (
                f"{path.relative_to(ROOT)}: {name} in a template is of every kind. Let the view"
                f" pass them: {QUESTION}"
            )


@pytest.mark.parametrize(
    "unclear",
    [
        "client.care_links.begun()",
        "CareLink.objects.filter(client=client)",
        "Client.objects.filter(care_links__therapist=user)",
        "Client.objects.prefetch_related('care_links')",
        "def f():\n  links = CareLink.objects.filter(client=c)\n  return links.current(), links",
    ],
)
def test_the_guard_finds_uses_that_leave_it_open(unclear):
    assert list(unsaid(unclear))


def test_who_only_reads_is_in_no_list_of_those_who_care(scene, reader, browser_of):
    """Not in the letter of the download, in the timeline, and under "Before", either."""
    cast = scene["cast"]
    CareLink.objects.filter(client=cast.asha, therapist=reader).update(
        starts_at=timezone.now() - timedelta(days=9), ends_at=timezone.now()
    )
    former = cast.asha.care_links.exclude(therapist=reader).past().get().therapist.name
    cared = {link.therapist.name for link in letter.context(cast.asha)["care"]}
    timeline = browser_of(cast.meera).get(reverse("timeline", args=[cast.asha.pk]))
    page = browser_of(cast.manoj).get(reverse("practice-care", args=[cast.asha.pk]))
    before = LexborHTMLParser(page.content).css_first("#now").text()
    timeline = LexborHTMLParser(timeline.content).css_first("main").text()
    for shown in (cared, before, timeline):
        assert former in shown
        assert reader.name not in shown
