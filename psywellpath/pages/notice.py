"""The privacy notice that comes with the site, as HTML with which an editor may begin their own."""

from django.template.loader import render_to_string

from accounts.people.queries import of_practice
from articles.richtext import clean


def our_notice() -> str:
    """Without the table of periods, which the page shows below an editor's own notice, too."""
    return clean(render_to_string("psywellpath/_privacy.html", {"said": of_practice()}))
