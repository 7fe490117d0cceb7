"""The practice's statistics for managers, without any client's name. Where people are on the path,
and what they answered, is suppressed in small cells; what a manager may count anyway is not."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, DateField, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.database.together import Loader, Selected, load, rows, side_by_side
from clients.dates import Span
from clients.models import AnonymousStatistic, CaseloadIndex, Enquiry, Step
from clients.statistics import changes, workload
from clients.statistics.small_cells import FEWEST, hide

STAYS = """
SELECT step_id, count(*), count(DISTINCT client_id),
       percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY long)
FROM (
    SELECT client_id, step_id, until, extract(epoch FROM until - at) AS long
    FROM (
        SELECT client_id, step_id, at,
               lead(at) OVER (PARTITION BY client_id ORDER BY sequence) AS until
        FROM clients_stepevent WHERE kind = 'move'
        -- Those who agree to statistics now.
        AND client_id IN (
            SELECT c.id FROM clients_client AS c
            JOIN accounts_consent AS given ON given.user_id = c.user_id
            JOIN accounts_consenttext AS t ON t.id = given.text_id
            WHERE t.kind = 'statistics' AND given.withdrawn_at IS NULL)
    ) AS known
    UNION ALL
    -- Erased clients: of the end of a stay only the month is known.
    SELECT somebody, step_id, month::timestamp AT TIME ZONE %s, days * 86400
    FROM clients_anonymousstatistic WHERE kind = 'stay'
) AS stay
WHERE until >= %s AND until < %s
GROUP BY step_id
"""
DAY = timedelta(days=1).total_seconds()


@dataclass(frozen=True)
class StepCounts:
    """`clients` is None if suppressed. `days` are the quartiles of finished stays, None if fewer
    than five people have finished one."""

    step: Step
    clients: int | None
    days: tuple[int, int, int] | None


@dataclass(frozen=True)
class MonthOfRequests:
    """First-session requests of one month: how many led to care, how many people came to a first
    session, and the median of the days until then (None if nobody came)."""

    month: date
    asked: int
    begun: int
    came: int
    days: int | None


def statistics(span: Span, weeks: int = workload.USUAL_WEEKS) -> dict[str, Any]:
    """All statistics of a span. One query."""
    loaders = {
        "gaps": workload.gaps(weeks),
        "therapists": workload.therapists(span),
        "months": _requests(span),
        "steps": _steps(span),
        "changes": changes.changes(span),
    }
    return dict(zip(loaders, load(side_by_side(*loaders.values())), strict=True))


def packed(result: dict[str, Any]) -> dict[str, Any]:
    """The result of `statistics` as values that JSON can hold."""
    return {
        "gaps": astuple(result["gaps"]),
        "therapists": [
            [one.name, one.clients, [[m.month.isoformat(), m.held, m.missed] for m in one.months]]
            for one in result["therapists"]
        ],
        "months": [[row.month.isoformat(), *astuple(row)[1:]] for row in result["months"]],
        "steps": [[row.step.pk, row.clients, row.days] for row in result["steps"]],
        "changes": [astuple(row) for row in result["changes"]],
    }


def unpacked(values: dict[str, Any], steps: Mapping[int, Step]) -> dict[str, Any]:
    """The inverse of `packed`."""
    return {
        "gaps": workload.Gaps(*values["gaps"]),
        "therapists": [
            workload.Therapist(
                name,
                clients,
                tuple(workload.Month(date.fromisoformat(m), *counts) for m, *counts in months),
            )
            for name, clients, months in values["therapists"]
        ],
        "months": [
            MonthOfRequests(date.fromisoformat(month), *counts)
            for month, *counts in values["months"]
        ],
        "steps": [StepCounts(steps[pk], clients, days) for pk, clients, days in values["steps"]],
        "changes": [changes.ChangeCounts(*row) for row in values["changes"]],
    }


def scale_of_days(steps: Iterable[StepCounts]) -> int:
    """The end of a scale from 0 that holds the quartiles of all steps: a multiple of ten days."""
    longest = max((row.days[2] for row in steps if row.days), default=0)
    return max(10, -(-longest // 10) * 10)


def is_empty(result: dict[str, Any]) -> bool:
    """Whether there is nobody to count, now or in the span. A suppressed count is somebody."""
    on_steps = any(row.clients != 0 or row.days for row in result["steps"])
    known = result["therapists"] or result["changes"] or result["months"]
    return not (on_steps or known or result["gaps"].nobodys)


def _steps(span: Span) -> Loader[list[StepCounts]]:
    """For each step, the clients on an open path and the finished stays in the span."""
    open_paths = CaseloadIndex.objects.exclude(last_kind="close").values("step")
    going = open_paths.annotate(n=Count("pk")).values_list("step", "n")
    stays, (steps, _going) = yield from side_by_side(
        finished_stays(span.starts_at, span.ends_at), rows(Step.objects.all(), going)
    )
    on_step = dict(going)
    counts = hide([on_step.get(step.number, 0) for step in steps])
    return [
        StepCounts(step, count, stays.get(step.number))
        for step, count in zip(steps, counts, strict=True)
    ]


def finished_stays(
    starts_at: datetime, ends_at: datetime
) -> Loader[dict[int, tuple[int, int, int]]]:
    """Quartiles in days by step, for steps with finished stays of at least five people."""
    finished = Selected(
        STAYS,
        [timezone.get_current_timezone_name(), starts_at, ends_at],
        ["integer", "bigint", "bigint", "double precision[]"],
    )
    yield (finished,)
    return {
        step: (round(low / DAY), round(mid / DAY), round(high / DAY))
        for step, _stays, people, (low, mid, high) in finished.rows
        if people >= FEWEST
    }


def _requests(span: Span) -> Loader[list[MonthOfRequests]]:
    """First-session requests in the span, by month."""
    enquiries = Enquiry.objects.filter(created_at__gte=span.starts_at, created_at__lt=span.ends_at)
    stored = (
        enquiries.order_by()
        .annotate(month=TruncMonth("created_at", output_field=DateField()))
        .values("month")
        .annotate(asked=Count("pk"), begun=Count("pk", filter=Q(client__isnull=False)))
    )
    # Erased clients.
    of_erased = (
        AnonymousStatistic.objects.filter(
            kind__in=[AnonymousStatistic.Kind.ASKED, AnonymousStatistic.Kind.BEGUN]
        )
        .filter(month__gte=span.first.replace(day=1), month__lte=span.last)
        .order_by()
        .values("month")
        .annotate(
            asked=Count("pk"), begun=Count("pk", filter=Q(kind=AnonymousStatistic.Kind.BEGUN))
        )
    )
    came, _rows = yield from side_by_side(
        workload.days_to_first_session(span), rows(stored, of_erased)
    )
    months: dict[Any, Any] = {}
    for row in [*stored, *of_erased]:
        month_counts = months.setdefault(row["month"], row | {"asked": 0, "begun": 0})
        month_counts["asked"] += row["asked"]
        month_counts["begun"] += row["begun"]
    return [
        MonthOfRequests(
            month, months[month]["asked"], months[month]["begun"], *came.get(month, (0, None))
        )
        for month in sorted(months)
    ]
