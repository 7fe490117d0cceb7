"""Three clients with whole records, and every address that names a row of one of them."""

import pytest
from django.urls import reverse

from accounts.encryption.fields import Closed
from clients.models import Client
from tests.support import cast as people
from tests.support.cast import in_care, person
from tests.support.clients import records
from tests.support.saved_rows import saved

ASHA, ROHAN, TARA = "zebra-asha", "quagga-rohan", "okapi-tara"


@pytest.fixture
@saved
def three(cast):
    """Two clients of Meera, one of Vikram, each with a whole record."""
    version = people.questionnaire()
    tara = in_care(person("tara@example.org", "Tara Bose"), cast.meera)
    return {
        "asha": records.fill(cast.asha, cast.meera, version, ASHA),
        "rohan": records.fill(cast.rohan, cast.vikram, version, ROHAN),
        "tara": records.fill(tara, cast.meera, version, TARA),
    }


def body_of(answer) -> str:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data.decode(errors="replace")


def children(parent: Client, child: records.Record) -> list[str]:
    """Addresses that name a client and a row of a client, perhaps of another one."""
    rows = child.rows
    return [
        reverse("note", args=[parent.pk, rows["note"]]),
        reverse("note", args=[parent.pk, rows["shared"]]),
        reverse("note", args=[parent.pk, rows["draft"]]),
        reverse("task-withdraw", args=[parent.pk, rows["task"]]),
        reverse("session-record", args=[parent.pk, rows["session"]]),
        reverse("client-result", args=[parent.pk, rows["attempt"]]),
    ]


def own(record: records.Record) -> list[str]:
    """Addresses of a client's own rows on their own pages."""
    rows = record.rows
    return [
        reverse("task", args=[rows["task"]]),
        reverse("task", args=[rows["done"]]),
        reverse("result-share", args=[rows["attempt"]]),
        *(reverse(name, args=[rows["attempt_key"]])
          for name in ("attempt", "attempt-review", "attempt-result", "attempt-keep",
                       "attempt-delete")),
    ]  # fmt: skip


def of_client(client: Client) -> list[str]:
    names = ("client", "client-move", "client-report", "timeline", "client-safety", "client-tasks",
             "client-safety-edit", "client-notes", "note-autosave", "session-plan",
             "client-invite-again")  # fmt: skip
    return [reverse(name, args=[client.pk]) for name in names]


SENT = {"text": "x", "audience": "private", "signs": "x", "title": "x", "to": "3", "seen": "2",
        "reflection": "x", "state": "held", "at": "2026-12-01T10:00", "withdraw": "yes",
        "discard": "yes", "item_q1": "1"}  # fmt: skip


def snapshot() -> dict:
    """Every clinical row as the database holds it, encrypted columns byte for byte."""
    return {m: [_raw(row) for row in _rows(m)] for m in records.clinical_models()}


def _rows(model) -> list[dict]:
    return list(model._base_manager.order_by("pk").values())


def _raw(row: dict) -> dict:
    return {k: v.data if isinstance(v, Closed) else v for k, v in row.items()}


def refused(browser, address: str, *marks: str) -> None:
    """Tries to read and to write: both are refused, and the answers contain none of the marks."""
    for answer in (browser.get(address), browser.post(address, SENT)):
        assert answer.status_code in (403, 404, 405), (address, answer.status_code)
        assert not [mark for mark in marks if mark in body_of(answer)], address
