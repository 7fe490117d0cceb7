"""What a production start refuses, and how settings are read that have a form of their own."""

import base64
import binascii
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from django.core.exceptions import ImproperlyConfigured

# gunicorn.arbiter.Arbiter.WORKER_BOOT_ERROR, without importing a server into every command.
WORKER_BOOT_ERROR = 3


class HelpLine(NamedTuple):
    name: str
    numbers: list[str]


EVERYONE, GENERAL = "everyone", "general"
# What a line is for, said before its name.
KINDS = ("emergency", "children", "women")


def crisis_lines(text: str) -> dict[str, list[HelpLine]]:
    """`Name=number,number;kind:Name=number` as the lines of each kind, "general" without one.

    "everyone" has those that every page shows: general and emergency ones, in the order given.
    A text before a colon that is no kind belongs to the name.
    """
    lines: dict[str, list[HelpLine]] = {kind: [] for kind in (EVERYONE, GENERAL, *KINDS)}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        name, found, numbers = part.partition("=")
        kind, colon, rest = (said.strip() for said in name.partition(":"))
        kind, name = (kind, rest) if colon and kind in KINDS else (GENERAL, name.strip())
        listed = [n.strip() for n in numbers.split(",") if n.strip()]
        if not (found and name and listed):
            raise ImproperlyConfigured(
                f"CRISIS_LINES: '{part}' is not of the form Name=number,number"
            )
        lines[kind].append(HelpLine(name, listed))
        if kind in (GENERAL, "emergency"):
            lines[EVERYONE].append(HelpLine(name, listed))
    if not lines[EVERYONE]:
        raise ImproperlyConfigured("CRISIS_LINES: at least one line for everyone is needed")
    return lines


def field_keys(text: str) -> list[bytes]:
    """`key,key` in base64url, each 32 bytes, newest first; a key that is none is left out, and
    `problems` says so."""
    found = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        try:
            found.append(base64.b64decode(part + "=" * (-len(part) % 4), b"-_", validate=True))
        except (binascii.Error, ValueError):
            found.append(b"")
    return found


def problems(settings: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
    """Every missing or unsafe setting of a start with DEBUG off, in words."""
    found = []
    if not environment.get("DATABASE_URL"):
        found.append("DATABASE_URL is missing")
    key = settings["SECRET_KEY"]
    if len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure"):
        found.append("SECRET_KEY is missing or weak (50 random characters or more)")
    keys = settings["FIELD_KEYS"]
    if not keys or any(len(k) != 32 or len(set(k)) < 8 for k in keys) or len(set(keys)) < len(keys):
        found.append("FIELD_KEYS is missing or holds something other than different 32-byte keys")
    if not settings["ALLOWED_HOSTS"] or "*" in settings["ALLOWED_HOSTS"]:
        found.append("ALLOWED_HOSTS must name the site's hosts, and not '*'")
    if not settings["SITE_URL"].startswith("https://"):
        found.append("SITE_URL must start with https://")
    if not environment.get("EMAIL_URL"):
        found.append("EMAIL_URL is missing")
    if not settings["DEFAULT_FROM_EMAIL"]:
        found.append("DEFAULT_FROM_EMAIL is missing")
    return found


def refuse_unsafe(settings: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    if found := problems(settings, environment):
        stop("; ".join(found))


def stop(why: str) -> NoReturn:
    """One line, and no traceback that buries it. By its status gunicorn knows that starting the
    worker again is useless, and stops too."""
    print(f"Psywellpath does not start: {why}.", file=sys.stderr)
    raise SystemExit(WORKER_BOOT_ERROR)
