"""How commands refuse a file: one problem per line on standard error, and exit status 2."""

import sys
from collections.abc import Iterable
from typing import NoReturn

from django.core.management.base import BaseCommand


def refuse(command: BaseCommand, problems: Iterable[object]) -> NoReturn:
    """Prints the problems and exits. (CommandError would add its own name to the first one.)"""
    for problem in problems:
        command.stderr.write(str(problem))
    sys.exit(2)
