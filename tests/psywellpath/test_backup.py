"""Backups are made, private, restored, compared and read."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management.base import CommandError

from psywellpath import backup
from psywellpath.backup import making, picture_folder, programs, restoring
from tests.support.serving.deployment import OWNER, Cluster
from tests.support.serving.processes import site_folder


@pytest.fixture(scope="module")
def practice(run_folder):
    """A practice with two backups, between which a client was erased, and its state before."""
    with site_folder() as folder, Cluster(folder, migrated_in=run_folder) as cluster:
        known = cluster.rows("fill")
        media = folder / "media" / "pictures"
        media.mkdir(parents=True)
        for name in ("a.png", "b.png"):
            (media / name).write_bytes(os.urandom(500))
        backups = folder / "backups"
        ensure_keys(cluster)
        keys = [keys_now(cluster)]
        cluster.manage("backup", backups)
        before = cluster.rows("acknowledged")
        cluster.rows("erase")
        if stand_in(cluster):
            cluster.ask(f"DELETE FROM {backup.KEYS_TABLE} WHERE id = 1", "psywellpath")
        keys.append(keys_now(cluster))
        (media / "b.png").write_bytes(os.urandom(600))
        cluster.manage("backup", backups)
        first, second = making.finished(backups)
        yield SimpleNamespace(
            folder=folder, cluster=cluster, backups=backups, first=first, second=second,
            before=before, rohan=known["rohan"], keys=keys,
        )  # fmt: skip


def ensure_keys(cluster: Cluster) -> None:
    """Creates a substitute for the table of data keys if it does not exist."""
    table = backup.KEYS_TABLE
    if cluster.ask(f"SELECT to_regclass('{table}')", "psywellpath") == [(None,)]:
        cluster.ask(
            f"CREATE TABLE {table} (id int PRIMARY KEY, stand_in bytea);"
            f"INSERT INTO {table} SELECT n, sha256(n::text::bytea) FROM generate_series(1, 5) n",
            "psywellpath", OWNER,
        )  # fmt: skip


def stand_in(cluster: Cluster) -> bool:
    named = f"SELECT 1 FROM pg_attribute WHERE attrelid = '{backup.KEYS_TABLE}'::regclass"
    return bool(cluster.ask(f"{named} AND attname = 'stand_in'", "psywellpath"))


def keys_now(cluster: Cluster) -> set[str]:
    """Every long run of bytes in the rows of keys, in hexadecimal."""
    rows = cluster.ask(f"SELECT k::text FROM {backup.KEYS_TABLE} k", "psywellpath")
    return {key for (row,) in rows for key in re.findall(r"x([0-9a-f]{32,})", row)}


def in_words(cluster: Cluster, dump: Path) -> str:
    """The dump as plain text, which a thief could read."""
    program = cluster.bin / "pg_restore"
    return subprocess.run([program, "-f", "-", dump], capture_output=True, text=True).stdout


def refusal(cluster: Cluster, *arguments) -> str:
    with pytest.raises(AssertionError) as refused:
        cluster.manage(*arguments)
    return str(refused.value)


@pytest.mark.trust
def test_an_older_backup_is_restored_without_people_erased_since(practice, promise):
    with site_folder() as elsewhere, Cluster(elsewhere) as fresh:
        output = fresh.manage("restore", practice.first)
        restored = fresh.rows("acknowledged")
        verbs = fresh.ask(
            "SELECT verb FROM accounts_auditevent ORDER BY at DESC LIMIT 1", "psywellpath"
        )
        again = refusal(fresh, "restore", practice.second)
        keys = keys_now(fresh)
        picture = (elsewhere / "media" / "pictures" / "a.png").read_bytes()
    manifest = json.loads((practice.first / "manifest.json").read_text())
    rows = sum(table["rows"] for table in manifest["tables"].values())
    assert keys == practice.keys[1]
    left = {k: v for k, v in practice.before["notes"].items() if practice.rohan not in v}
    assert f"{len(manifest['tables'])} tables have the rows and hashes of the backup." in output
    assert practice.rohan in practice.before["clients"]
    assert practice.rohan not in restored["clients"]
    assert restored["notes"] == left
    assert len(left) == 3
    assert restored["enquiries"] == practice.before["enquiries"]
    assert verbs == [("backup restored",)]
    assert "/readyz 200" in output
    assert "is not empty" in again
    assert picture == (practice.folder / "media" / "pictures" / "a.png").read_bytes()
    promise(
        "backup",
        f"row hashes equal in {len(manifest['tables'])} tables with {rows} rows, {len(left)} notes"
        f" read, {len(set(restored['notes']) - set(left))} of who was erased since; pages answer",
    )


def test_a_backup_is_private_and_contains_no_sign_in(practice):
    files = [path for path in practice.backups.rglob("*") if path.is_file()]
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}
    assert practice.backups.stat().st_mode & 0o077 == 0
    tables = json.loads((practice.first / "manifest.json").read_text())["tables"]
    assert not set(backup.LEFT_OUT) & set(tables)
    assert backup.KEYS_TABLE not in tables
    assert tables["accounts_user"]["rows"] > 5


def test_of_keys_and_erasures_only_the_newest_are_kept(practice):
    erased = (practice.backups / "erasures.txt").read_text().split()
    assert erased[0] == practice.rohan
    before, after = practice.keys
    assert after
    assert after < before
    newest = in_words(practice.cluster, practice.backups / "keys.dump")
    assert all(key in newest for key in after)
    everything = "".join(
        in_words(practice.cluster, path) for path in practice.backups.rglob("*.dump")
    )
    assert "COPY public.accounts_user" in everything
    assert [key for key in before - after if key in everything] == []
    assert not list(practice.backups.glob(".unfinished-*"))
    assert not list(practice.backups.glob("*/keys*"))


def test_vanished_keys_do_not_delete_those_of_the_backup(practice):
    listed, keys = practice.backups / "keys.json", practice.backups / "keys.dump"
    listed.write_text(json.dumps({"keys": [f"{n}" for n in range(1000, 1100)]}))
    before = keys.read_bytes()
    assert "100 are gone" in refusal(practice.cluster, "backup", practice.backups)
    assert keys.read_bytes() == before
    practice.cluster.manage("backup", practice.backups, "--fewer-keys")
    assert len(json.loads(listed.read_text())["keys"]) < 100


def test_unchanged_pictures_take_no_space(practice):
    folder = Path("media") / "pictures"
    assert (practice.second / folder / "a.png").samefile(practice.first / folder / "a.png")
    assert not (practice.second / folder / "b.png").samefile(practice.first / folder / "b.png")


def test_a_damaged_backup_is_refused(practice, tmp_path):
    broken = tmp_path / practice.first.name
    shutil.copytree(practice.first, broken)
    with (broken / "data.dump").open("r+b") as file:
        file.seek(2000)
        file.write(b"rot")
    with pytest.raises(CommandError, match="damaged"):
        restoring.read_manifest(broken)
    (broken / "data.dump").unlink()
    with pytest.raises(CommandError, match="not a backup"):
        restoring.read_manifest(broken)


def test_a_damaged_picture_is_refused(tmp_path):
    source, copy, back = tmp_path / "media", tmp_path / "kept", tmp_path / "back"
    source.mkdir()
    (source / "a.png").write_bytes(b"picture")
    hashes = picture_folder.copy(source, copy, None, {})
    (copy / "a.png").write_bytes(b"another")
    with pytest.raises(CommandError, match=r"a\.png"):
        picture_folder.put_back(copy, back, hashes)


def test_a_folder_open_to_others_is_refused(tmp_path):
    tmp_path.chmod(0o755)
    with pytest.raises(CommandError, match="chmod 700"):
        making.private_folder(tmp_path)


def test_older_backups_go_when_asked(practice):
    oldest = practice.backups / "20200101T000000Z"
    shutil.copytree(practice.first, oldest)
    backups = making.finished(practice.backups)
    assert backups[0] == oldest
    practice.cluster.manage("backup", practice.backups, "--keep", len(backups))
    assert making.finished(practice.backups)[:-1] == backups[1:]


def test_the_list_of_erasures_never_forgets(tmp_path, db):
    """An older database that was restored no longer knows who was erased; the list does."""
    listed = tmp_path / "erasures.txt"
    listed.write_text("a b\n")
    assert making.keep_erasures(listed) == 1
    assert listed.read_text() == "a b\n"


def test_a_password_is_never_an_argument(monkeypatch, db):
    seen = []

    class Program:
        returncode, stderr = 0, ()

        def __init__(self, command, **how):
            seen.append((command, how["env"]))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    where = {"NAME": "d", "USER": "u", "PASSWORD": "s3cret", "HOST": "h", "PORT": 5, "OPTIONS": {}}
    from django.db.backends.postgresql.client import DatabaseClient

    client = SimpleNamespace(settings_to_cmd_args_env=DatabaseClient.settings_to_cmd_args_env)
    monkeypatch.setattr(programs, "connection", SimpleNamespace(client=client, settings_dict=where))
    monkeypatch.setattr(programs, "program", lambda name, version: (Path("/x") / name, version))
    monkeypatch.setattr(programs.subprocess, "Popen", Program)
    programs.run("pg_dump", "--file=f", version=15)
    ((command, environment),) = seen
    assert not any("s3cret" in part for part in command)
    assert environment["PGPASSWORD"] == "s3cret"
    assert command[-3:] == ["--dbname", "d", "--file=f"]
