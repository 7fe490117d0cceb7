"""An attempt scored again: what differs from its stored result, and a new result beside it."""

from django.db import transaction

from accounts.audit import recording as audit
from assessments.audit_verbs import AssessmentVerb
from assessments.models import Attempt, Result
from assessments.scoring import engine


def difference(attempt: Attempt) -> str | None:
    """What differs, as old and new totals and styles; None where nothing does.

    No query if the attempt came by `.for_reading()`.
    """
    stored = attempt.result
    found = engine.score(attempt.questionnaire, attempt.answers_by_item)
    if stored is None:
        return "has no result"
    old = stored.scored
    if old == found:
        return None
    parts = [
        f"{new.scale_id} {_shown(_of(old, new.scale_id))} -> {_shown(new)}"
        for new in found.scales
        if _of(old, new.scale_id) != new
    ]
    parts += [
        f"{scale.scale_id} {_shown(scale)} -> none"
        for scale in old.scales
        if _of(found, scale.scale_id) is None
    ]
    if old.style != found.style:
        parts.append(f"style {old.style or 'none'} -> {found.style or 'none'}")
    return f"engine {stored.engine_version} -> {engine.ENGINE_VERSION}: " + "; ".join(parts)


@transaction.atomic
def write(attempt: Attempt) -> bool:
    """Adds the new result; the old one stays as it was. False where it was there already."""
    Attempt.objects.select_for_update().get(pk=attempt.pk)
    found = engine.score(attempt.questionnaire, attempt.answers_by_item)
    results = Result.objects.filter(attempt=attempt).order_by("created_at")
    latest = results.last()
    if latest and latest.scored == found:
        return False
    row = Result.of(attempt, found)
    used = set(results.values_list("engine_version", flat=True))
    # One result a reckoning: a second one by the same engine is numbered, never put over the first.
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
