"""What row-level security depends on, and the web role must not be able to change."""

import pytest
from django.conf import settings
from django.db import connection, transaction

from accounts.database import row_security
from tests.support.sql import ask, refused

ROLE = settings.WEB_ROLE


def shown(name: str) -> str:
    return ask(f"SHOW {name}")[0][0]


def test_the_web_role_creates_no_table_that_would_hide_another(cast):
    with row_security.web_role():
        row_security.set_actor(cast.meera)
        for sql in (
            "CREATE TEMPORARY TABLE accounts_auditevent (id uuid)",
            "CREATE TEMP TABLE x AS SELECT 1",
            "SELECT 1 INTO TEMP x",
            "CREATE TEMP VIEW clients_note AS SELECT 1",
            "CREATE TEMP SEQUENCE x",
            "CREATE FUNCTION pg_temp.app_person() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
        ):
            assert refused(sql), sql


def test_names_are_looked_up_in_one_place_whatever_the_session_says(db):
    ask("SET LOCAL search_path = pg_temp, public")
    ask("SET LOCAL row_security = off")
    with row_security.web_role():
        assert (shown("search_path"), shown("row_security")) == ("public, pg_temp", "on")


def test_a_new_connection_sets_it_too(db):
    options = connection.get_connection_params()["options"]
    assert "search_path=public,pg_temp" in options
    assert "row_security=on" in options


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        (f"ALTER ROLE {ROLE} SET row_security = off", "settings of its own (row_security)"),
        (f"ALTER ROLE {ROLE} IN DATABASE {{name}} SET search_path = x", "(search_path)"),
        (f"ALTER ROLE {ROLE} SET default_transaction_read_only = on", "(default_transaction_read"),
        (f"ALTER ROLE {ROLE} CREATEROLE", "passes row-level security"),
        (f"GRANT TEMPORARY ON DATABASE {{name}} TO {ROLE}", "may create tables"),
        (f"GRANT CREATE ON DATABASE {{name}} TO {ROLE}", "may create tables"),
        ("GRANT CREATE ON SCHEMA public TO PUBLIC", "may create tables"),
    ],
)
def test_a_role_that_was_changed_is_not_ready(db, browser_of, sql, names):
    assert row_security.fault() == ""
    with transaction.atomic():
        ask(sql.format(name=connection.ops.quote_name(connection.settings_dict["NAME"])))
        assert names in row_security.fault()
        answer = browser_of().get("/readyz")
        transaction.set_rollback(True)
    assert (answer.status_code, answer.content) == (503, b"row-level security not in force\n")
    assert browser_of().get("/readyz").content == b"ready\n"
