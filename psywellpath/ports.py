"""Whether the port is free, checked before anything slow is done. Needs only Python."""

import errno
import socket
import sys

ADDRESS = "127.0.0.1"


def why_not(port: str) -> str | None:
    """Why a server cannot listen on this port, in one line."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return f"PORT={port} is not a port: choose a number from 1 to 65535."
    with socket.socket() as probe:
        # As the server will do: connections in TIME_WAIT do not count.
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
    sys.exit(why_not(sys.argv[1]))
