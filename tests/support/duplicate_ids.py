"""Ids that a page has twice, such as those of two forms with a field of the same name.

A label, an anchor or a script then finds the first one only. In tests each is an error, on every
page that any test opens.
"""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.http import HttpRequest, HttpResponse

ROOT = Path(__file__).parents[2]
ID = re.compile(r'(?<=\sid=")[^"]*')


class DuplicateId(AssertionError):
    """A page has an id twice."""


class NoDuplicateIds:
    """Middleware that looks at each page as it leaves the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            demand_unique(response.content.decode(), request.path)
        return response


def demand_unique(page: str, address: str) -> None:
    for name, times in Counter(ID.findall(page)).items():
        if times > 1:
            raise DuplicateId(
                f"{address} has the id “{name}” {times} times: {', '.join(written_in(name))}."
                " Does the page include this part twice, or have two forms with this field? Give"
                " each form a prefix of its own, or one of them another `auto_id`."
            )


def written_in(name: str) -> list[str]:
    """The templates of ours that write this id; those of a form's fields are made by the form."""
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    found = [str(t.relative_to(ROOT)) for t in templates if f'id="{name}"' in t.read_text()]
    return found or ["a field of a form, or an id that a template puts together"]
