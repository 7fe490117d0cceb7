"""What a person confirms is asked by the action; the form only passes the answer on.

A warning that only a form knows is not asked by the admin, a command or the next view.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.support.declarations import assert_complete

ROOT = Path(settings.BASE_DIR)
# A field of a form, or a name in what was submitted, by which a person says "yes, go on".
ANSWER = re.compile(
    r"""^ +(?P<field>\w*(?:confirm|overrul|anyway|sure)\w*) = forms\."""
    r"""|["'](?P<sent>\w*(?:confirm|overrul|anyway)\w*)["'] in request\.POST""",
    re.MULTILINE,
)
# For each such place: the file of the action that asks, and what it raises until it has the answer.
# None: nothing is known that speaks against it, and the action needs no answer.
ASKED_BY: dict[str, tuple[str, str] | None] = {
    "clients/care/parts.py: confirm": ("clients/endings/loose_ends.py", "Undecided"),
    "clients/care/forms.py: sure": None,
    "clients/care/views.py: confirm": None,
    "clients/safety_plan/forms.py: confirmed": (
        "clients/safety_plan/actions.py", "NumbersUnconfirmed",
    ),
}  # fmt: skip


@pytest.mark.quick
def test_what_is_confirmed_is_asked_by_an_action():
    found = {
        f"{path.relative_to(ROOT)}: {match['field'] or match['sent']}"
        for path in sorted((ROOT / "clients").rglob("*.py"))
        for match in ANSWER.finditer(path.read_text())
    }
    assert_complete(
        ASKED_BY, found, file="ASKED_BY of tests/clients/test_confirmations.py",
        question="which action asks for it, and what does it raise until it has the answer? (A"
        ' warning that can be overruled belongs in the action: "What to touch" of'
        " docs/developing.md.)",
    )  # fmt: skip
    for file, error in filter(None, ASKED_BY.values()):
        assert f"raise {error}(" in (ROOT / file).read_text(), (file, error)
