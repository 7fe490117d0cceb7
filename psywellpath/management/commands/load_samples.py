"""Adds the sample articles as drafts, for a practice to review, change and publish."""

from django.core.management.base import BaseCommand

from articles import demonstration
from psywellpath.demonstration.load import FOLDER


class Command(BaseCommand):
    help = (
        "Adds the sample articles as drafts, with their topics. Readers see none of them before an"
        " editor has published it. Safe to repeat: what exists, or was edited, stays as it is."
    )

    def handle(self, *args, **options) -> None:
        added = demonstration.load(FOLDER, as_drafts=True)
        self.stdout.write(", ".join(f"{number} {name}" for name, number in added.items()))
