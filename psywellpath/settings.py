"""All settings, from the environment (`.env.example` lists every name).

The application runs in one of two ways. If neither DATABASE_URL nor DEBUG is set, this is a
newcomer's machine: DEBUG is on, and an embedded PostgreSQL and keys are created in `.local/`.
Otherwise nothing is guessed: a missing or unsafe value stops the start with one line that names it.
"""

import contextlib
import os
import secrets
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

from psywellpath.cache.cache_settings import configured
from psywellpath.settings_checks import (
    CRISIS_LINES_OF_INDIA,
    crisis_lines,
    field_keys,
    refuse_unsafe,
)

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

NEWCOMER = not os.environ.get("DATABASE_URL") and not os.environ.get("DEBUG")
DEBUG = NEWCOMER or env.bool("DEBUG", default=False)


def local_secret(name: str, size: int = 64) -> str:
    """A secret of this machine, created once. Never called in production."""
    path = LOCAL_DIR / name
    if not path.exists():
        LOCAL_DIR.mkdir(exist_ok=True)
        draft = path.with_name(f"{name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(size))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # If two first starts run at once, both use the first secret.
        draft.unlink()
    return path.read_text()


SITE_NAME = "Psywellpath"
SITE_URL = env.str("SITE_URL", default="http://localhost:8000" if DEBUG else "").rstrip("/")
SECRET_KEY = env.str("SECRET_KEY", default="") or (local_secret("secret_key") if DEBUG else "")
# 32 bytes each, newest first. They wrap people's data keys (`accounts/encryption/cipher.py`).
FIELD_KEYS = field_keys(
    env.str("FIELD_KEYS", default="") or (local_secret("field_keys", 32) if DEBUG else "")
)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"] if DEBUG else []
)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# The web process (psywellpath/wsgi.py marks it as one) connects as a role that owns nothing; every
# command connects as the owner. With one address for both, each request switches to the web role.
WEB_PROCESS = os.environ.get("PSYWELLPATH_WEB") == "1"
WEB_ROLE = "psywellpath_web"
TWO_ROLES = bool(os.environ.get("DATABASE_URL") and os.environ.get("OWNER_DATABASE_URL"))
# A command that requests a page (as `restore` does) stays the owner, who may not be allowed to
# switch to the web role.
TAKES_WEB_ROLE = WEB_PROCESS or not TWO_ROLES
if TWO_ROLES:
    WEB_ROLE = env.db("DATABASE_URL")["USER"]
if os.environ.get("DATABASE_URL"):
    _database = env.db("OWNER_DATABASE_URL" if TWO_ROLES and not WEB_PROCESS else "DATABASE_URL")
    # No cursors that outlive a statement: a connection pooler may switch connections.
    _database |= {"CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": True}
    # A new connection takes longer than most pages. `?conn_max_age=` in the address changes it.
    _database.setdefault("CONN_MAX_AGE", 60)
else:
    _database = {"ENGINE": "psywellpath.embedded_postgres", "NAME": "psywellpath",
                 "HOST": str(LOCAL_DIR / "postgres")}  # fmt: skip
# Set by each connection itself, since a role may change its own defaults (ALTER ROLE). A pooler
# ignores these options, so each request's transaction sets them again.
FIXED_OPTIONS = (
    "-c search_path=public,pg_temp -c row_security=on -c default_transaction_read_only=off"
)
_database.setdefault("OPTIONS", {}).setdefault("options", FIXED_OPTIONS)
# A server that is away must not hold every worker until the kernel gives up.
_database["OPTIONS"].setdefault("connect_timeout", 5)
# What a failing view has written is rolled back; the transaction around it serves the error page.
DATABASES = {"default": _database | {"ATOMIC_REQUESTS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Public pages are made once for each change. While one works on the templates, each time.
KEPT_PAGES = not DEBUG

# By default the cache is a table, so that several web processes share it.
CACHES = {"default": configured(env.cache("CACHE_URL", default="dbcache://psywellpath_cache"))}

if os.environ.get("EMAIL_URL"):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = LOCAL_DIR / "mail"
EMAIL_TIMEOUT = 10
# A worker (`manage.py db_worker`) sends emails; a newcomer's machine has none and sends at once.
# With two roles a worker is needed: the owner sends emails, and the web role can't read them.
_AT_ONCE = "django_tasks.backends.immediate.ImmediateBackend"
TASKS = {
    "default": {
        "BACKEND": _AT_ONCE if DEBUG and not TWO_ROLES else "django_tasks_db.DatabaseBackend"
    }
}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="practice@localhost" if DEBUG else "")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

INSTALLED_APPS = [
    "psywellpath.apps.PsywellpathConfig",
    "clients",
    "assessments",
    "articles",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "js_asset",
    "psywellpath.apps.PracticeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "psywellpath.headers.HeadersMiddleware",
    "psywellpath.kept_pages.KeptPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.CachingMiddleware",
    "accounts.middleware.NoNullsMiddleware",
    "accounts.middleware.UnreadableMiddleware",
    "accounts.middleware.CurrentRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.RowSecurityMiddleware",
    "accounts.middleware.IdleSessionMiddleware",
    "accounts.middleware.PrivateByDefaultMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignedInMarkMiddleware",
    "accounts.rate_limits.requests.RateLimitMiddleware",
    "accounts.middleware.KeptWordsMiddleware",
    "articles.moved.OldAddressMiddleware",
]

ROOT_URLCONF = "psywellpath.urls"
# None, so that runserver builds its own: psywellpath/wsgi.py refuses a newcomer's machine.
WSGI_APPLICATION = None
_LOADERS = ["psywellpath.pages.loader.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "accounts.encryption.unreadable.Templates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", _LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "psywellpath.pages.context_processors.practice",
                "psywellpath.pages.context_processors.navigation",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- People ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.sign_in.backends.EmailBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ["name", "email"]}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
    )
]
SESSION_ENGINE = "accounts.sign_in.session_store"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "place"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "signed-out"
ACCOUNT_ADAPTER = "accounts.sign_in.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# People come by invitation, which proves the address.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "accounts.sign_in.forms.SignInForm",
    "change_password": "allauth.account.forms.SetPasswordForm",
    "reset_password": "accounts.sign_in.forms.ForgottenForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
