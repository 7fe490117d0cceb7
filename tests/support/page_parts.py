"""The part of a page that a test is about: the help lines are at the foot of every page."""

import re

from django.http import HttpResponse


def markup(page: HttpResponse | str) -> str:
    """All of it, every run of white space as one space, and none at the end of a tag."""
    text = page if isinstance(page, str) else page.content.decode()
    return re.sub(r" (?=/?>)", "", re.sub(r"\s+", " ", text))


def main(page: HttpResponse | str) -> str:
    """The contents of `<main>`."""
    text = page if isinstance(page, str) else page.content.decode()
    found = re.findall(r"<main\b[^>]*>(.*?)</main>", text, re.DOTALL)
    assert len(found) == 1, f"{len(found)} parts are <main>"
    return found[0]


def section(page: HttpResponse | str, named: str) -> str:
    """The `<section>` of `<main>` with a class or an id."""
    parts = re.findall(r"<section\b([^>]*)>(.*?)</section>", main(page), re.DOTALL)
    found = [
        inside
        for attributes, inside in parts
        for value in re.findall(r'\b(?:class|id)="([^"]*)"', attributes)
        if named in value.split()
    ]
    assert len(found) == 1, f"{len(found)} sections are {named}"
    return found[0]
