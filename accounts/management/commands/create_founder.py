"""Creates the first account of a practice: therapist, editor and manager at once."""

from getpass import getpass

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from accounts.access import Role
from accounts.models import User
from accounts.people import actions as people


class Command(BaseCommand):
    help = (
        "Creates the practice's first account: therapist, editor and manager. Asks for a password."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *, email: str, name: str, **options) -> None:
        if User.objects.filter(groups__name=Role.MANAGER.value, is_active=True).exists():
            raise CommandError("There is already a manager, who adds people in the admin.")
        if User.objects.by_email(email):
            raise CommandError(f"There is already an account with the email {email}.")
        password = getpass("Password: ")
        try:
            user = User(email=User.clean_email(email), name=name)
            validate_email(user.email)
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if getpass("Repeat the password: ") != password:
            raise CommandError("The two passwords differ. Nothing was created.")
        with transaction.atomic():
            user.set_password(password)
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            people.set_roles(user=user, to=Role, by=None)
        self.stdout.write(f"{name} can sign in with {user.email}.")