INVITATION_DAYS = 14
# Each view declares its own (accounts/rate_limits/limits.py): they are shared by all processes and
# counted exactly.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
# Second factors (docs/decisions/0013): required of staff, offered to clients.
MFA_ADAPTER = "accounts.sign_in.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.sign_in.forms_factors.CodeForm",
    "reauthenticate": "accounts.sign_in.forms_factors.ReauthenticationCodeForm",
    "activate_totp": "accounts.sign_in.forms_factors.FirstCodeForm",
    "add_webauthn": "accounts.sign_in.forms_factors.PasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# A passkey needs https, or http on localhost: for a newcomer's machine, and for tests.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG and SITE_URL.startswith("http://localhost")
# Telephones' clocks may be half a minute off; each code is still accepted only once.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
# People who follow an invitation or an emailed link have proved that the address is theirs.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# After so long without a request, staff sign in again; a client's sign-in ends with the browser, or
# after two weeks without a visit.
STAFF_IDLE_SECONDS = 30 * 60
# How long an attempt that nobody saved to an account is kept: `manage.py expire_attempts`.
ANONYMOUS_ATTEMPT_DAYS = 30

# --- What a browser may do --------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        # Bootstrap's stylesheet holds its form arrows and ticks as data: pictures.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = SECURE
# They answer over http too, and outside the web's database role and transaction.
HEALTH_CHECKS = ["/livez", "/readyz"]
SECURE_REDIRECT_EXEMPT = [f"^{path[1:]}$" for path in HEALTH_CHECKS]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
# A browser accepts cookies with this prefix only from this host, over https and for the whole site,
# so that no other host of the domain can set one of its own.
_HOST = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_HOST}sessionid", f"{_HOST}csrftoken"
# In the session, and not in a cookie that could be read.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "psywellpath.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
# HSTS for subdomains and preloading would bind the practice's other sites, too: that is for the
# practice to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# --- Language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "en-in"
LANGUAGES = [("en-in", "English"), ("hi", "हिन्दी")]
LOCALE_PATHS = [BASE_DIR / "psywellpath" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Kolkata")
FORMAT_MODULE_PATH = ["psywellpath.formats"]
HELP_LINES = crisis_lines(env.str("CRISIS_LINES", default=CRISIS_LINES_OF_INDIA))
# Those that every page shows; the other kinds are shown where they are needed.
CRISIS_LINES = HELP_LINES["everyone"]
# Whether browsers keep the help lines of those who looked for help, for the time without a
# connection. Off, they delete them with the next visit.
OFFLINE_HELP = env.bool("OFFLINE_HELP", default=True)
# How clients reach the practice; empty entries are not shown.
PRACTICE_CONTACT = {
    name: contact
    for name, example in (("PHONE", "+91 00000 00000"), ("EMAIL", "practice@example.com"),
                        ("HOURS", "Monday to Friday, 8 am to 6 pm"))
    if (contact := env.str(f"PRACTICE_{name}", default=example if DEBUG else "").strip())
}  # fmt: skip

# --- Files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "psywellpath.fonts.finder.FontFinder",
    "psywellpath.pages.bootstrap.BootstrapFinder",
    "psywellpath.pages.text_editor.TextEditorFinder",
]
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(LOCAL_DIR / "media")))
_HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN if DEBUG else _HASHED},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"secrets": {"()": "psywellpath.logs.HideKeys"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["secrets"], "formatter": "line"}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}

if not DEBUG:
    refuse_unsafe(globals(), os.environ)
