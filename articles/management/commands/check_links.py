"""`manage.py check_links`: whether the links of all public texts still lead somewhere."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from articles.upkeep import link_check
from articles.upkeep.one_link import Asker


class Command(BaseCommand):
    help = "Checks every link of the public texts; editors find the report on their desk."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--pause", type=float, default=2.0, help="seconds between two requests to one site"
        )

    def handle(self, *, pause: float, **options) -> None:
        asker = Asker(f"Psywellpath-link-check (+{settings.SITE_URL}/)", pause=max(pause, 0.5))
        report = link_check.run(
            asker, progress=lambda addresses: tqdm(addresses, unit="link", disable=None)
        )
        listed = report.still_there()
        self.stdout.write(
            f"{report.checked} links checked, {len(listed)} lead nowhere,"
            f" {len(report.broken) - len(listed)} to be asked again,"
            f" {report.undecided} could not be checked."
        )
