"""Templates: lines that fit on a screen, and partials that are there and used."""

import re
from pathlib import Path

from django.conf import settings

from clients.record import timeline

FOLDER = Path(settings.BASE_DIR) / "templates"
TEXTS = {str(path.relative_to(FOLDER)): path.read_text() for path in FOLDER.rglob("*.*")}
NAMED = re.compile(r'\{% (?:include|extends) "([^"]+)"')
LONGEST = 120


def test_no_line_is_longer_than_120_columns():
    """The formatter breaks elements; a long tag is broken by hand."""
    long = [
        f"templates/{name}:{number} has {len(line)}"
        for name, text in TEXTS.items()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert not long, "\n".join(long)


def test_every_partial_is_there_and_is_used():
    used = {name for text in TEXTS.values() for name in NAMED.findall(text)}
    used |= {f"clients/timeline/{kind.partial}.html" for kind in timeline.KINDS.values()}
    partials = {name for name in TEXTS if Path(name).name.startswith("_")}
    assert {name for name in used if Path(name).name.startswith("_")} == partials
