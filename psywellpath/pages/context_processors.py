"""Variables for every template. Nothing here touches the session until a template uses it,
so that public pages neither set a cookie nor vary by one."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.access import Permission, allows
from accounts.sign_in import kept_words
from articles.pages import menu
from articles.site_texts import current as site_texts
from articles.site_texts.current import Texts
from clients import access

# What the menu has of the site itself, beside the practice's pages: the texts of each entry, and
# where it leads.
MENU = (("articles", "article-list", ""), ("assessments", "assessment-list", ""),
        ("steps", "home", "#steps"))  # fmt: skip


def menu_entries(request: HttpRequest, texts: Texts) -> list[dict[str, object]]:
    """In the order that the editors chose. No query: both are remembered."""
    listed: list[tuple[int, str, str]] = []
    for name, route, fragment in MENU:
        if place := texts[f"menu_{name}_place"]:
            listed.append((int(place), texts[f"menu_{name}"], reverse(route) + fragment))
    pages = [entry for entry in menu.public.get() if entry.place is not None]
    listed += [(entry.place or 0, entry.name, entry.url) for entry in pages]
    above = [url for _place, _name, url in listed if request.path.startswith(url)]
    return [
        {"name": name, "url": url, "is_above": url in above}
        for _place, name, url in sorted(listed, key=lambda entry: entry[0])
    ]


def practice(request: HttpRequest) -> dict[str, object]:
    texts: Any = SimpleLazyObject(site_texts.shown)
    return {
        "texts": texts,
        "site_name": SimpleLazyObject(lambda: texts.name),
        "menu": SimpleLazyObject(lambda: menu_entries(request, texts)),
        "site_url": settings.SITE_URL,
        "crisis_lines": settings.CRISIS_LINES,
        "help_lines": settings.HELP_LINES,
        "offline_help": settings.OFFLINE_HELP,
        "practice_contact": settings.PRACTICE_CONTACT,
        "practice_pages": menu.public.get,
        "kept_words_key": SimpleLazyObject(lambda: kept_words.key_of(request)),
    }


def navigation_links(request: HttpRequest, own_record: object) -> list[dict[str, object]]:
    """The pages of a signed-in person, most used first. At most one query beside `own_record`."""
    user = request.user
    if not user.is_authenticated:
        return []
    pages = []
    if own_record:
        pages += [
            (_("My path"), reverse("path")),
            (_("Safety plan"), reverse("safety")),
            (_("My data"), reverse("data")),
        ]
    if allows(user, Permission.SEE_CASELOAD):
        pages.append((_("Agenda"), reverse("agenda")))
        pages.append((_("Caseload"), reverse("caseload")))
    if allows(user, Permission.MANAGE_PRACTICE):
        pages.append((_("Practice"), reverse("practice")))
    if user.is_staff:
        pages.append((_("Admin"), reverse("admin:index")))
    pages.append((_("Reading"), reverse("article-list")))
    return _links(request, pages)


def tab_links(request: HttpRequest, own_record: object) -> list[dict[str, object]]:
    """What a client needs at hand on a phone; nothing for other people. No query of its own."""
    if request.user.is_staff or not own_record:
        return []
    icons = ("path", "document", "chart", "shield")
    pages = [
        (_("Path"), reverse("path")),
        (_("Notes"), reverse("own-notes")),
        (_("Results"), reverse("own-results")),
        (_("Safety plan"), reverse("safety")),
    ]
    match = request.resolver_match
    # A client's own results are pages of the self-assessment.
    own_result = match and match.url_name in {"attempt-result", "assessment-history"}
    links = _links(request, pages, reverse("own-results") if own_result else "")
    return [link | {"icon": icon} for link, icon in zip(links, icons, strict=True)]


def _links(
    request: HttpRequest, pages: list[tuple[str, str]], elsewhere: str = ""
) -> list[dict[str, object]]:
    """The current one is the one whose address is the longest beginning of the request's.

    `elsewhere`: the one that is current if no address begins so.
    """
    around = [url for _name, url in pages if request.path.startswith(url)]
    current = max(around, key=len, default=elsewhere)
    return [{"name": name, "url": url, "current": url == current} for name, url in pages]


def navigation(request: HttpRequest) -> dict[str, object]:
    own_record = SimpleLazyObject(lambda: access.own_record(request.user))
    return {
        "navigation_links": SimpleLazyObject(lambda: navigation_links(request, own_record)),
        "tab_links": SimpleLazyObject(lambda: tab_links(request, own_record)),
    }
