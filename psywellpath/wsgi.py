"""The entry point for gunicorn. It refuses to run with a newcomer's settings."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psywellpath.settings")
os.environ["PSYWELLPATH_WEB"] = "1"
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (settings are ready only here)
from django.db import OperationalError, connection  # noqa: E402

from accounts.database import row_security  # noqa: E402
from psywellpath.settings_checks import stop  # noqa: E402

if settings.NEWCOMER:
    stop(
        "this is a newcomer's machine (neither DATABASE_URL nor DEBUG is set). For a real server"
        " set what .env.example lists; to look around, `make run`"
    )
try:
    if fault := row_security.fault():
        stop(fault)
except OperationalError:
    pass  # The database is down: /readyz reports it, and checks again once it is back.
finally:
    connection.close()
