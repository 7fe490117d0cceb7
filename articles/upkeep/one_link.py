"""Asks another site whether an address still answers: politely, and never for long.

No imports of Django but the problem's names.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Timer
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from articles.models.link_report import Problem
from articles.upkeep.reachable import PrivateAddressError, is_public, resolved

MOST_REDIRECTS = 6
REDIRECTS = {301, 302, 303, 307, 308}
GONE = {404, 410}
# Characters that an address may have as it is; others are written as their bytes.
_PLAIN = "%/:@!$&'()*+,;=~?[]#"


class MalformedError(Exception):
    """No address that a browser could open."""


@dataclass
class Asker:
    """`pause`: seconds between two requests to one host."""

    user_agent: str
    pause: float = 2.0
    timeout: float = 10.0
    longest: float = 30.0
    ports: frozenset[int] = frozenset({80, 443})
    may_reach: Callable[[str], bool] = is_public
    _next: dict[str, float] = field(default_factory=dict)

    def problem_of(self, address: str) -> tuple[Problem | None, bool]:
        """What is wrong with the address, and whether the other site let us find out."""
        try:
            return self._followed(address)
        except (MalformedError, UnicodeError, http.client.InvalidURL):
            return Problem.MALFORMED, True
        except PrivateAddressError:
            return Problem.PRIVATE, True
        except ssl.SSLError:
            return Problem.CERTIFICATE, True
        except (OSError, http.client.HTTPException):
            return Problem.SILENT, True

    def _followed(self, address: str) -> tuple[Problem | None, bool]:
        for _hop in range(MOST_REDIRECTS):
            status, location = self._status(address)
            if status in REDIRECTS and location:
                address = urljoin(address, location)
                continue
            return _meaning(status)
        return Problem.LOOP, True

    def _status(self, address: str) -> tuple[int, str]:
        """HEAD first, which costs the other site least; GET where that is refused."""
        parts = split(address)
        try:
            status, location = self._request(parts, "HEAD")
        except http.client.HTTPException:
            status, location = 500, ""
        return (status, location) if status < 400 or status == 429 else self._request(parts, "GET")

    def _request(self, parts: SplitResult, method: str) -> tuple[int, str]:
        host = (parts.hostname or "").encode("idna").decode("ascii")
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        if port not in self.ports:
            raise PrivateAddressError(host)
        ip = resolved(host, port, self.may_reach)
        self._wait(host)
        connection = _connection(host, port, ip, secure, self.timeout)
        # A site that sends one letter a second never runs into a time-out.
        limit = Timer(self.longest, connection.hang_up)
        limit.daemon = True
        limit.start()
        try:
            path = quote(parts.path or "/", safe=_PLAIN)
            query = f"?{quote(parts.query, safe=_PLAIN)}" if parts.query else ""
            connection.request(method, f"{path}{query}", headers={
                "User-Agent": self.user_agent, "Accept": "*/*", "Connection": "close",
            })  # fmt: skip
            response = connection.getresponse()
            return response.status, response.getheader("Location") or ""
        finally:
            limit.cancel()
            connection.close()

    def _wait(self, host: str) -> None:
        left = self._next.get(host, 0.0) - time.monotonic()
        if left > 0:
            time.sleep(left)
        self._next[host] = time.monotonic() + self.pause


def split(address: str) -> SplitResult:
    """The parts of an address that can be asked. Raises MalformedError."""
    try:
        parts = urlsplit(address.strip())
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError as error:
        raise MalformedError(address) from error
    if not known or parts.username is not None:
        raise MalformedError(address)
    return parts


def _meaning(status: int) -> tuple[Problem | None, bool]:
    if status in GONE:
        return Problem.GONE, True
    if status >= 500 and status != 999:
        return Problem.SERVER, True
    return None, status < 400


class _Connection(http.client.HTTPConnection):
    """To an IP address that was judged before; the name is only sent."""

    ip: str
    secure: bool

    def connect(self) -> None:
        self.sock = socket.create_connection((self.ip, self.port), self.timeout)
        if self.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def hang_up(self) -> None:
        try:
            if self.sock:
                self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def _connection(host: str, port: int, ip: str, secure: bool, timeout: float) -> _Connection:
    connection = _Connection(host, port, timeout=timeout)
    connection.ip, connection.secure = ip, secure
    connection.default_port = 443 if secure else 80
    return connection
