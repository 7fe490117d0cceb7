"""Fills the database of a served site with the sample articles and a page of the practice."""

import django

django.setup()

from django.utils import timezone  # noqa: E402

from articles.models import Page  # noqa: E402
from tests.support import cast  # noqa: E402

if __name__ == "__main__":
    cast.articles()
    Page.objects.filter(slug="questions").update(status="published", publish_at=timezone.now())
