"""The checks that stop an unsafe production start, and parsers for settings with a format of their
own."""

import base64
import binascii
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from django.core.exceptions import ImproperlyConfigured

# gunicorn.arbiter.Arbiter.WORKER_BOOT_ERROR, without importing a server into every command.
WORKER_BOOT_ERROR = 3


# The help lines of India. The numbers are written here and nowhere else: every page and email
# takes them from the settings. Not 1933, which is about narcotics: its name, MANAS, is almost that
# of Tele-MANAS.
CRISIS_LINES_OF_INDIA = (
    "Tele-MANAS, free, day and night, either number=14416,1-800-891-4416;emergency:Emergency=112;"
    "children:Childline, free, day and night=1098;women:Women’s helpline, day and night=181;"
    "elderly:Elderline, 8 am to 8 pm, not for emergencies=14567"
)


class HelpLine(NamedTuple):
    name: str
    numbers: list[str]


EVERYONE, GENERAL = "everyone", "general"
# What a line is for, written before its name.
KINDS = ("emergency", "children", "women", "elderly")


def crisis_lines(text: str) -> dict[str, list[HelpLine]]:
    """Parses `Name=number,number;kind:Name=number` into the lines of each kind.

    A line without a kind is "general". "everyone" holds the lines that every page shows: the
    general and the emergency ones, in the order given. Text before a colon that names no kind is
    part of the name.
    """
    lines: dict[str, list[HelpLine]] = {kind: [] for kind in (EVERYONE, GENERAL, *KINDS)}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        name, equals, numbers = part.partition("=")
        kind, colon, rest = (text.strip() for text in name.partition(":"))
        kind, name = (kind, rest) if colon and kind in KINDS else (GENERAL, name.strip())
        listed = [n.strip() for n in numbers.split(",") if n.strip()]
        if not (equals and name and listed):
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
    """Parses `key,key` in base64url, each 32 bytes, newest first. What does not decode becomes an
    empty key, which `problems` reports."""
    keys = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        try:
            keys.append(base64.b64decode(part + "=" * (-len(part) % 4), b"-_", validate=True))
        except (binascii.Error, ValueError):
            keys.append(b"")
    return keys


def problems(settings: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
    """Describes every missing or unsafe setting of a start with DEBUG off."""
    faults = []
    if not environment.get("DATABASE_URL"):
        faults.append("DATABASE_URL is missing")
    key = settings["SECRET_KEY"]
    if len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure"):
        faults.append("SECRET_KEY is missing or weak (50 random characters or more)")
    keys = settings["FIELD_KEYS"]
    if not keys or any(len(k) != 32 or len(set(k)) < 8 for k in keys) or len(set(keys)) < len(keys):
        faults.append("FIELD_KEYS is missing or holds something other than different 32-byte keys")
    if not settings["ALLOWED_HOSTS"] or "*" in settings["ALLOWED_HOSTS"]:
        faults.append("ALLOWED_HOSTS must name the site's hosts, and not '*'")
    if not settings["SITE_URL"].startswith("https://"):
        faults.append("SITE_URL must start with https://")
    if not environment.get("EMAIL_URL"):
        faults.append("EMAIL_URL is missing")
    if not settings["DEFAULT_FROM_EMAIL"]:
        faults.append("DEFAULT_FROM_EMAIL is missing")
    return faults


def refuse_unsafe(settings: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    if faults := problems(settings, environment):
        stop("; ".join(faults))


def stop(why: str) -> NoReturn:
    """Ends with one line and no traceback. The exit status makes gunicorn stop, too, instead of
    starting the worker again."""
    print(f"Psywellpath does not start: {why}.", file=sys.stderr)
    raise SystemExit(WORKER_BOOT_ERROR)
