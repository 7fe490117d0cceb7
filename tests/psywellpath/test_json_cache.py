"""The cache stores JSON: what SQL writes into it is never executed."""

import base64
import os
import pickle
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from accounts.database import row_security
from psywellpath.cache.cache_settings import configured
from psywellpath.cache.json_cache import JSONSerializer
from tests.support.sql import ask, written

TABLE = "psywellpath_cache"
WRITE = f"INSERT INTO {TABLE} VALUES (%s, %s, now() + interval '1 hour')"


class Payload:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


def test_a_pickle_in_the_cache_runs_nothing(cast, browser_of, tmp_path):
    """Written by SQL as the web's role, under the very key that a manager's page asks for."""
    manager, page = browser_of(cast.manoj), "/practice/figures/"
    assert manager.get(page).status_code == 200
    keys = [key for (key,) in ask(f"SELECT cache_key FROM {TABLE}")]
    assert [key for key in keys if "statistics_" in key]
    pickled = base64.b64encode(pickle.dumps(Payload(tmp_path / "ran"))).decode()
    pickle.loads(base64.b64decode(pickled))
    assert (tmp_path / "ran").exists(), "it is a real one"
    (tmp_path / "ran").rmdir()
    with row_security.web_role():
        for key in keys:
            for value in (pickled, "[1", "[]", '{"steps": [[99, 1, 2]]}', "null"):
                ask(f"DELETE FROM {TABLE} WHERE cache_key = %s", (key,))
                ask(WRITE, (key, value))
                cache.get(key.split(":", 2)[-1])
                answer = manager.get(page)
                assert answer.status_code == 200, value
                assert "On each step" in answer.content.decode()
    assert not (tmp_path / "ran").exists()


def test_a_used_code_is_not_taken_back_by_sql(db):
    assert cache.add("factors.used:somebody:123456", 1, timeout=90)
    assert cache.add("statistics_x", [1])
    with row_security.web_role():
        assert not cache.add("factors.used:somebody:123456", 1, timeout=90)
        assert written(f"DELETE FROM {TABLE}") == 1
        assert written(f"UPDATE {TABLE} SET expires = now()") == 1
    assert cache.get("factors.used:somebody:123456") == 1


def test_it_is_a_cache(db):
    assert cache.get("x", "none") == "none"
    cache.set("x", {"a": [1, "ठीक", None]})
    assert cache.get("x") == {"a": [1, "ठीक", None]}
    assert not cache.add("x", 2)
    assert cache.touch("x", 60)
    cache.set("gone", 1, timeout=-1)
    assert cache.get("gone") is None
    assert not cache.touch("gone")
    assert cache.add("gone", 2)
    cache.set("always", 1, timeout=None)
    assert cache.get_many(["gone", "always", "other"]) == {"gone": 2, "always": 1}
    assert cache.incr("gone") == 3
    assert cache.delete("gone")
    assert not cache.delete("gone")
    assert cache.get_or_set("made", lambda: 5) == 5
    cache.clear()
    assert "always" not in cache
    with pytest.raises(TypeError):
        cache.set("x", object())
    assert connection.vendor == "postgresql"


def test_what_another_cache_would_unpickle_is_refused_or_serialised():
    redis = configured({"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://h"})
    assert redis["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
    assert redis["OPTIONS"]["serializer"].endswith("JSONSerializer")
    for kind in ("memcached.PyLibMCCache", "filebased.FileBasedCache", "locmem.LocMemCache"):
        with pytest.raises(ImproperlyConfigured, match="CACHE_URL"):
            configured({"BACKEND": f"django.core.cache.backends.{kind}"})
    serial = JSONSerializer()
    assert serial.dumps(3) == 3
    assert serial.loads(b"3") == 3
    assert serial.loads(serial.dumps({"a": True})) == {"a": True}
    assert serial.loads(pickle.dumps(Path())) is None
