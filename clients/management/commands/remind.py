"""For cron, once a day or more often: reminds clients of tomorrow's appointment, each once."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from clients import mails
from clients.models import Session


class Command(BaseCommand):
    help = "Reminds clients of tomorrow's appointment. Running it again reminds nobody twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many, send nothing")

    def handle(self, *, dry_run: bool, **options) -> None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        coming = Session.objects.coming().filter(at__date=tomorrow, client__user__is_active=True)
        sessions = list(coming.select_related("client__user", "therapist"))
        if dry_run:
            self.stdout.write(f"{len(sessions)} appointments tomorrow; nothing sent.")
            return
        told = 0
        for session in tqdm(sessions, disable=not sessions, unit="appointment"):
            once = f"soon {session.pk} {session.at.isoformat()}"
            with transaction.atomic():
                told += mails.tell_of_session(session, mails.SESSION_SOON, once=once)
        self.stdout.write(f"{told} reminded, {len(sessions) - told} reminded before.")
