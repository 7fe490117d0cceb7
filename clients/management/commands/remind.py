"""Reminds clients of tomorrow's appointment, asks for the questionnaires that are due, and tells
those who agreed to an earlier version of a consent text that there is a new one; each once. Run by
cron once a day or more often.

Clients get no reminder of an appointment after that therapist's care has ended, nor while their
path is paused or closed. The same holds for questionnaires (`clients/rhythm/queries.py`).
"""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from clients import emails, journey
from clients.models import Session
from clients.models.care import within_care
from clients.rhythm import carrying_out
from clients.rights import new_versions


class Command(BaseCommand):
    help = (
        "Reminds clients of tomorrow's appointment, asks them for the questionnaires that are due,"
        " and tells them of a new version of a text that they agreed to. Running it again writes to"
        " nobody twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what is due")

    def handle(self, *, dry_run: bool, **options) -> None:
        self._appointments(dry_run=dry_run)
        with carrying_out.alone() as alone:
            if alone:
                self._questionnaires(dry_run=dry_run)
            else:
                self.stdout.write("Another run is asking for questionnaires.")
        if not dry_run and (told := new_versions.tell()):
            self.stdout.write(f"{told} told of a new consent text.")

    def _appointments(self, *, dry_run: bool) -> None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        coming = Session.objects.coming().filter(
            within_care(),
            at__date=tomorrow,
            client__user__is_active=True,
            client__caseload_index__last_kind__in=[kind.value for kind in journey.WALKS],
        )
        sessions = list(coming.select_related("client__user", "therapist"))
        if dry_run:
            self.stdout.write(f"{len(sessions)} appointments tomorrow; nothing sent.")
            return
        reminded = 0
        for session in tqdm(sessions, disable=not sessions, unit="appointment"):
            once = f"soon {session.pk} {session.at.isoformat()}"
            with transaction.atomic():
                reminded += emails.notify_of_session(session, emails.SESSION_SOON, once=once)
        self.stdout.write(f"{reminded} reminded, {len(sessions) - reminded} reminded before.")

    def _questionnaires(self, *, dry_run: bool) -> None:
        clients, now = carrying_out.clients_with_rhythms(), timezone.now()
        asked = reminded = ended = 0
        for client in tqdm(clients, disable=not clients, unit="client"):
            for due in carrying_out.carry_out(client, now, dry_run=dry_run):
                asked += due.ask is not None
                reminded += due.remind
                ended += due.end
        done = "; nothing done." if dry_run else "."
        self.stdout.write(
            f"Questionnaires: {asked} asked for, {reminded} reminded of, {ended} ended{done}"
        )
