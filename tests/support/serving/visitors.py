"""Visitors of a served site: requests as a browser behind the practice's proxy sends them."""

import http.client
import json
import secrets
import uuid
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

HOST = "practice.example"
# The names in production.
SESSION, CSRF = "__Host-sessionid", "__Host-csrftoken"
SECONDS = 30


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def is_yes(self) -> bool:
        """Whether the person takes their input to be saved."""
        return self.status in (200, 201, 204, 302, 303)

    def json(self) -> Any:
        return json.loads(self.text)


class Visitor:
    """A visitor with cookies and a network address of their own. `source`: the address to connect
    from, if there is a proxy that reads it."""

    def __init__(
        self, port: int, *, session: str = "", source: str = "", address: str = ""
    ) -> None:
        self.port, self.source = port, source
        self.address = address or "10." + ".".join(str(b) for b in secrets.token_bytes(3))
        self.cookies = {CSRF: secrets.token_hex(16)}
        if session:
            self.cookies[SESSION] = session

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, Any], **headers: str) -> Answer:
        return self._ask("POST", path, urlencode(fields), headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        """Raises OSError or HTTPException if no complete answer came."""
        sent = {
            "Host": HOST,
            "X-Forwarded-For": self.address,
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{HOST}/",
            "X-CSRFToken": self.cookies.get(CSRF, ""),
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        } | headers
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        source = (self.source, 0) if self.source else None
        line = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=SECONDS, source_address=source
        )
        try:
            line.request(method, path, body, sent)
            got = line.getresponse()
            answer = Answer(got.status, got.headers, got.read().decode(errors="replace"))
        finally:
            line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        return answer

    def enquire(self, key: uuid.UUID, about: str) -> Answer:
        person = {"name": "Somebody", "email": "somebody@example.org", "consent": "on"}
        return self.post("/enquiry/", person | {"key": key, "about": about})
