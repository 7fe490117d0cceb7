"""The practice's public pages, as the menu and the foot of every page list them."""

from dataclasses import dataclass

from django.urls import reverse

from articles.models import Page
from articles.public_version.remembered import Remembered


@dataclass(frozen=True)
class Entry:
    name: str
    url: str
    # Its place in the menu; None: only at the foot.
    place: int | None


def _public() -> list[Entry]:
    """Those of the menu first. One query."""
    rows = Page.objects.published().only("slug", "title", "menu_label", "menu_place")
    entries = [Entry(p.label, reverse("practice-page", args=[p.slug]), p.menu_place) for p in rows]
    return sorted(entries, key=lambda entry: (entry.place is None, entry.place or 0, entry.name))


public = Remembered(_public)
