"""The part of a page that a test is about: the help lines are at the foot of every page."""

import re

from django.http import HttpResponse
from selectolax.lexbor import LexborHTMLParser


def markup(page: HttpResponse | str) -> str:
    """The whole page, with white space collapsed to one space and removed at the end of tags."""
    text = page if isinstance(page, str) else page.content.decode()
    return re.sub(r" (?=/?>)", "", re.sub(r"\s+", " ", text))


def main(page: HttpResponse | str) -> str:
    """The contents of `<main>`."""
    text = page if isinstance(page, str) else page.content.decode()
    parts = re.findall(r"<main\b[^>]*>(.*?)</main>", text, re.DOTALL)
    assert len(parts) == 1, f"the page has {len(parts)} <main> elements"
    return parts[0]


def section(page: HttpResponse | str, named: str) -> str:
    """The `<section>` of `<main>` with a class or an id."""
    parts = re.findall(r"<section\b([^>]*)>(.*?)</section>", main(page), re.DOTALL)
    matching = [
        inside
        for attributes, inside in parts
        for value in re.findall(r'\b(?:class|id)="([^"]*)"', attributes)
        if named in value.split()
    ]
    assert len(matching) == 1, f"{len(matching)} sections are named {named}"
    return matching[0]


def decisions(answer: HttpResponse) -> dict[str, str]:
    """The data of the form that lists what is affected, as a browser sends it unchanged."""
    page = LexborHTMLParser(answer.content.decode())
    (form,) = [f for f in page.css("main form") if f.css_first("fieldset.outcomes")]
    data = {}
    for field in form.css("input, select, textarea"):
        name, kind = field.attributes.get("name"), field.attributes.get("type")
        if field.tag == "select":
            option = field.css_first("option[selected]") or field.css_first("option")
            data[name] = option.attributes["value"]
        elif field.tag == "textarea":
            data[name] = field.text().strip()
        elif kind not in ("radio", "checkbox") or "checked" in field.attributes:
            unnamed = "on" if kind == "checkbox" else ""
            data[name] = field.attributes.get("value") or unnamed
    return data
