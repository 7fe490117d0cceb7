"""The forms of a page, as a browser would send them."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.test import Client as Browser
from selectolax.lexbor import LexborHTMLParser, LexborNode

# A valid value for each type of field, so that a form is not refused for another reason.
GOOD = {
    "email": "somebody@example.org", "tel": "+91 98000 00000", "date": "2026-12-20", "number": "1",
    "datetime-local": "2026-12-20T10:00", "checkbox": "on",
}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """`fields`: what is sent if nothing is changed. `chosen`: the fields that are not typed in,
    including the hidden ones."""

    page: str
    action: str
    fields: tuple[tuple[str, str], ...]
    chosen: frozenset[str]

    @property
    def names(self) -> list[str]:
        return sorted({name for name, _value in self.fields})

    def with_changes(self, **changed: str) -> dict[str, list[str]]:
        data: dict[str, list[str]] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        return data | {name: [value] for name, value in changed.items()}


def on(browser: Browser, page: str) -> list[Form]:
    """The POST forms of one page; none if the address shows no page."""
    answer = browser.get(page, follow=True)
    if answer.status_code >= 400 or "text/html" not in answer.headers["Content-Type"]:
        return []
    here = answer.redirect_chain[-1][0] if answer.redirect_chain else page
    body = LexborHTMLParser(answer.content)
    return [_form(here, form) for form in body.css("form") if _method(form) == "post"]


def _method(form: LexborNode) -> str:
    return (form.attributes.get("method") or "get").lower()


def _form(page: str, form: LexborNode) -> Form:
    action = urlsplit(urljoin(page, form.attributes.get("action") or page)).path
    typed = {field.attributes.get("name") for field in form.css("textarea, input") if _typed(field)}
    fields = tuple(_fields(form))
    return Form(page, action, fields, frozenset(name for name, _value in fields) - typed)


def _typed(field: LexborNode) -> bool:
    kind = field.attributes.get("type") or "text"
    return kind not in ("hidden", "radio", "checkbox", "submit", "button")


def _fields(form: LexborNode):
    for field in form.css("input, textarea, select, button"):
        name, kind = field.attributes.get("name"), field.attributes.get("type") or ""
        if not name or name == "csrfmiddlewaretoken" or kind == "file":
            continue
        if field.tag == "textarea":
            yield name, field.text().strip() or "x"
        elif field.tag == "select":
            chosen = field.css_first("option[selected]") or field.css("option")[-1:]
            chosen = chosen[0] if isinstance(chosen, list) and chosen else chosen
            yield name, (chosen.attributes.get("value") or "") if chosen else ""
        else:
            yield name, field.attributes.get("value") or GOOD.get(kind, "x")
