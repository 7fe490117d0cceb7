"""The embedded server's life, with real processes: started once, stopped with the last user."""

import json
import os
import signal
import time

import psutil
import pytest

from psywellpath.embedded_postgres import acl
from tests.support.serving.deployment import copy_folder
from tests.support.serving.embedded import AS_ROOT, NOBODY, TemporaryDatabase


@pytest.fixture
def new_database():
    """A folder where the first use creates the database."""
    database = TemporaryDatabase()
    yield database
    database.clear()


@pytest.fixture(scope="module")
def created():
    database = TemporaryDatabase()
    database.holder().ask("SELECT 1")
    database.holders[0].leave()
    yield database.data
    database.clear()


@pytest.fixture
def database(new_database, created):
    """A folder with a database that nobody uses yet."""
    new_database.data.parent.mkdir()
    copy_folder(created, new_database.data)
    return new_database


def test_two_at_once_share_one_server_and_the_last_one_stops_it(new_database):
    first, second = new_database.holder(), new_database.holder()
    started = "SELECT pg_postmaster_start_time()"
    first.send(started)
    second.send(started)
    answers = [json.loads(holder.line()) for holder in (first, second)]
    assert answers[0] == answers[1]
    assert first.leave() == 0
    assert second.ask(started) == answers[0]
    assert second.leave() == 0
    assert new_database.processes() == []


def test_data_stay_from_one_run_to_the_next(new_database):
    for rows in (1, 2):
        holder = new_database.holder()
        holder.ask("CREATE TABLE IF NOT EXISTS kept (n int)")
        holder.ask("INSERT INTO kept VALUES (1)")
        assert holder.ask("SELECT count(*) FROM kept") == [[rows]]
        holder.leave()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_server_stops_when_its_user_is_killed(database, how):
    holder = database.holder()
    holder.ask("SELECT 1")
    holder.process.send_signal(how)
    assert database.is_empty_within(10)


def test_a_killed_server_comes_back_with_what_was_committed(database):
    holder = database.holder()
    holder.ask("CREATE TABLE kept (n int)")
    holder.ask("INSERT INTO kept SELECT generate_series(1, 100)")
    killed = database.server()
    os.kill(killed, signal.SIGKILL)
    assert holder.ask("SELECT count(*) FROM kept") == [[100]]
    assert database.server() != killed
    holder.leave()
    assert database.processes() == []


def test_a_killed_keeper_is_replaced_when_its_user_leaves(database):
    holder = database.holder()
    holder.ask("SELECT 1")
    os.kill(database.keeper(), signal.SIGKILL)
    assert holder.ask("SELECT 1") == [[1]]
    holder.leave()
    assert database.processes() == []


def test_a_server_left_by_everybody_is_stopped_by_the_next_user(database):
    holder = database.holder()
    started = holder.ask("SELECT pg_postmaster_start_time()")
    os.kill(database.keeper(), signal.SIGKILL)
    holder.process.kill()
    other = database.holder()
    assert other.ask("SELECT pg_postmaster_start_time()") == started
    other.leave()
    assert database.processes() == []


@pytest.mark.parametrize("seconds", [0.05, 0.4, 1.5])
def test_ctrl_c_leaves_nothing_behind(new_database, seconds):
    holder = new_database.holder()
    holder.send("SELECT 1")
    time.sleep(seconds)
    os.killpg(holder.process.pid, signal.SIGINT)
    holder.process.wait(15)
    assert new_database.processes() == []
    assert new_database.holder().ask("SELECT 1") == [[1]]


def test_a_forked_child_keeps_the_server(database):
    holder = database.holder()
    started = holder.ask("SELECT pg_postmaster_start_time()")
    holder.send("fork")
    holder.process.wait(15)
    assert holder.ask("SELECT pg_postmaster_start_time()") == started
    holder.process.stdin.close()
    assert database.is_empty_within(10)


@pytest.mark.parametrize("name", ["a" * 120, "comma, and 'quotes\" ü"])
def test_any_folder_will_do(new_database, name):
    new_database.data = new_database.folder / name / "postgres"
    holder = new_database.holder()
    assert holder.ask("SELECT 1") == [[1]]
    holder.leave()
    assert new_database.processes() == []


def test_folders_above_open_for_the_servers_user_alone(new_database):
    holder = new_database.holder()
    assert holder.ask("SELECT 1") == [[1]]
    rights = acl.read(new_database.folder)
    assert rights[acl.OWNER, acl.NO_ID] == 7
    assert rights[acl.OWNING_GROUP, acl.NO_ID] == rights[acl.OTHER, acl.NO_ID] == 0
    named = {(tag, who): bits for (tag, who), bits in rights.items() if tag == acl.USER}
    expected = {(acl.USER, new_database.data.stat().st_uid): acl.SEARCH} if AS_ROOT else {}
    assert named == expected
    assert acl.ATTRIBUTE not in os.listxattr(new_database.folder.parent)


def test_an_existing_access_list_keeps_its_meaning(tmp_path):
    tmp_path.chmod(0o750)
    acl.allow_search(tmp_path, 4001)
    tmp_path.chmod(0o700)  # the mask now hides what user 4001 was given
    acl.allow_search(tmp_path, 4002)
    rights = acl.read(tmp_path)
    assert rights[acl.USER, 4001] == 0
    assert rights[acl.USER, 4002] == rights[acl.MASK, acl.NO_ID] == acl.SEARCH
    assert rights[acl.OWNING_GROUP, acl.NO_ID] == 0


def test_an_ordinary_user_runs_it_as_themselves(new_database):
    if AS_ROOT:
        new_database.hand_over_to_nobody()
    user = NOBODY if AS_ROOT else os.geteuid()
    holder = new_database.holder(prefix=new_database.as_nobody if AS_ROOT else [])
    assert holder.ask("SELECT 1") == [[1]]
    assert psutil.Process(new_database.server()).uids().real == user
    holder.leave()
    assert new_database.holder().ask("SELECT 1") == [[1]]  # and root may look after it
    assert new_database.data.stat().st_uid == user


def test_every_error_is_reported(database):
    database.holder().ask("SELECT 1")
    database.holders[0].leave()
    database.data.chmod(0o777)
    assert "has invalid permissions" in database.holder().ask("SELECT 1")
    database.data.chmod(0o700)
    (database.data / "PG_VERSION").write_text("15\n")
    assert "was created by PostgreSQL 15" in database.holder().ask("SELECT 1")
    (database.data / "PG_VERSION").unlink()
    assert "holds something else" in database.holder().ask("SELECT 1")


@pytest.mark.skipif(not AS_ROOT, reason="needs two users")
def test_another_users_database_is_left_alone(new_database):
    new_database.folder.chmod(0o755)
    holder = new_database.holder()
    holder.ask("SELECT 1")
    answer = new_database.holder(prefix=new_database.as_nobody).ask("SELECT 1")
    assert "postgres.run cannot be used: Permission denied. Run as its owner" in answer


def test_statements_with_peoples_words_stay_out_of_the_log(database):
    holder = database.holder()
    holder.ask("CREATE TABLE note (text text UNIQUE)")
    for _ in range(2):
        answer = holder.ask("INSERT INTO note VALUES ('canary')")
    assert "IntegrityError" in answer
    assert "canary" not in (database.data.with_name("postgres.run") / "server.log").read_text()
