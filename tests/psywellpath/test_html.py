"""Every page of every role goes through the Nu HTML checker, which finds no error.

Without Java or the checker the test is skipped, and `make test` says so; under CI it fails
(`.ci/html-checker`).
"""

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse

from tests.support.matrix import NAMES, address, declared, subject
from tests.support.routes import ACTORS, Route
from tests.support.thorough import THOROUGH, some

# These leave the browser signed out.
ENDINGS = {"account_logout", "admin:logout"}
# What is new on every request, so that equal pages are checked once.
FRESH = re.compile(r'(?:nonce|name="csrfmiddlewaretoken" value)="[^"]*"')
# The first compiler alone takes half the CPU time in so short a run; its code needs a larger stack.
JAVA = ["java", "-XX:TieredStopAtLevel=1", "-Xss4m"]


@pytest.fixture
def checker() -> str:
    jar = os.environ.get("HTML_CHECKER")
    if not jar:
        if os.environ.get("CI"):
            pytest.fail("no HTML checker, and under CI the check must not be skipped")
        pytest.skip("no HTML checker: see .ci/html-checker")
    return jar


def pages(scene, actors, browser_of) -> Iterator[tuple[str, HttpResponse]]:
    """The page of every route for each actor who may use it, or if not THOROUGH for every third of
    them, and some refusals for each actor."""
    browsers = {actor: browser_of(actors[actor]) for actor in ACTORS}
    for number, name in enumerate(NAMES):
        route, model = declared(name)
        if model and not name.endswith(("_changelist", "_add")):
            route = Route(route.may, route.hidden_from, lambda s, m=model: subject(m, s))
        where = address(name, route, scene)
        if name in ENDINGS:
            continue
        readers = [actor for actor in ACTORS if route.answers_to(actor, "GET")]
        for actor in some(readers, min(3, len(readers) or 1), start=number):
            yield f"{name}--{actor}", browsers[actor].get(where)
    for actor, browser in browsers.items():
        for where in ("/nothing/", "/practice/", "/caseload/", "/path/"):
            yield f"{where}--{actor}", browser.get(where)


def write(folder: Path, pages: Iterator[tuple[str, HttpResponse]]) -> int:
    """Writes each different page to a file; returns how many pages there were in all."""
    known, looked_at = set(), 0
    for name, response in pages:
        is_html = "html" in response.headers.get("Content-Type", "")
        if response.streaming or not is_html or not response.content:
            continue
        looked_at += 1
        text = response.content.decode()
        if (bare := FRESH.sub("", text)) not in known:
            known.add(bare)
            (folder / (re.sub(r"[^\w-]+", "_", name) + ".html")).write_text(text)
    return looked_at


@pytest.mark.trust
def test_every_page_of_every_role_is_valid(scene, actors, browser_of, tmp_path, checker, capsys):
    looked_at = write(tmp_path, pages(scene, actors, browser_of))
    command = [*JAVA, "-jar", checker, "--stdout", "--format", "json", "--errors-only", tmp_path]
    output = subprocess.run(command, capture_output=True, text=True).stdout
    errors = Counter(
        f"{Path(error['url']).stem}: {error['message']}\n    {error.get('extract', '').strip()}"
        for error in json.loads(output)["messages"]
    )
    with capsys.disabled():
        print(f"\nHTML checker: {looked_at} pages, {len(errors)} errors")
    assert looked_at > (300 if THOROUGH else 100)
    assert not errors, "\n".join(sorted(errors))
