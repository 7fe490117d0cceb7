"""Checks that the port is free before anything slow is done. Imports the standard library alone."""

import errno
import socket
import sys

ADDRESS = "127.0.0.1"


def port_problem(port: str) -> str | None:
    """Why a server cannot listen on this port, in one line; None if it can."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return f"PORT={port} is not a port: choose a number from 1 to 65535."
    with socket.socket() as probe:
        # The server sets this option too: connections in TIME_WAIT then do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, int(port)))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                free = int(port) + 1 if int(port) < 65535 else 8000
                return f"Port {port} is taken. Choose another: make run PORT={free}"
            return f"Port {port} cannot be used ({error.strerror}): make run PORT=8000"
    return None


if __name__ == "__main__":
    sys.exit(port_problem(sys.argv[1]))
