"""`python -m psywellpath.backup.smoke`: requests a few pages of a restored site as the web role."""

import os
import sys

import django

PAGES = ("/readyz", "/", "/articles/", "/assessments/", "/privacy/", "/accounts/login/")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psywellpath.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    call_command("check", stdout=sys.stderr)
    host = settings.ALLOWED_HOSTS[0].lstrip(".")
    browser = Client(raise_request_exception=False, headers={"host": host})
    statuses = {page: browser.get(page, secure=True).status_code for page in PAGES}
    print(", ".join(f"{page} {status}" for page, status in statuses.items()))
    return int(any(status != 200 for status in statuses.values()))


if __name__ == "__main__":
    sys.exit(main())
