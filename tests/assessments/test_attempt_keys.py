"""An attempt's key is kept nowhere: who takes the database away opens nothing on the site."""

import pytest
from django.db import connection

from assessments.models import Attempt, hash_of
from tests.support.assessments.attempts import published, submitted
from tests.support.sql import ask, tables


def held() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return "\n".join(
        str(row) for table in sorted(tables()) for row in ask(f"SELECT t::text FROM {table} AS t")
    )


@pytest.mark.trust
def test_no_row_holds_a_key(db, browser_of, cast, promise):
    version = published()
    started = [
        browser_of(user).post("/assessments/small/start/", {"adult": "on", "consent": "on"}).url
        for user in (None, None, cast.asha.user)
    ]
    keys = [address.split("/")[-2] for address in started]
    assert all(len(key) == 43 for key in keys)
    rows = held()
    assert all(hash_of(key) in rows for key in keys)
    found = [key for key in keys if key in rows]
    assert version.attempts.count() == len(keys)
    promise("dump", f"{len(keys)} keys of attempts, {len(found)} in {len(tables())} tables")
    assert not found


def test_what_is_kept_opens_nothing(db, browser_of):
    attempt = submitted(published())
    address = attempt.get_result_url()
    assert browser_of().get(address).status_code == 200
    stolen = address.replace(attempt.key, attempt.key_hash)
    assert browser_of().get(stolen).status_code == 404
    assert browser_of().post("/enquiry/", {"from_result": attempt.key_hash}).status_code == 200
    page = browser_of().post("/enquiry/", {"from_result": attempt.key_hash}).content
    assert b"Attach my result" not in page


def test_ones_own_are_reached_by_their_id(cast, browser_of):
    """From lists, which know no key; the key that was held goes on opening them."""
    attempt = submitted(published(), by=cast.asha.user)
    by_key, by_id = attempt.get_result_url(), Attempt.objects.get().get_result_url()
    assert by_key != by_id
    own = browser_of(cast.asha.user)
    assert by_id in own.get("/path/").content.decode()
    for address in (by_key, by_id):
        assert own.get(address).status_code == 200
        assert browser_of().get(address).url.startswith("/accounts/login/")
        for user in (cast.rohan.user, cast.meera, cast.manoj):
            assert browser_of(user).get(address).status_code == 404
    # Nobody's has no such address, and a visitor can't tell which there are.
    loose = Attempt.objects.get(pk=submitted(attempt.version).pk)
    assert browser_of(cast.asha.user).get(loose.get_result_url()).status_code == 404
    assert browser_of().get(loose.get_result_url()).url.startswith("/accounts/login/")
