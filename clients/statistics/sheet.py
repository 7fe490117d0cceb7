"""The practice's statistics as a CSV file: one number a row. What the page hides, it hides too."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from clients.audit_log.csv_cells import safe_cell

Row = tuple[object, ...]


def as_csv(result: dict[str, Any]) -> str:
    text = io.StringIO(newline="")
    sheet = csv.writer(text)
    sheet.writerow([_("What"), _("Month"), _("Of"), _("Number")])
    for row in _rows(result):
        sheet.writerow([safe_cell("" if cell is None else str(cell)) for cell in row])
    return text.getvalue()


def _rows(result: dict[str, Any]) -> Iterator[Row]:
    gaps, few = result["gaps"], _("few")
    yield _("clients on an open path"), "", "", gaps.clients
    yield _("not measured"), "", "", gaps.not_measured
    yield _("without a safety plan"), "", "", gaps.without_plan
    yield _("without a therapist"), "", "", gaps.nobodys
    for one in result["therapists"]:
        yield _("current clients"), "", one.name, one.clients
        for month in one.months:
            yield _("sessions held"), f"{month.month:%Y-%m}", one.name, month.held
            yield _("sessions missed"), f"{month.month:%Y-%m}", one.name, month.missed
    for row in result["months"]:
        month = f"{row.month:%Y-%m}"
        yield _("requests"), month, "", row.asked
        yield _("requests that led to care"), month, "", row.begun
        yield _("median days to the first session"), month, "", row.days
    for row in result["steps"]:
        yield _("clients on the step"), "", row.step, few if row.clients is None else row.clients
        yield _("median days on the step"), "", row.step, row.days[1] if row.days else None
    verdicts = (
        _("reliably lower"), _("no reliable change"), _("reliably higher"), _("change not known"),
    )  # fmt: skip
    for row in result["changes"]:
        for verdict, count in zip(verdicts, row.counts, strict=True):
            yield verdict, "", f"{row.title} ({row.instrument})", few if count is None else count
