"""Reads CACHE_URL, so that nothing stored in the cache can run as code (`json_cache.py`)."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured


def configured(settings: dict[str, Any]) -> dict[str, Any]:
    """The cache of CACHE_URL, set to store JSON. Raises ImproperlyConfigured if it cannot."""
    kind = settings["BACKEND"].rsplit(".", 1)[-1]
    if kind == "DatabaseCache":
        return settings | {"BACKEND": "psywellpath.cache.json_cache.JSONDatabaseCache"}
    if kind == "RedisCache":
        options = settings.get("OPTIONS", {}) | {
            "serializer": "psywellpath.cache.json_cache.JSONSerializer"
        }
        return settings | {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "OPTIONS": options,
        }
    raise ImproperlyConfigured(
        f"CACHE_URL must be dbcache://TABLE or redis://HOST, and not {kind}: what others write"
        " there could run as code, or processes would not share it"
    )
