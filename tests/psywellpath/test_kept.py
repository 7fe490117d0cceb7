"""Acknowledged work survives however the servers end: `kill -9` in the middle of work.

A kill is not a power cut: what a process wrote survives in the kernel's memory. So the test also
checks that PostgreSQL waits for the disk at each commit, which protects against a power cut.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

import pytest

from assessments.models import hash_of
from tests.support.serving.deployment import Cluster, Gunicorn
from tests.support.serving.processes import site_folder, wait_until
from tests.support.serving.visitors import Answer, Visitor
from tests.support.thorough import THOROUGH

PEOPLE = 5  # of each kind, all at once
SECONDS = 15 if THOROUGH else 0  # of work and kills; after them, and two rounds, none is begun
ROUNDS = 6
LEAST = 12  # acknowledged between two kills, so that each kill hits work


class Ledger:
    """What the site has acknowledged."""

    def __init__(self) -> None:
        self.enquiries: dict[str, str] = {}
        self.answers: dict[str, int] = {}
        self.submitted: set[str] = set()
        self.notes: dict[str, str] = {}
        self.signed: set[str] = set()
        self.again = 0  # sent once more, because no answer came

    def kinds(self) -> list[int]:
        kinds = (self.enquiries, self.answers, self.submitted, self.notes, self.signed)
        return [len(kind) for kind in kinds]

    def __len__(self) -> int:
        return sum(self.kinds())

    def lost(self, rows: dict[str, Any]) -> list[str]:
        """Everything acknowledged that is missing, or differs from what was sent."""
        missing = []
        for kind in ("enquiries", "answers", "notes"):
            stored = rows[kind]
            acknowledged = getattr(self, kind)
            missing += [
                f"{kind} {k}" for k, words in acknowledged.items() if stored.get(k) != words
            ]
        for kind in ("submitted", "signed"):
            missing += [f"{kind} {key}" for key in getattr(self, kind) - set(rows[kind])]
        return missing


class Worker(threading.Thread):
    """Somebody who goes on working, and sends again what got no answer."""

    def __init__(self, site: "Site", work: Callable[["Worker"], None]) -> None:
        super().__init__(daemon=True)
        self.site, self.work, self.ledger = site, work, site.ledger
        self.fault = ""

    def run(self) -> None:
        while not self.site.over.is_set():
            self.work(self)

    def insist(self, ask: Callable[[], Answer]) -> Answer | None:
        """The first answer that acknowledges; None once the test is over."""
        tries = 0
        while not self.site.over.is_set():
            try:
                answer = ask()
                if answer.is_yes:
                    self.ledger.again += bool(tries)
                    return answer
                if answer.status < 500:  # Not a server that is going down, but a no.
                    self.fault = f"{answer.status} {answer.text[:300]}"
                    self.site.over.set()
            except (OSError, HTTPException):
                pass
            tries += 1
            time.sleep(0.05)
        return None


def enquire(worker: Worker) -> None:
    key, about = uuid.uuid4(), f"about {uuid.uuid4()}"
    visitor = Visitor(worker.site.port)
    if worker.insist(lambda: visitor.enquire(key, about)):
        worker.ledger.enquiries[str(key)] = about


def assess(worker: Worker) -> None:
    """A whole self-assessment of a visitor: begun, answered in pieces, submitted."""
    prepared, ledger, visitor = worker.site.prepared, worker.ledger, Visitor(worker.site.port)
    start = {"adult": "on", "consent": "on", "target": (prepared["targets"] or [""])[0]}
    begun = worker.insist(lambda: visitor.post(f"/assessments/{prepared['slug']}/start/", start))
    if begun is None:
        return
    path = begun.location
    key = hash_of(path.strip("/").split("/")[-1])
    items = prepared["items"]
    for number in range(0, len(items), 4):
        values = {item: random.randint(1, 7) for item in items[number : number + 4]}
        sent: dict[str, Any] = {f"item_{item}": value for item, value in values.items()}
        sent |= {f"sequence_{item}": number + 1 for item in values}
        if worker.insist(lambda: visitor.post(path, sent, Accept="application/json")) is None:  # noqa: B023
            return
        ledger.answers |= {f"{key} {item}": value for item, value in values.items()}
    if worker.insist(lambda: visitor.post(f"{path}review/", {})):
        ledger.submitted.add(key)


def write(worker: Worker) -> None:
    """A note: saved as a draft, then sometimes signed."""
    prepared, ledger = worker.site.prepared, worker.ledger
    therapist = Visitor(worker.site.port, session=prepared["therapist"])
    key, words = str(uuid.uuid4()), f"draft {uuid.uuid4()}"
    notes = f"/clients/{prepared['client']}/notes/"
    form = {"key": key, "seen": 0, "audience": "private", "text": words}
    if worker.insist(lambda: therapist.post(f"{notes}draft/", form)) is None:
        return
    ledger.notes[key] = words
    if random.random() < 0.5 and worker.insist(lambda: therapist.post(notes, form | {"seen": 1})):
        ledger.signed.add(key)


class Site:
    """The servers, and everyone who works on the site."""

    def __init__(self, cluster: Cluster, web: Gunicorn, prepared: dict[str, Any]) -> None:
        self.cluster, self.web, self.prepared, self.port = cluster, web, prepared, web.port
        self.ledger, self.over = Ledger(), threading.Event()
        kinds = (enquire, enquire, assess, assess, write)[:PEOPLE]
        self.workers = [Worker(self, kind) for kind in kinds]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        for worker in self.workers:
            worker.start()
        try:
            yield
        finally:
            self.over.set()
            for worker in self.workers:
                worker.join(60)
        assert not any(worker.is_alive() for worker in self.workers)
        assert [worker.fault for worker in self.workers if worker.fault] == []

    def kill_in_the_middle(self, what: str) -> int:
        """Kills servers at a random time, once work of each kind was acknowledged; returns how many
        processes."""
        least, ledger = len(self.ledger) + LEAST, self.ledger

        def enough() -> bool:
            return (len(ledger) >= least and all(ledger.kinds())) or self.over.is_set()

        wait_until(enough, "people get work done")
        time.sleep(random.uniform(0, 0.4))
        victims = [("web", self.web), ("database", self.cluster)]
        random.shuffle(victims)
        killed = sum(server.kill() for name, server in victims if what in (name, "both"))
        if what in ("database", "both"):
            self.cluster.start()
        if what in ("web", "both"):
            self.web.start()
        return killed


@pytest.mark.trust
def test_what_was_acknowledged_is_there_after_kills(promise, run_folder):
    killed = rounds = 0
    with site_folder() as folder, Cluster(folder, migrated_in=run_folder) as cluster:
        prepared = cluster.rows("prepare")
        with Gunicorn(cluster) as web:
            site, begun = Site(cluster, web, prepared), time.monotonic()
            with site.at_work():
                for what in ("both", "database", "web") * (ROUNDS // 3):
                    if rounds >= 2 and time.monotonic() - begun > SECONDS:
                        break
                    killed += site.kill_in_the_middle(what)
                    rounds += 1
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert cluster.ask(f"SHOW {setting}") == [("on",)], setting
        rows = cluster.rows("acknowledged")
    lost, ledger = site.ledger.lost(rows), site.ledger
    assert all(ledger.kinds())
    promise(
        "kept",
        f"{len(ledger)} acknowledged, {len(lost)} lost, {len(rows['half'])} half-kept over"
        f" {rounds} rounds of kill -9 ({killed} processes); {ledger.again} sent again,"
        f" {doubles(rows)} twice",
    )
    assert lost == []
    assert rows["half"] == []
    assert doubles(rows) == 0


def doubles(rows: dict[str, Any]) -> int:
    """The number of texts that were stored twice, because somebody had to send them again."""
    words = [*rows["enquiries"].values(), *rows["notes"].values()]
    return len(words) - len(set(words))


def test_the_test_would_notice_a_loss():
    ledger = Ledger()
    ledger.enquiries["a"], ledger.answers["k q1"], ledger.notes["n"] = "x", 4, "draft"
    ledger.submitted.add("k")
    rows = {"enquiries": {"a": "x"}, "answers": {"k q1": 5}, "notes": {}, "submitted": []}
    lost = ledger.lost(rows | {"signed": []})
    assert lost == ["answers k q1", "notes n", "submitted k"]
