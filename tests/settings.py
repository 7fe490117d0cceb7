"""The settings for tests: as strict as in production, with secrets that protect nothing.

The environment may choose the database; everything else is set here.
"""

import os

os.environ |= {
    "DEBUG": "False",
    "SECRET_KEY": "only-for-tests-" * 5,
    "FIELD_KEYS": "b25seS1mb3ItdGVzdHMtbmV2ZXItZm9yLXBlb3BsZSE",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "SITE_URL": "https://testserver",
    "EMAIL_URL": "smtp://localhost:25",
    "DEFAULT_FROM_EMAIL": "practice@example.org",
    "TRUSTED_PROXIES": "0",
    "CRISIS_LINES": "Tele-MANAS=14416,1-800-891-4416;emergency:Emergency=112;"
    "children:Childline=1098;women:Women’s helpline=181;elderly:Elderline=14567",
    "TIME_ZONE": "Asia/Kolkata",
}
EMBEDDED = not os.environ.get("DATABASE_URL")
if EMBEDDED:
    os.environ["DATABASE_URL"] = "postgres://embedded/psywellpath"

from psywellpath.settings import *  # noqa: E402, F403
from psywellpath.settings import (  # noqa: E402
    BASE_DIR,
    DATABASES,
    FIXED_OPTIONS,
    LOCAL_DIR,
    MIDDLEWARE,
    STORAGES,
    TEMPLATES,
)
from tests.support.undefined import ErrorIfInvalid  # noqa: E402

if EMBEDDED:
    # Not inherited by the processes that this one starts: they choose for themselves.
    del os.environ["DATABASE_URL"]
    DATABASES["default"] = {
        "ENGINE": "psywellpath.embedded_postgres",
        "NAME": "psywellpath",
        "HOST": str(LOCAL_DIR / "postgres"),
        "ATOMIC_REQUESTS": True,
        # Test rows need not survive a crash, and queries of a few rows need no compilation.
        "OPTIONS": {"options": f"{FIXED_OPTIONS} -c jit=off -c synchronous_commit=off"},
    }
# A browser's requests keep their connection: a new one has to read the whole catalogue.
DATABASES["default"]["CONN_MAX_AGE"] = None
# Tests use http, within this process.
SITE_URL = "http://testserver"
SECURE = SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"
SECURE_HSTS_SECONDS = 0
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = ErrorIfInvalid()
# The last one, which sees each page as its view made it.
MIDDLEWARE.append("tests.support.duplicate_ids.NoDuplicateIds")
# A test changes what it has just looked at, in a transaction whose triggers have not run yet.
KEPT_PAGES = False
# Static files are not collected for tests; whitenoise only needs an existing folder.
STATIC_ROOT = BASE_DIR / "static"
# Emails are sent once the transaction commits; the worker has its own tests.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
