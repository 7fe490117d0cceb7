"""The archive that a client downloads: a letter to read, everything in tables, and as JSON."""

import io
import json
import zipfile
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone

from clients.download import letter
from clients.models import Client
from clients.rights import export

# The models that come first among the tables; the others follow by name.
FIRST = [
    "accounts.User", "clients.Client", "clients.CareLink", "clients.StepEvent", "clients.Session",
    "clients.Task", "clients.Note", "clients.SafetyPlan", "assessments.Result",
]  # fmt: skip


def pack(client: Client) -> bytes:
    """A ZIP archive. A few dozen queries, however many rows."""
    data, withheld, made_at = export.gather(client), export.withheld(), timezone.now()
    document = {
        "format": 1,
        "made_at": made_at,
        "withheld": [{"what": what, "why": why} for what, why in withheld],
        "data": data,
    }
    tables = {"client": client, "sections": _sections(data), "withheld": withheld, "made": made_at}
    pages = {
        "letter.html": letter.render(client, made_at),
        "everything.html": render_to_string("clients/download/everything.html", tables),
        "data.json": json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, text in pages.items():
            folder.writestr(f"my-data/{name}", text)
    return archive.getvalue()


def _sections(data: dict[str, list[dict[str, Any]]]) -> list[tuple[str, list[list[tuple]]]]:
    """(heading, rows as (column, value)) in reading order; empty columns are left out."""
    order = sorted(data, key=lambda name: (name not in FIRST, name))
    order = [n for n in FIRST if n in data] + [n for n in order if n not in FIRST]
    return [
        (str(apps.get_model(name)._meta.verbose_name_plural), [_read(name, r) for r in data[name]])
        for name in order
    ]


def _read(name: str, row: dict[str, Any]) -> list[tuple[str, Any]]:
    meta = apps.get_model(name)._meta
    cells = []
    for column, value in row.items():
        if value in (None, "", [], {}) or column == "id":
            continue
        is_row = isinstance(value, dict) and set(value) <= {"id", "name"}
        if is_row and "name" not in value:
            continue  # Another row of this archive.
        text = value["name"] if is_row else value
        if isinstance(value, dict) and set(value) == {"unreadable"}:
            text = value["unreadable"]
        cells.append((str(getattr(meta.get_field(column), "verbose_name", column)), text))
    return cells
