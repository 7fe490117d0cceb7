"""How commands refuse a file: each problem a line on standard error, exit status 2."""

import sys
from collections.abc import Iterable
from typing import NoReturn

from django.core.management.base import BaseCommand


def refuse(command: BaseCommand, problems: Iterable[object]) -> NoReturn:
    """Print the problems and leave. (CommandError would put its own name before the first one.)"""
    for problem in problems:
        command.stderr.write(str(problem))
    sys.exit(2)
