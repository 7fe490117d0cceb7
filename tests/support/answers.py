"""What a visitor gets back, made comparable: the bytes, and how long they took."""

import re
import statistics

# Lower quartiles of interleaved tries, since a busy machine lengthens some of them; what Argon2 or
# a mail server would add is in each, threefold and more.
ALIKE = (0.5, 2.0)


def typical(times: list[float]) -> float:
    return statistics.quantiles(times, n=4)[0]


def bare(answer, typed: str) -> str:
    """What a reader gets, without what is new in each answer anyway, and what they typed."""
    text = answer.content.decode()
    text = re.sub(r'(csrfmiddlewaretoken" value=)"[^"]+"', r'\1""', text)
    text = re.sub(r'nonce="[^"]+"', "", text).replace(typed, "(address)")
    new = ("Content-Security-Policy", "Content-Length", "Expires")
    kept = {name: value for name, value in answer.headers.items() if name not in new}
    cookies = sorted((name, bool(c.value)) for name, c in answer.cookies.items())
    return f"{answer.status_code} {sorted(kept.items())} {cookies} {text}"
