"""Every form in which somebody writes more than a line: a POST form in `main` that has a
`<textarea>`, found from the table of routes."""

from dataclasses import dataclass, replace

from django.test import Client as Browser
from selectolax.lexbor import LexborHTMLParser

from tests.support import matrix


@dataclass(frozen=True)
class LongPage:
    """`forms`: the names of the textareas of each long form, in the page's order. `keeps`: whether
    the page has what `static/js/keep.js` needs."""

    where: str
    forms: tuple[tuple[str, ...], ...]
    keeps: bool


def pages_of(actor: str, browser: Browser, scene: dict) -> list[LongPage]:
    """The pages of this actor that have such a form."""
    pages = {}
    for name in matrix.NAMES:
        route, model = matrix.declared(name)
        if actor not in route.may:
            continue
        if model and not name.endswith(("_changelist", "_add")):
            route = replace(route, args=lambda scene, model=model: matrix.subject(model, scene))
        where = matrix.address(name, route, scene)
        if where not in pages and (page := _page(browser, where)):
            pages[where] = page
    return list(pages.values())


def _page(browser: Browser, where: str) -> LongPage | None:
    answer = browser.get(where)
    if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
        return None
    body = LexborHTMLParser(answer.content)
    areas = [form.css("textarea") for form in body.css("main form[method=post]")]
    names = (tuple(area.attributes["name"] or "" for area in form) for form in areas)
    keeps = bool(body.css_first("template#keep") and body.css_first("script[data-keep]"))
    forms = tuple(filter(None, names))
    return LongPage(where, forms, keeps) if forms else None
