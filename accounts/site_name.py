"""What the site is called: what an editor has chosen, and SITE_NAME until then."""

from collections.abc import Callable

from django.conf import settings

# Asked in turn. The app that keeps the site's texts registers itself: this app must not import it.
CHOSEN: list[Callable[[], str]] = []


def site_name() -> str:
    """No query but for what the apps that answer remember anyway."""
    return next((name for name in (choose() for choose in CHOSEN) if name), settings.SITE_NAME)
