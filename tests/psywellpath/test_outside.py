"""Known vulnerabilities of our dependencies, and Django's checks of a deployment."""

import base64
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

PINNED = re.compile(r"^[A-Za-z0-9_.\-\[\],]+==", re.MULTILINE)
# What pip-audit says when it could not ask: never to be taken for "none found".
UNREACHED = re.compile(
    r"ConnectionError|ConnectTimeout|Max retries|ServiceError|Could not|could not|timed out|"
    r"HTTPError|ProxyError|Name or service|SSLError|Connection refused|unreachable",
    re.IGNORECASE,
)


def audited(status: int, output: str, pinned: int) -> str:
    """What an audit's end means: clean, vulnerable (then it raises), or "could not look"."""
    if status == 0 and "No known vulnerabilities found" in output and not UNREACHED.search(output):
        return f"{pinned} pinned, 0 known vulnerabilities"
    count = re.search(r"Found (\d+) known vulnerabilit", output)
    assert not count, f"pip-audit: {output[-2000:]}"
    unasked = re.search(r"\w+ \([\d.]+\)$", output.strip())
    about = f"; the first that it knew nothing of: {unasked[0]}" if unasked else ""
    return f"could not look (the database of vulnerabilities was not reached{about})"


FILES = [str(path) for path in sorted(Path().glob("requirements*.txt"))]
AUDIT = [sys.executable, "-m", "pip_audit", "--strict", "--progress-spinner", "off",
         "--timeout", "10", "--disable-pip", "--no-deps",
         *(part for file in FILES for part in ("-r", file))]  # fmt: skip


def test_the_audit_is_of_every_file_that_is_counted():
    assert {"requirements.txt", "requirements-dev.txt"} <= set(FILES)
    assert [AUDIT[n + 1] for n, part in enumerate(AUDIT) if part == "-r"] == FILES
    for file in FILES:
        assert PINNED.search(Path(file).read_text()), file


@pytest.mark.trust
def test_what_is_pinned_has_no_known_vulnerability(promise):
    pinned = len({pin for file in FILES for pin in PINNED.findall(Path(file).read_text())})
    try:
        done = subprocess.run(AUDIT, capture_output=True, text=True, timeout=90, check=False)
    except subprocess.TimeoutExpired:
        promise("dependencies", "could not look (no answer in 90 seconds)")
        return
    promise("dependencies", audited(done.returncode, done.stdout + done.stderr, pinned))


@pytest.mark.parametrize(
    ("status", "output", "means"),
    [
        (0, "No known vulnerabilities found", "0 known"),
        (1, "pip_audit._service.interface.ConnectionError: Could not connect", "could not look"),
        (0, "WARNING Max retries exceeded\nNo known vulnerabilities found", "could not look"),
        (1, "", "could not look"),
    ],
)
def test_not_reached_is_never_clean(status, output, means):
    assert means in audited(status, output, 40)


def test_a_finding_fails_the_run():
    with pytest.raises(AssertionError, match="django"):
        audited(1, "Found 2 known vulnerabilities in 1 package\ndjango 1.0 PYSEC-1", 40)


PRODUCTION = {
    "DEBUG": "False", "DATABASE_URL": "postgres://web@localhost/psywellpath",
    "EMAIL_URL": "smtp://localhost", "ALLOWED_HOSTS": "practice.example",
    "SITE_URL": "https://practice.example", "DEFAULT_FROM_EMAIL": "practice@practice.example",
    "TRUSTED_PROXIES": "1",
}  # fmt: skip


@pytest.mark.trust
def test_a_deployment_has_no_warning(promise):
    keys = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="),
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=clean | PRODUCTION | keys, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    match = re.search(r"no issues \((\d+) silenced\)", output)
    assert match, output
    promise("deploy", f"0 warnings ({match[1]} silenced, with the reason beside: settings.py)")
