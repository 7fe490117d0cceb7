"""Every form of the table of routes, sent empty and sent with nonsense: what a refused one shows.

A form of a new page is tried here as soon as its route is in the table.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import NoReverseMatch, reverse
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.support.routes import MANAGER, MINE, OWNER, ROUTES, VISITOR

ACTORS = (VISITOR, OWNER, MINE, MANAGER)
CONTROLS = "input:not([type=hidden], [type=submit]), textarea, select"
MARKED = ".is-invalid, .invalid-feedback, .errorlist, .question-error"
# Typed into each kind of field: wrong where there is a rule.
NONSENSE = {
    "email": "nobody at home", "tel": "12", "number": "-7", "date": "2026-02-31", "time": "25:61",
    "datetime-local": "2026-02-31T25:61",
}  # fmt: skip
TYPED = "typed and not to be lost"


@dataclass(frozen=True)
class Sent:
    """A form of one page: whose page, where it goes, and its controls by name."""

    actor: str
    page: str
    action: str
    hidden: dict[str, str]
    controls: dict[str, LexborNode]


def method(form: LexborNode) -> str:
    return (form.attributes.get("method") or "get").lower()


def forms_on(page: str, actor: str, body: LexborHTMLParser) -> Iterator[Sent]:
    for form in body.css("main form"):
        controls = {
            c.attributes["name"] or "": c for c in form.css(CONTROLS) if c.attributes.get("name")
        }
        if method(form) == "post" and controls:
            hidden = {
                field.attributes["name"] or "": field.attributes.get("value") or ""
                for field in form.css("input[type=hidden][name]")
            }
            # The button that is pressed with the Enter key.
            button = form.css_first("button")
            if button and button.attributes.get("name"):
                hidden[button.attributes["name"] or ""] = button.attributes.get("value") or ""
            action = (form.attributes.get("action") or page).partition("#")[0]
            yield Sent(actor, page, action or page, hidden, controls)


def kind(control: LexborNode) -> str:
    return control.attributes.get("type") or ("select" if control.tag == "select" else "text")


def nonsense(form: Sent) -> dict[str, str]:
    return {
        name: NONSENSE.get(kind(control), TYPED)
        for name, control in form.controls.items()
        # A password is never sent back.
        if kind(control) not in ("radio", "checkbox", "select", "file", "password")
    }


def faults(answer: LexborHTMLParser, typed: dict[str, str]) -> list[str]:
    """What a page that shows an error does not do for those who cannot see that it is red."""
    found = []
    title = " ".join((answer.css_first("title").text()).split())
    if not title.startswith("Error: ") or title.count("Error:") > 1:
        found.append(f"the title is “{title}”")
    summary = answer.css_first("main .error-summary[role=alert][tabindex='-1'][autofocus]")
    if summary is None or not summary.css("li"):
        return [*found, "no summary at the top"]
    for link in summary.css("a"):
        target = answer.css_first(f"[id='{(link.attributes['href'] or '')[1:]}']")
        if target is None:
            found.append(f"“{link.text()}” leads nowhere")
    ids = {node.attributes.get("id") for node in answer.css("[id]")}
    for control in answer.css("main .is-invalid, main [aria-invalid]"):
        name, says = control.attributes.get("name"), control.attributes
        fieldset = control
        while fieldset and fieldset.tag != "fieldset":
            fieldset = fieldset.parent
        inherited = fieldset.attributes.get("aria-describedby") if fieldset else ""
        described = f"{says.get('aria-describedby') or ''} {inherited or ''}".split()
        if says.get("aria-invalid") != "true":
            found.append(f"{name} is not aria-invalid")
        if not described or not set(described) <= ids:
            found.append(f"{name} is described by {described}")
    kept = {c.attributes.get("value") or c.text().strip() for c in answer.css(f"main {CONTROLS}")}
    if TYPED in typed.values() and TYPED not in kept:
        found.append(f"what was typed as {sorted(typed)} is lost")
    return found


def tried(browser: Browser, form: Sent, data: dict[str, str]) -> LexborHTMLParser | None:
    """The page that says what is wrong; None if the form was accepted. Nothing is stored."""
    with transaction.atomic():
        answer = browser.post(form.action, form.hidden | data)
        transaction.set_rollback(True)
    if answer.status_code in (302, 429) or "text/html" not in answer.headers["Content-Type"]:
        return None
    body = LexborHTMLParser(answer.content.decode())
    return body if answer.status_code != 200 or body.css_first(f"main :is({MARKED})") else None


def pages(scene: dict, actor: str) -> Iterator[str]:
    for name, route in ROUTES.items():
        if route.answers_to(actor, "GET"):
            try:
                yield reverse(name, args=route.args(scene))
            except (NoReverseMatch, LookupError):
                continue


@pytest.mark.usefixtures("refusals_unlogged")
def test_every_refused_form_says_what_is_wrong(scene, actors, browser_of):
    problems, visited, seen, refused = [], set(), set(), 0
    for actor in ACTORS:
        browser = browser_of(actors[actor])
        for page in pages(scene, actor):
            if page in visited:
                continue
            visited.add(page)
            shown = browser.get(page)
            if shown.status_code != 200 or "text/html" not in shown.headers["Content-Type"]:
                continue
            body = LexborHTMLParser(shown.content.decode())
            bubbles = body.css("form:not([novalidate])[method=post]")
            problems += [
                f"{page}: a form without novalidate has {control.attributes.get('name')}"
                for form in bubbles
                for control in form.css(CONTROLS)
            ]
            problems += [
                f"{page}: “{label.text()}” is both optional and required"
                for label in body.css("label:has(.optional)")
                if body.css_first(f"[id='{label.attributes['for']}'][required]")
            ]
            for form in forms_on(page, actor, body):
                key = (form.action, *sorted(form.controls))
                if key in seen:
                    continue
                seen.add(key)
                for data in ({}, nonsense(form)):
                    answer = tried(browser, form, data)
                    if answer is not None:
                        refused += 1
                        where = f"{actor} {page} -> {form.action} {sorted(form.controls)}"
                        problems += [f"{where}: {fault}" for fault in faults(answer, data)]
                    elif not data and any(
                        "required" in c.attributes for c in form.controls.values()
                    ):
                        problems.append(f"{actor} {page}: {sorted(form.controls)} may be empty")
    assert not problems, "\n".join(dict.fromkeys(problems))
    assert refused >= 30
