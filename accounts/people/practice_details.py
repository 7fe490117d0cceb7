"""Saving what the practice says about itself: for its consent texts, and for the first days."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from accounts.access import Permission, allows
from accounts.audit import recording as audit
from accounts.audit.verbs import AccountVerb
from accounts.models import PracticeDetail, User
from accounts.optimistic_lock import demand_current
from accounts.people.queries import fingerprint


@transaction.atomic
def save(
    *,
    values: Mapping[str, str],
    by: User,
    person: User | None = None,
    seen: str | None = None,
    request: HttpRequest | None = None,
) -> list[str]:
    """Stores what changed, of the practice or of one therapist; returns the names of it.

    `seen` is the fingerprint of these details on the page, None where no page is concerned. Raises
    Stale and PermissionDenied.
    """
    if not allows(by, Permission.MANAGE_PRACTICE):
        raise PermissionDenied
    rows = PracticeDetail.objects.filter(person=person).select_for_update()
    stored = {row.name: row for row in rows}
    if seen is not None:
        now = {name: row.value for name, row in stored.items()}
        demand_current(now, version=fingerprint(now, values), seen=seen)
    changed = []
    for name, value in values.items():
        row = stored.get(name) or PracticeDetail(person=person, name=name)
        if row.value != value.strip():
            row.value = value.strip()
            row.save()
            changed.append(name)
    if changed:
        about = f"{person.pk}: {', '.join(changed)}" if person else ", ".join(changed)
        audit.record(AccountVerb.DETAILS_CHANGED, by=by, target=about[:80], request=request)
    return changed
