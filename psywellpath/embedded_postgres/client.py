"""`manage.py dbshell`: psql on the embedded server, from the package if it includes one."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import client

from . import server


class DatabaseClient(client.DatabaseClient):
    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        folder = server.cluster(settings_dict["HOST"]).socket_folder
        address = {"HOST": str(folder), "PORT": str(server.PORT), "USER": server.SUPERUSER}
        args, env = super().settings_to_cmd_args_env({**settings_dict, **address}, parameters)
        psql = server.binaries() / cls.executable_name
        if psql.exists():
            args[0] = str(psql)
        return args, env

    def runshell(self, parameters: Iterable[str]) -> None:
        self.connection.ensure_connection()  # psql does not start the server
        super().runshell(parameters)
