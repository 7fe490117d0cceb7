"""Every page of a client, their therapist and the manager, found from the table of routes.

`addresses(role, scene)`: what each of them can open, of one client's record. A route that shows no
page (it only takes forms, or leads on) is left out by its answer, not by a list.
"""

from django.test import Client as Browser
from django.urls import reverse

from tests.support.routes import CARERS, MANAGER, OWNER, ROUTES

# Public pages have their own tests; these belong to one person.
ROLES = {"client": {OWNER}, "therapist": CARERS, "manager": {MANAGER}}


def addresses(role: str, browser: Browser, scene: dict) -> dict[str, str]:
    """Address by route's name, of every page that this role gets as HTML and not everybody does."""
    found = {}
    for name, route in ROUTES.items():
        if not route.may & ROLES[role] or "visitor" in route.may:
            continue
        try:
            where = reverse(name, args=route.args(scene))
        except (KeyError, LookupError):
            continue  # An empty record has no such thing.
        answer = browser.get(where)
        if answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]:
            found[name] = where
    return found
