"""For somebody who has lost their telephone, passkeys and recovery codes."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.models import User


class Command(BaseCommand):
    help = "Removes a person's second factors and signs them out; then they set one up again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, *, email: str, **options) -> None:
        user = User.objects.by_email(email)
        if user is None:
            raise CommandError(f"There is no account with the email {email}.")
        count = Authenticator.objects.filter(user=user).delete()[0]
        for session in UserSession.objects.filter(user=user):
            session.end()
        audit.record(AccountVerb.FACTOR_REMOVED, by=None, target=user)
        self.stdout.write(
            f"{count} removed. Be sure who asked for this: the password alone is enough now."
        )
