"""Every page of a client, their therapist and the manager, found from the table of routes.

`addresses` gives what each of them can open of one client's record. A route that shows no page
(because it only takes forms or redirects) is left out because of its answer, not by a list.
"""

from dataclasses import replace

from django.test import Client as Browser
from django.urls import reverse

from tests.support import matrix
from tests.support.routes import CARERS, MANAGER, OWNER, ROUTES

# Public pages have their own tests; these belong to one person.
ROLES = {"client": {OWNER}, "therapist": CARERS, "manager": {MANAGER}}


def addresses(role: str, browser: Browser, scene: dict) -> dict[str, str]:
    """The addresses, by route name, of every HTML page that this role gets and visitors do not."""
    pages = {}
    for name, route in ROUTES.items():
        if not route.may & ROLES[role] or "visitor" in route.may:
            continue
        try:
            where = reverse(name, args=route.args(scene))
        except (KeyError, LookupError):
            continue  # An empty record has no such row.
        if is_page(browser, where):
            pages[name] = where
    return pages


def admin_addresses(role: str, browser: Browser, scene: dict) -> dict[str, str]:
    """The same for the pages of the admin, with one row of each model. `scene` needs a cast."""
    pages = {}
    for name in matrix.NAMES:
        if not name.startswith("admin:"):
            continue
        route, model = matrix.declared(name)
        if not route.may & ROLES[role]:
            continue
        if model and not name.endswith(("_changelist", "_add")):
            route = replace(route, args=lambda scene, model=model: matrix.subject(model, scene))
        where = matrix.address(name, route, scene)
        if is_page(browser, where):
            pages[name] = where
    return pages


def is_page(browser: Browser, where: str) -> bool:
    answer = browser.get(where)
    return answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]
