"""What a person confirms is asked by the action; the form and the page only pass the answer on.

A warning that only a form knows is not asked by the admin, a command or the next view.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.support.declarations import assert_complete

ROOT = Path(settings.BASE_DIR)
# A name by which a person says "yes, go on".
YES = r"\w*(?:confirm|overrul|anyway|(?<!mea)sure\b|accept_|despite|ignore|warned)\w*"
IN_PYTHON = re.compile(
    # A field of a form; a name in what was submitted; several answers, whatever they are called.
    rf"""^ +(?P<field>{YES})(?:: \S+)? = forms\."""
    rf"""|["'](?P<sent>{YES})["'] (?:not )?in \w+\.POST"""
    rf"""|POST(?:\.get\(|\[)["'](?P<read>{YES})["']"""
    r"""|(?:POST|data)\)?\.getlist\(["'](?P<several>\w+)["']""",
    re.MULTILINE,
)
# A hidden input or a button, written in a page.
IN_PAGES = re.compile(rf"""<(?:input\s+type="hidden"|button)[^>]*\sname="(?P<field>{YES})\"""")
# For each such place: the file of the action that asks, and what it raises until it has the answer.
# None: nothing is known that speaks against it, and the action needs no answer.
ASKED_BY: dict[str, tuple[str, str] | None] = {
    "clients/care/parts.py: confirm": ("clients/endings/loose_ends.py", "Undecided"),
    "clients/care/forms.py: sure": None,
    "clients/care/views.py: confirm": None,
    # The clients whom the page listed: the page that confirms is as current as a version.
    "clients/care/views.py: seen": None,
    "clients/rights/views_erasure.py: sure": None,
    "clients/safety_plan/forms.py: confirmed": (
        "clients/safety_plan/actions.py", "NumbersUnconfirmed",
    ),
    "clients/sessions/forms.py: warned": ("clients/sessions/clashes.py", "Clashing"),
    "clients/tasks/forms.py: warned": ("clients/tasks/repeated.py", "GivenAlready"),
    "templates/clients/tasks/_given_already.html: warned": (
        "clients/tasks/repeated.py", "GivenAlready",
    ),
    # Which of the dates that the page proposed.
    "clients/sessions/views_series.py: chosen": None,
    "templates/clients/sessions/_clashes.html: warned": (
        "clients/sessions/clashes.py", "Clashing",
    ),
    "templates/clients/sessions/series.html: warned": ("clients/sessions/clashes.py", "Clashing"),
    "templates/clients/care/care.html: confirm": ("clients/endings/loose_ends.py", "Undecided"),
    "templates/clients/care/cover.html: confirm": None,
    "templates/clients/rights/erasure.html: sure": None,
}  # fmt: skip


def answers() -> Iterator[str]:
    for folder, ending, pattern in (
        ("clients", "*.py", IN_PYTHON),
        ("templates/clients", "*.html", IN_PAGES),
    ):
        for path in sorted((ROOT / folder).rglob(ending)):
            for match in pattern.finditer(path.read_text()):
                name = next(filter(None, match.groups()))
                yield f"{path.relative_to(ROOT)}: {name}"


@pytest.mark.quick
def test_what_is_confirmed_is_asked_by_an_action():
    assert_complete(
        ASKED_BY, set(answers()), file="ASKED_BY of tests/clients/test_confirmations.py",
        question="which action asks for it, and what does it raise until it has the answer? (A"
        ' warning that can be overruled belongs in the action: "What to touch" of'
        " docs/developing.md.)",
    )  # fmt: skip
    for file, error in filter(None, ASKED_BY.values()):
        assert f"raise {error}(" in (ROOT / file).read_text(), (file, error)


@pytest.mark.parametrize(
    ("pattern", "source"),
    [
        (IN_PYTHON, "    overlaps_confirmed = forms.BooleanField()"),
        (IN_PYTHON, 'go_on = "save_anyway" in request.POST'),
        (IN_PYTHON, 'if request.POST.get("sure"):'),
        (IN_PYTHON, 'seen = request.POST.getlist("overlap")'),
        (IN_PYTHON, 'seen = self.data.getlist("overlap")'),
        (IN_PYTHON, 'seen = cast(QueryDict, self.data).getlist("overlap")'),
        (IN_PAGES, '<input type="hidden" name="overlap_accept_all" value="yes">'),
        (IN_PAGES, '<button class="btn" name="plan_anyway" value="yes">'),
    ],
)
def test_each_way_of_sending_the_answer_is_found(pattern, source):
    assert pattern.search(source)
