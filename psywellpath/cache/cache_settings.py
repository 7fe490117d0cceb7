"""CACHE_URL, so that nothing that is kept there runs as code (`json_cache.py`)."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured


def configured(said: dict[str, Any]) -> dict[str, Any]:
    """A cache of CACHE_URL, keeping JSON. Raises ImproperlyConfigured for one that can't."""
    kind = said["BACKEND"].rsplit(".", 1)[-1]
    if kind == "DatabaseCache":
        return said | {"BACKEND": "psywellpath.cache.json_cache.JSONDatabaseCache"}
    if kind == "RedisCache":
        options = said.get("OPTIONS", {}) | {
            "serializer": "psywellpath.cache.json_cache.JSONSerializer"
        }
        return said | {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "OPTIONS": options,
        }
    raise ImproperlyConfigured(
        f"CACHE_URL: dbcache://TABLE or redis://HOST, and not {kind}: what others write there would"
        " run as code here, or processes would not share it"
    )
