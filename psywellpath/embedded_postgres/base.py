"""The backend: Django's own for PostgreSQL, on a server that starts when it is needed."""

import contextlib
import functools
import time
from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql import base

from . import server
from .client import DatabaseClient

PATIENCE_SECONDS = 20  # for a server that is up, but still recovering


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    @functools.cached_property
    def cluster(self) -> server.Cluster:
        return server.cluster(self.settings_dict["HOST"])

    def get_connection_params(self) -> dict[str, Any]:
        address = {
            "HOST": str(self.cluster.socket_folder),
            "PORT": str(server.PORT),
            "USER": server.SUPERUSER,
            "PASSWORD": "",
        }
        configured = self.settings_dict
        self.settings_dict = {**configured, **address}
        try:
            return super().get_connection_params()
        finally:
            self.settings_dict = configured

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connects first, and starts the server only if that fails: usually at no extra cost."""
        try:
            self.cluster.hold()
            try:
                return super().get_new_connection(conn_params)
            except self.Database.OperationalError:
                self.cluster.start()
        except server.EmbeddedPostgresError as error:
            raise OperationalError(str(error)) from None
        self._create_missing_database(conn_params)
        return super().get_new_connection(conn_params)

    def _create_missing_database(self, conn_params: dict[str, Any]) -> None:
        name = conn_params["dbname"]
        connection = self._connect_patiently({**conn_params, "dbname": "postgres"})
        with contextlib.closing(connection):
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
                # Two processes may find it missing at once: the slower one ignores the error.
                taken = (self.Database.errors.DuplicateDatabase, self.Database.IntegrityError)
                if not cursor.fetchone():
                    with contextlib.suppress(*taken):
                        cursor.execute(f"CREATE DATABASE {self.ops.quote_name(name)}")

    def _connect_patiently(self, conn_params: dict[str, Any]) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self.Database.connect(**conn_params)
            except self.Database.OperationalError as error:
                # "… is starting up", "… is in recovery mode"; the server speaks English.
                if "the database system is" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
