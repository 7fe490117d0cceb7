"""Makes responses comparable: their bytes, and how long they took."""

import re

# The ratios of lower quartiles that count as equal. Tries are interleaved, since a busy machine
# lengthens some of them; hashing with Argon2 or a mail server would add threefold and more.
ALIKE = (0.5, 2.0)


def typical(times: list[float]) -> float:
    """The shortest: whatever a busy machine adds says nothing about the answer."""
    return min(times)


def comparable(answer, typed: str) -> str:
    """The response as text, without what differs in every response and without what was typed."""
    text = answer.content.decode()
    text = re.sub(r'((?:csrfmiddlewaretoken|name="key)" value=)"[^"]+"', r'\1""', text)
    text = re.sub(r'nonce="[^"]+"', "", text).replace(typed, "(address)")
    new = ("Content-Security-Policy", "Content-Length", "Expires")
    headers = {name: value for name, value in answer.headers.items() if name not in new}
    cookies = sorted((name, bool(c.value)) for name, c in answer.cookies.items())
    return f"{answer.status_code} {sorted(headers.items())} {cookies} {text}"
