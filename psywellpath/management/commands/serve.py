"""What `make run` calls: sets up a practice to try out and serves it, in one command."""

import os
import sys
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management import CommandError, CommandParser, call_command
from django.core.management.commands.runserver import Command as RunServer
from django.db import OperationalError

from psywellpath.fonts.finder import FontFinder
from psywellpath.ports import ADDRESS, port_problem

PAGES = [
    ("Home", "/"),
    ("Articles", "/articles/"),
    ("Self-assessment", "/assessments/"),
    ("Sign in", "/accounts/login/"),
    ("Admin", "/admin/"),
]

PRINT_CODES = ".venv/bin/python manage.py demonstration_code prints them again."


class Command(RunServer):
    help = "Prepares the database and the demonstration, and serves them on this machine alone."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(addrport="8000")

    def handle(self, *args: Any, **options: Any) -> None:
        # The reloader runs this command again in a child, for the server alone.
        if os.environ.get("RUN_MAIN") != "true":
            self.prepare(options["addrport"])
        super().handle(*args, **options | {"addrport": f"{ADDRESS}:{options['addrport']}"})

    def prepare(self, port: str) -> None:
        if not settings.DEBUG:
            self.give_up(
                "`serve` is for trying the site out, but DEBUG is off: use gunicorn instead."
            )
        if problem := port_problem(port):
            self.give_up(problem)
        FontFinder().folder()  # so that the first page does not wait for them
        self.say("Preparing the database …")
        try:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
            call_command("load_demonstration")
        except OperationalError as error:
            self.give_up(f"The database cannot be used. {error}".strip())
        except CommandError as error:  # a database of the user's own, which is served as it is
            self.stderr.write(f"No demonstration content: {error}")
        except KeyboardInterrupt:
            sys.exit(130)

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()  # so that it appears at once even through a pipe

    def give_up(self, reason: str) -> None:
        self.stderr.write(reason)
        sys.exit(1)

    def on_bind(self, server_port: int) -> None:
        site = f"http://localhost:{server_port}"
        lines = [f"  {name:<17}{site}{path}" for name, path in PAGES]
        demonstration = import_module("psywellpath.demonstration")
        people: list[tuple[str, str]] = getattr(demonstration, "sign_ins", list)()
        if people:
            lines += ["", f"Demonstration sign-ins, password {demonstration.PASSWORD}", ""]
            codes = demonstration.codes()
            lines += [
                f"  {role:<17}{email:<24}{codes.get(email, '')}".rstrip() for role, email in people
            ]
            if codes:
                lines += ["", f"The six digits change every half minute: {PRINT_CODES}"]
        self.say(
            f"\nPsywellpath is ready. It listens on {ADDRESS} only; Ctrl-C stops it.\n\n"
            + "\n".join(lines)
            + "\n"
        )
