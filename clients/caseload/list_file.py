"""The caseload as a CSV file: the columns of the page, and the same words."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import unreadable
from clients.audit_log.csv_cells import safe_cell
from clients.caseload.listing import CaseloadRow
from clients.path.labels import PATH_STATUSES
from clients.results.context import Dimension, Scores


def as_csv(rows: Iterable[CaseloadRow]) -> str:
    text = io.StringIO(newline="")
    sheet = csv.writer(text)
    sheet.writerow(
        [_("Client"), _("Needs attention"), _("Next"), _("Seen"), _("Step"),
         _("Results over time"), _("Worry (anxiety)"), _("Distance (avoidance)")]
    )  # fmt: skip
    with unreadable.showing():
        sheet.writerows([safe_cell(cell) for cell in _cells(row)] for row in rows)
    return text.getvalue()


def _cells(row: CaseloadRow) -> list[str]:
    scores = row.latest.attachment if row.latest else []
    return [
        row.client.user.name,
        "; ".join(_why(row)),
        "; ".join(_next(row)),
        _day(row.last_contact) or _("no session yet"),
        f"{row.here.step} ({row.days})",
        _result(row.latest),
        *(map(_score, scores) if scores else ("", "")),
    ]


def _why(row: CaseloadRow) -> Iterator[str]:
    if row.covers_for:
        yield _("you cover for %(name)s") % {"name": row.covers_for}
    for reason in row.reasons:
        yield str(reason.text)
    if (status := row.client.journey.status) != "walking":
        yield str(PATH_STATUSES[status])
    elif row.invited:
        yield _("Invited")


def _next(row: CaseloadRow) -> Iterator[str]:
    if row.next_session:
        yield f"{timezone.localtime(row.next_session.at):%Y-%m-%d %H:%M}"
    else:
        yield _("none planned") if row.next_task else _("nothing planned")
    if row.next_task:
        yield _("task until %(when)s") % {"when": row.next_task.isoformat()}


def _day(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}" if at else ""


def _result(latest: Scores | None) -> str:
    """The day, whom it is about, and the scores that have no column of their own."""
    if latest is None:
        return _("not yet")
    others = [] if latest.attachment else latest.dimensions
    lines = [f"{one.title} {_score(one)}" for one in others]
    if latest.unreadable:
        lines = [unreadable.sentence()]
    return "; ".join(filter(None, [_day(latest.when), str(latest.target), *lines]))


def _score(one: Dimension) -> str:
    """With its change since the first result, as on the page."""
    score = one.score or "–"
    if not one.moved:
        return score
    reliably = _("reliably") if one.reliable else ""
    moved = str(one.moved).lower() if one.by else _("unchanged")
    return " ".join(filter(None, [f"{score},", reliably, moved]))
