#!/usr/bin/env python
"""Django's command line for Psywellpath."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psywellpath.settings")
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)  # Ctrl-C is no fault that would need a traceback


if __name__ == "__main__":
    main()
