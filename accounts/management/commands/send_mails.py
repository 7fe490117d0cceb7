"""For cron: sends the emails that are due."""

from django.core.management.base import BaseCommand
from tqdm import tqdm

from accounts.emails import deliver
from accounts.models import Mail


class Command(BaseCommand):
    help = "Sends waiting emails: those whose last try failed, or that no worker has taken up."

    def handle(self, **options) -> None:
        due = list(Mail.objects.due().values_list("pk", flat=True))
        sent = sum(deliver.call(str(pk)) for pk in tqdm(due, disable=not due, unit="email"))
        waiting = Mail.objects.waiting().count()
        lost = Mail.objects.exclude(given_up_at=None).count()
        self.stdout.write(f"{sent} sent, {waiting} waiting, {lost} given up.")
