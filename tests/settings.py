"""The settings under test: production's strictness, with values that protect nothing.

What the environment says of the database holds; of everything else it is set here.
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
    "children:Childline=1098;women:Women’s helpline=181",
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
    STORAGES,
)

if EMBEDDED:
    # Not left to the processes that this one starts: they decide for themselves.
    del os.environ["DATABASE_URL"]
    DATABASES["default"] = {
        "ENGINE": "psywellpath.embedded_postgres",
        "NAME": "psywellpath",
        "HOST": str(LOCAL_DIR / "postgres"),
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {"options": FIXED_OPTIONS},
    }
# A browser's requests keep their connection: a new one has to read the whole catalogue.
DATABASES["default"]["CONN_MAX_AGE"] = None
# Tests speak http, to themselves.
SITE_URL = "http://testserver"
SECURE = SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"
SECURE_HSTS_SECONDS = 0
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Nothing is collected for tests; whitenoise only wants a folder that is there.
STATIC_ROOT = BASE_DIR / "static"
# Sent when the transaction is through; the worker has tests of its own.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
