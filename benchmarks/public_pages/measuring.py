"""Public pages as they are deployed, beside a bare Django view that sends as many bytes.

gunicorn with two workers each, PostgreSQL, production settings; `wrk` with four connections, rounds
in turn, medians. Prints three rows for each page, with requests a second, the peer's, and their
ratio: a kept page, a 304, and a page that is rendered, as the first reader after a change gets it.
"""

import re
import shutil
import statistics
import subprocess
import sys

import django

from tests.support.serving import deployment
from tests.support.serving.deployment import Cluster, Gunicorn
from tests.support.serving.processes import site_folder, wait_until
from tests.support.serving.visitors import HOST, Visitor

ROUNDS, SECONDS, CONNECTIONS = 5, 2, 4
PAGES = {"home": "/", "list": "/articles/", "article": "", "page": "/questions/"}
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}


class BareSite(Gunicorn):
    """A bare Django view in the same server."""

    def __init__(self, cluster: Cluster, size: int) -> None:
        super().__init__(cluster, PAGE_BYTES=str(size))
        self.log = cluster.folder / f"bare-{size}.log"

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "benchmarks.public_pages.bare_site"]
        command += ["--workers", "2", "--log-level", "warning", "--bind", f"127.0.0.1:{self.port}"]
        self.launch(command, cwd=deployment.ROOT, env=self.environment)
        wait_until(self.ready, "the bare site is ready")

    def ready(self) -> bool:
        self.alive()
        try:
            return Visitor(self.port).get("/").status == 200
        except OSError:
            return False


def found(pattern: str, text: str) -> str:
    """The first group of the pattern. Raises ValueError if the text has no such part."""
    if match := re.search(pattern, text):
        return match.group(1)
    raise ValueError(f"{pattern} is not in {text[:200]}")


def requests_a_second(port: int, path: str, headers: dict[str, str] | None = None) -> float:
    """Raises RuntimeError if an answer was neither 200 nor 304."""
    lines = [part for name, text in (HEADERS | (headers or {})).items()
             for part in ("-H", f"{name}: {text}")]  # fmt: skip
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *lines, f"http://127.0.0.1:{port}{path}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    if "Non-2xx" in done.stdout:
        raise RuntimeError(done.stdout)
    return float(found(r"Requests/sec:\s*([\d.]+)", done.stdout))


def measure(cluster: Cluster, kept: Gunicorn, rendering: Gunicorn, name: str, path: str) -> None:
    page = Visitor(kept.port).get(path)
    with BareSite(cluster, len(page.text.encode())) as bare:
        sides = {
            "bare": (bare.port, "/", {}),
            "kept": (kept.port, path, {}),
            "not modified": (kept.port, path, {"If-None-Match": page.headers["ETag"]}),
            "rendered": (rendering.port, path, {}),
        }
        rates: dict[str, list[float]] = {side: [] for side in sides}
        for turn in range(ROUNDS + 1):
            for side, (port, where, headers) in sides.items():
                rate = requests_a_second(port, where, headers)
                if turn:  # The first round does not count.
                    rates[side].append(rate)
    middle = {side: statistics.median(found) for side, found in rates.items()}
    size = len(page.text.encode()) / 1000
    for side in ("kept", "not modified", "rendered"):
        figures = f"{middle[side]:.0f} a second  bare view {middle['bare']:.0f}"
        print(f"{name} ({size:.0f} kB), {side}  {figures}  {middle[side] / middle['bare']:.3f}")


def main() -> None:
    if not shutil.which("wrk"):
        print("public pages: LEFT OUT, wrk is not installed (on Debian: apt-get install wrk)")
        return
    with site_folder() as folder, Cluster(folder) as cluster:
        cluster.manage("migrate", "--verbosity=0")
        deployment.run(
            [sys.executable, "-m", "benchmarks.public_pages.sample_rows"], cluster.environment()
        )
        unkept = {"DJANGO_SETTINGS_MODULE": "benchmarks.public_pages.unkept"}
        with Gunicorn(cluster) as kept, Gunicorn(cluster, **unkept) as rendering:
            listed = Visitor(kept.port).get("/articles/").text
            for name, path in PAGES.items():
                shown = path or found(r'href="(/articles/[^"/]+/)"', listed)
                measure(cluster, kept, rendering, name, shown)


if __name__ == "__main__":
    django.setup()  # The settings of the tests put their secrets into the environment.
    main()
