"""Helpers for article folders: the commands, and all values that a round trip could lose."""

import shutil
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from PIL import Image as Pillow

from articles import pictures
from articles.exchange import model_fields
from articles.models import (
    Article,
    Author,
    Image,
    OldAddress,
    OldPageAddress,
    OldTopicAddress,
    Origin,
    Page,
    Series,
    Topic,
)

MODELS = [Origin, OldAddress, OldPageAddress, OldTopicAddress, Page, Article, Author, Series, Topic,
          Image]  # fmt: skip


def run(command: str, folder: Path, *arguments: str) -> str:
    out = StringIO()
    call_command(command, folder, *arguments, stdout=out)
    return out.getvalue()


def picture(kind: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    Pillow.new("RGB", (60, 40), "teal").save(out, kind, **options)
    return out.getvalue()


def image(alt: str, kind: str) -> Image:
    data = picture(kind)
    row = Image(alt=alt)
    row.take(pictures.redraw(BytesIO(data), len(data)))
    row.save()
    return row


def field_values(row: Any) -> dict[str, Any]:
    """Every field of a row except its id and its users; related rows by their natural name."""
    values: dict[str, Any] = {}
    for field in [*row._meta.concrete_fields, *row._meta.many_to_many]:
        value = getattr(row, field.name)
        if field.primary_key or (field.is_relation and field.related_model.__name__ == "User"):
            continue
        if field.many_to_many:
            value = {str(other.slug) for other in value.all()}
        elif field.is_relation and value is not None:
            value = model_fields.name_of(value)
        values[field.name] = value.name if field.name == "file" else value
    return values


def everything() -> dict[str, list[dict[str, Any]]]:
    """What an export holds: not the old addresses that lead to no article."""
    apart: dict[type, dict[str, Any]] = {OldAddress: {"leads_to": ""}}
    rows = {
        m.__name__: [
            field_values(row) for row in m.objects.filter(**apart.get(m, {})).order_by(named(m))
        ]
        for m in MODELS
    }
    stored = default_storage.listdir("pictures")[1] if default_storage.exists("pictures") else []
    # Renditions for smaller screens are encoded again: only their existence is compared.
    rows["files"] = [
        {n: "-" in n or default_storage.open(f"pictures/{n}").read() for n in sorted(stored)}
    ]
    return rows


def named(model: type) -> str:
    names = {f.name for f in model._meta.fields}
    return next(name for name in ("slug", "path", "key", "file", "title") if name in names)


def emptied(tmp_path: Path) -> None:
    for model in MODELS:
        model.objects.all().delete()
    shutil.rmtree(Path(settings.MEDIA_ROOT), ignore_errors=True)
    assert not any(map(len, everything().values())) or everything()["files"] == [{}]
