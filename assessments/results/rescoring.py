"""Scores an attempt again: what differs from its stored result, and storing a new one beside it."""

from django.db import transaction

from accounts.audit import recording as audit
from assessments.audit_verbs import AssessmentVerb
from assessments.models import Attempt, Result
from assessments.scoring import engine


def difference(attempt: Attempt) -> str | None:
    """The old and new totals and styles that differ; None if none do.

    No query if the attempt was loaded with `.for_reading()`.
    """
    stored = attempt.result
    rescored = engine.score(attempt.questionnaire, attempt.answers_by_item)
    if stored is None:
        return "has no result"
    old = stored.scored
    if old == rescored:
        return None
    parts = [
        f"{new.scale_id} {_shown(_of(old, new.scale_id))} -> {_shown(new)}"
        for new in rescored.scales
        if _of(old, new.scale_id) != new
    ]
    parts += [
        f"{scale.scale_id} {_shown(scale)} -> none"
        for scale in old.scales
        if _of(rescored, scale.scale_id) is None
    ]
    if old.style != rescored.style:
        parts.append(f"style {old.style or 'none'} -> {rescored.style or 'none'}")
    return f"engine {stored.engine_version} -> {engine.ENGINE_VERSION}: " + "; ".join(parts)


@transaction.atomic
def write(attempt: Attempt) -> bool:
    """Adds a new result beside the old one. Returns False if the latest one is already the same."""
    Attempt.objects.select_for_update().get(pk=attempt.pk)
    rescored = engine.score(attempt.questionnaire, attempt.answers_by_item)
    results = Result.objects.filter(attempt=attempt).order_by("created_at")
    latest = results.last()
    if latest and latest.scored == rescored:
        return False
    row = Result.of(attempt, rescored)
    used = set(results.values_list("engine_version", flat=True))
    # A second result by the same engine version is numbered; it never replaces the first.
    number = 2
    while row.engine_version in used:
        row.engine_version = f"{engine.ENGINE_VERSION}.r{number}"
        number += 1
    row.save(force_insert=True)
    audit.record(AssessmentVerb.RESULTS_RECOMPUTED, by=None, target=attempt)
    return True


def _of(result: engine.Result, scale_id: str) -> engine.ScaleScore | None:
    return next((scale for scale in result.scales if scale.scale_id == scale_id), None)


def _shown(score: engine.ScaleScore | None) -> str:
    return "none" if score is None else f"{score.total} of {score.answered}/{score.items}"
