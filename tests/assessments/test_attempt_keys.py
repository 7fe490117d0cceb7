"""Keys of attempts are stored nowhere: a stolen database opens nothing on the site."""

import pytest
from django.db import connection

from assessments.models import Attempt, hash_of
from tests.support.assessments.attempts import published, submitted
from tests.support.sql import ask, tables


def all_rows() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return "\n".join(
        str(row) for table in sorted(tables()) for row in ask(f"SELECT t::text FROM {table} AS t")
    )


@pytest.mark.trust
def test_no_row_contains_a_key(db, browser_of, cast, promise):
    version = published()
    started = [
        browser_of(user).post("/assessments/small/start/", {"adult": "on", "consent": "on"}).url
        for user in (None, None, cast.asha.user)
    ]
    keys = [address.split("/")[-2] for address in started]
    assert all(len(key) == 43 for key in keys)
    rows = all_rows()
    assert all(hash_of(key) in rows for key in keys)
    stored = [key for key in keys if key in rows]
    assert version.attempts.count() == len(keys)
    promise("dump", f"{len(keys)} keys of attempts, {len(stored)} in {len(tables())} tables")
    assert not stored


def test_the_stored_hash_opens_nothing(db, browser_of):
    attempt = submitted(published())
    address = attempt.get_result_url()
    assert browser_of().get(address).status_code == 200
    stolen = address.replace(attempt.key, attempt.key_hash)
    assert browser_of().get(stolen).status_code == 404
    assert browser_of().post("/enquiry/", {"from_result": attempt.key_hash}).status_code == 200
    page = browser_of().post("/enquiry/", {"from_result": attempt.key_hash}).content
    assert b"Attach my result" not in page


def test_people_open_their_own_attempts_by_id(cast, browser_of):
    """Lists link to the id, because they know no key; the key still opens them, too."""
    attempt = submitted(published(), by=cast.asha.user)
    by_key, by_id = attempt.get_result_url(), Attempt.objects.get().get_result_url()
    assert by_key != by_id
    own = browser_of(cast.asha.user)
    assert by_id in own.get("/path/results/").content.decode()
    for address in (by_key, by_id):
        assert own.get(address).status_code == 200
        assert browser_of().get(address).url.startswith("/accounts/login/")
        for user in (cast.rohan.user, cast.meera, cast.manoj):
            assert browser_of(user).get(address).status_code == 404
    # An anonymous attempt does not open by its id, and a visitor cannot tell whether it exists.
    anonymous = Attempt.objects.get(pk=submitted(attempt.version).pk)
    assert browser_of(cast.asha.user).get(anonymous.get_result_url()).status_code == 404
    assert browser_of().get(anonymous.get_result_url()).url.startswith("/accounts/login/")
