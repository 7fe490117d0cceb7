"""The pages that a new practice begins with: drafts, with blanks for what only it can know."""

import tomllib
from pathlib import Path

from articles.models import Page

FILE = Path(__file__).parent / "first_pages.toml"


def ensure(using: str) -> None:
    """Adds them while there is no page at all: what an editor has deleted does not come back."""
    if Page.objects.using(using).exists():
        return
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["page"]
    Page.objects.using(using).bulk_create(Page(**row) for row in rows)
